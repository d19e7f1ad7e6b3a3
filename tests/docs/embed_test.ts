import { assertEquals } from "@std/assert";
import { ROOT, runDeno } from "../../tools/process.ts";

/** What the example writes, told without the words that differ with the place of the checkout. */
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

Deno.test("docs/examples/embed: a program that imports the library runs plugins from disk and memory", async () => {
  const here = `${ROOT}docs/examples/embed`;
  const built = await runDeno(["run", "-A", "--quiet", "tools/modules.ts", "--quiet", `${here}/plugins`]);
  assertEquals(built.code, 0, built.stderr);
  const { code, stdout, stderr } = await runDeno(["run", "-A", "--quiet", "--check", "--no-prompt", "main.ts"], {
    cwd: here,
    deadlineMs: 60_000,
  });
  // Two realms start and stop at their own pace: the lines are these, their order is partly chance.
  const lines = (text: string) => text.replaceAll(here, "HERE").split("\n").sort();
  assertEquals({ code, lines: lines(stdout), stderr }, { code: 0, lines: lines(EXPECTED), stderr: "" });
});
