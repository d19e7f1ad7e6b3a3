import { assertEquals } from "@std/assert";
import { parseFlags } from "../../src/settings/mod.ts";

const NONE = {
  config: undefined,
  console: false,
  commands: [],
  verbose: 0,
  noColor: false,
  quiet: false,
  version: false,
  help: false,
};

for (
  const [args, expected] of [
    [[], {}],
    [["-cvvvn"], { console: true, verbose: 3, noColor: true }],
    [["-v", "-q", "-v"], { verbose: 2, quiet: true }],
    [["-C", "a.conf", "-x", "core show version", "-x", "module show"], {
      config: "a.conf",
      commands: ["core show version", "module show"],
    }],
    [["-V"], { version: true }],
    [["--help"], { help: true }],
    [["-vxmodule show", "-Ca.conf"], { verbose: 1, config: "a.conf", commands: ["module show"] }],
    [["-x", "-v", "-cC", "-odd.conf"], { commands: ["-v"], console: true, config: "-odd.conf" }],
  ] as const
) {
  Deno.test(`parseFlags() reads ${JSON.stringify(args)}`, () => {
    assertEquals(parseFlags(args), {
      ...NONE,
      ...expected,
      commands: [...("commands" in expected ? expected.commands : [])],
    });
  });
}

for (
  const [args, fault] of [
    [["-z"], 'unknown option "-z"'],
    [["--verbose"], 'unknown option "--verbose"'],
    [["module", "show"], 'unknown argument "module"'],
    [["-C"], 'option "-C" needs the path of a file'],
    [["-x"], 'option "-x" needs a command'],
    [["-x", ""], 'option "-x" needs a command'],
    [["-c=false"], 'unknown option "-="'],
    [["-v5"], 'unknown option "-5"'],
    [["--", "core stop now"], 'unknown option "--"'],
    [["-"], 'unknown option "-"'],
    [["-c", ""], 'unknown argument ""'],
  ] as const
) {
  Deno.test(`parseFlags() refuses ${JSON.stringify(args)}`, () => assertEquals(parseFlags(args), { fault }));
}
