/** A program that was compiled with single permissions: what it says of itself, and what its modules can be given. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { compile } from "../../tools/compile.ts";
import { ROOT, run } from "../../tools/process.ts";
import { runToEnd } from "../support/program.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const MODULES_CONF = `[modules]
load = inside
load = outside
[permissions]
inside = manifest
outside = read=/etc
default = env=FOO_X, BAR
`;

Deno.test("a program compiled with single permissions names them, and hands on no others", async () => {
  await using staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": MODULES_CONF,
      "inside.js": `import { defineModule } from "asterism";
        export default defineModule({ license: "MIT", description: "Module inside", load() {
          return Deno.env.get("FOO_A") === "given" ? 0 : 1;
        } });`,
    },
    harmless: ["outside"],
    manifest: {
      inside: "[permissions]\nenv = FOO_*\nnet = *.example.com:80, 127.0.0.1:80\n",
      outside: "[permissions]\nread = /etc\n",
    },
  });
  const { directory } = staged;
  const build = join(directory, "build");
  // What the last compilation was made from.
  await run("cp", ["-r", join(ROOT, "dist/build"), build]);
  const output = join(directory, "narrow");
  const flags = [
    `--allow-read=${directory},/etc/hostname`,
    `-W=${directory}`,
    "--allow-net=127.0.0.1,*.example.com",
    "--allow-env=FOO_*,HOME",
    "--allow-run",
    "--deny-run=sh",
  ];
  await compile(build, { output, flags, target: Deno.build.target, choice: "", programArgs: [] });
  const shown = await runToEnd({
    command: output,
    args: ["-C", "asterism.conf", "-x", "core show settings --json", "-x", "module show like side --json"],
    env: { FOO_A: "given", HOME: directory },
  }, { cwd: directory, deadlineMs: 30_000 });
  const [settings = "", modules = ""] = shown.stdout.split(/^(?=\[)/m);
  assertEquals(JSON.parse(settings)["Granted to this program"], {
    read: `${directory}, /etc/hostname; of what modules.conf grants it lacks /etc`,
    write: directory,
    net: "127.0.0.1, *.example.com",
    env: "FOO_*, HOME; of what modules.conf grants it has FOO_X and lacks BAR",
    sys: "none",
    run: "all without sh",
    ffi: "none",
    import: "none",
  });
  const rows = JSON.parse(modules) as { name: string; state: string }[];
  assertEquals(rows.map(({ name, state }) => `${name} ${state}`), ["inside running", "outside declined"]);
  assertStringIncludes(shown.stderr, "the program itself was not granted read=/etc: start it with --allow-read");
});
