/** A program with few descriptors: the runtime keeps two of every Worker that has ended, and ends when one finds none. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch } from "../support/program.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const ROUNDS = 60;

Deno.test({
  name: "asterism refuses a realm rather than to end for lack of descriptors, and raises its limit where it may",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using staged = await stage({
      harmless: ["one"],
      files: {
        "asterism.conf": `${ASTERISM_CONF}warm_realms = 0\n`,
        "modules.conf": "[modules]\nautoload = no\n[realms]\none = dedicated\n",
      },
    });
    const { directory } = staged;
    const program = launch("binary", directory);
    const commands = [
      ...Array.from({ length: ROUNDS }, () => ["-x", "module load one", "-x", "module unload one"]).flat(),
      ...["-x", "core show uptime"],
    ];
    const run = async (limit: string) => {
      const script = `ulimit ${limit} && exec "$@"`;
      const args = ["-c", script, "sh", program.command, ...program.args, "-C", "asterism.conf", ...commands];
      const { stdout, stderr } = await new Deno.Command("/bin/bash", {
        args,
        cwd: directory,
        env: program.env,
        clearEnv: true,
      }).output();
      return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
    };
    const strict = await run("-n 100");
    assertMatch(strict.stderr, /Cannot start realm dedicated\/\d+: the program has \d+ of 100 descriptors open/);
    assertStringIncludes(strict.stdout, "System uptime");
    const raised = await run("-Sn 100");
    assertEquals(raised.stderr, "");
    assertStringIncludes(raised.stdout, "System uptime");
  },
});
