/** Runs every specification beside this file, with the compiled binary and under Deno. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { matches, normalize } from "../support/match.ts";
import { launch, type Mode, runToEnd } from "../support/program.ts";
import { readSpec, type Spec, specNames } from "../support/spec.ts";
import { stage } from "../support/stage.ts";

const DIRECTORY = fromFileUrl(new URL(".", import.meta.url));

for (const name of specNames(DIRECTORY)) {
  Deno.test(`asterism: ${name.replaceAll("_", " ")}`, async () => {
    const spec = readSpec(join(DIRECTORY, name));
    // All come to their end before the first that failed is reported: a run must not outlive its test.
    const results = await Promise.allSettled(spec.modes.map((mode) => check(spec, mode)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  });
}

async function check(spec: Spec, mode: Mode): Promise<void> {
  const copied = spec.copied.map((name) => [name, Deno.readTextFileSync(join(spec.folder, name))]);
  await using staged = await stage({ ...spec, files: { ...Object.fromEntries(copied), ...spec.files } });
  const { directory, expand } = staged;
  const { command, args, env } = launch(mode, directory);
  const ended = await runToEnd({
    command,
    args: [...args, ...spec.args.map(expand)],
    env: { ...env, ...Object.fromEntries(Object.entries(spec.env).map(([key, value]) => [key, expand(value)])) },
  }, { cwd: directory, deadlineMs: spec.deadline });
  const all = `${spec.name}, ${mode}: status ${ended.code}\nstdout:\n${ended.stdout}\nstderr:\n${ended.stderr}`;
  for (const stream of ["stdout", "stderr"] as const) {
    const actual = normalize(ended[stream], directory);
    const expected = normalize(expand(spec[stream]), directory);
    if (expected.includes("[WILD")) assert(matches(actual, expected), `${stream} is unlike\n${expected}\n${all}`);
    else assertEquals(actual, expected, `${stream} differs\n${all}`);
  }
  assertEquals(ended.code, spec.exit, all);
}
