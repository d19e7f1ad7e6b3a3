/** docs/examples/embed, as docs/embedding.md says: run, and compiled. */
import { assertEquals } from "@std/assert";
import { findDenort } from "../../tools/denort.ts";
import { ROOT, run, runDeno, type RunResult } from "../../tools/process.ts";

const HERE = `${ROOT}docs/examples/embed`;

/** What the example writes, told without the words that differ with the place of its files. */
const EXPECTED = `app_curious is running
app_weather is running
status 0, app_curious (none),app_weather (read=HERE/cities)
Lisbon: sunny, 24 degrees
notes: somebody asked for Lisbon
refused: TypeError: Deno.readTextFile is not a function: it needs a read permission, which was not granted to this module (app_curious.js:7:80)
app_weather is stopping
app_weather is stopped
app_curious is stopping
app_curious is stopped
`;

/** Two realms start and stop at their own pace: the lines are these, their order is partly chance. */
function assertWrote({ code, stdout, stderr }: RunResult): void {
  const lines = (text: string) => text.replace(/(read=).*(\/cities)/, "$1HERE$2").split("\n").sort();
  assertEquals({ code, lines: lines(stdout), stderr }, { code: 0, lines: lines(EXPECTED), stderr: "" });
}

async function buildPlugins(): Promise<void> {
  const { code, stderr } = await runDeno(["run", "-A", "--quiet", "tools/modules.ts", "--quiet", `${HERE}/plugins`]);
  assertEquals(code, 0, stderr);
}

Deno.test("docs/examples/embed: a program that imports the library runs plugins from disk and memory", async () => {
  await buildPlugins();
  assertWrote(
    await runDeno(["run", "-A", "--quiet", "--check", "--no-prompt", "main.ts"], { cwd: HERE, deadlineMs: 60_000 }),
  );
});

Deno.test("docs/examples/embed: the same program compiled", async () => {
  await buildPlugins();
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  try {
    const denort = await findDenort({ version: Deno.version.deno, target: Deno.build.target });
    const { code, stderr } = await runDeno([
      ...["compile", "--quiet", "--no-check", "--allow-all", "--no-prompt", "--unstable-worker-options"],
      ...["--include", "../../../src/realm/guest/main.ts", "--include", "plugins", "--include", "cities"],
      ...["--output", `${directory}/weather`, "main.ts"],
    ], { cwd: HERE, env: denort === undefined ? {} : { DENORT_BIN: denort } });
    assertEquals(code, 0, stderr);
    assertWrote(await run(`${directory}/weather`, [], { cwd: directory, deadlineMs: 60_000 }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
