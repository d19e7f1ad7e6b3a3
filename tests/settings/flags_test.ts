import { assertEquals } from "@std/assert";
import { parseFlags } from "../../src/settings/mod.ts";

const NONE = {
  config: undefined,
  console: false,
  commands: [],
  verbose: 0,
  debug: 0,
  remote: false,
  reconnect: false,
  socket: undefined,
  mute: false,
  foreground: false,
  noColor: false,
  quiet: false,
  timestamps: false,
  version: false,
  help: false,
  subcommand: undefined,
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
    [["-rvvvx", "core show uptime"], { remote: true, verbose: 3, commands: ["core show uptime"] }],
    [["-R"], { remote: true, reconnect: true }],
    [["-s/run/x.ctl", "-mddTf"], {
      remote: true,
      socket: "/run/x.ctl",
      mute: true,
      debug: 2,
      timestamps: true,
      foreground: true,
    }],
    [["-c", "check", "-C", "x"], { subcommand: { name: "check", args: ["-C", "x"] } }],
    [["completions", "bash"], { subcommand: { name: "completions", args: ["bash"] } }],
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
    [["-s"], 'option "-s" needs the path of a socket'],
    [["-U", "nobody"], 'option "-U" of Asterisk is not available: let the supervisor choose the user (systemd: User=)'],
    [["-n", "completions"], 'unknown argument "completions"'],
    [["-c=false"], 'unknown option "-="'],
    [["-v5"], 'unknown option "-5"'],
    [["--", "core stop now"], 'unknown option "--"'],
    [["-"], 'unknown option "-"'],
    [["-c", ""], 'unknown argument ""'],
  ] as const
) {
  Deno.test(`parseFlags() refuses ${JSON.stringify(args)}`, () => assertEquals(parseFlags(args), { fault }));
}
