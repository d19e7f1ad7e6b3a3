/**
 * The gate: everything that must hold before a change is good, in one command. Why it exists: a rule that has its own
 * command is forgotten, and what CI runs must be what people run.
 *
 *     deno task test       every step, the compiled binary and all tests
 *     deno task check      the steps without binary and tests
 *
 * A failing step does not keep the others from running. The last line is `N passed, N failed`, steps and tests together.
 *
 * @module
 */
import { presentCode, typeScriptFiles } from "./files.ts";
import { KILLED, LOCK_FLAG, ROOT, runDeno, type RunOptions, runTool } from "./process.ts";

/** A step's end: what it has to say, and whether it may pass. */
interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** One line of the gate. */
interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

/** How many tests passed and failed. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** All that may lie at the root; whatever else appears belongs into a directory. The second line is not in git. */
const ENTRIES: readonly string[] = [
  ...["main.ts", "mod.ts", "src", "modules", "configs", "tests", "tools", "docs", "bench", "types", "deploy", ".ci"],
  ...["dist", "var", "mine", ".asterism_history"],
  ...["deno.json", "deno.lock", "imports.json", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore", ".git"],
];

/** Where modules are whose manifests are committed. */
const MODULE_DIRECTORIES = ["modules", "docs/examples/embed/plugins"];

/** Longer than any machine needs; a test that hangs must not hold up the gate for ever. */
const TEST_DEADLINE_MS = 16 * 60_000;

// deno-lint-ignore no-control-regex -- terminal colors, which a summary may carry
const COLOR_REGEXP = /\u001b\[[0-9;]*m/g;

/**
 * Reads the summary that `deno test` ends with.
 *
 * @returns what it counted; without a summary, or when it contradicts the exit status, one failure more
 */
export function countTests(output: string, code: number): Count {
  const plain = output.replace(COLOR_REGEXP, "");
  const summary = [...plain.matchAll(/^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/gm)].at(-1);
  if (summary === undefined) return { passed: 0, failed: 1 };
  const count = { passed: Number(summary[1]), failed: Number(summary[2]) };
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** Entries of the root directory that have no place there. */
export function entryFaults(names: readonly string[]): string[] {
  return names.filter((name) => !ENTRIES.includes(name)).sort()
    .map((name) => `${name}:1: nothing of that name belongs at the root; move it into a directory or remove it`);
}

/**
 * What makes `deno task` itself reach for packages. It does so before it has read the variables of the task's own command,
 * `DENO_TLS_CA_STORE` among them, and fails behind a proxy that has a certificate of its own.
 */
export function configFaults(config: Readonly<Record<string, unknown>>): string[] {
  const faults: string[] = [];
  if (config.imports !== undefined) faults.push('deno.json:1: no "imports" here: keep them in imports.json');
  if (config.lock !== false) faults.push('deno.json:1: "lock" must be false: each task names deno.lock');
  return faults;
}

function denoStep(name: string, args: readonly string[], options: RunOptions = {}): Step {
  return {
    name,
    async run() {
      const { code, stdout, stderr } = await runDeno(args, options);
      return { ok: code === 0, output: stdout + stderr };
    },
  };
}

function toolStep(name: string, file: string, args: readonly string[] = []): Step {
  return denoStep(name, ["run", "--quiet", LOCK_FLAG, "--allow-all", `tools/${file}`, ...args]);
}

function checkSteps(): Step[] {
  const folders = typeScriptFiles(presentCode(["src"])).filter((file) => /^src\/[^/]+\/mod\.ts$/.test(file));
  return [
    denoStep("fmt", ["fmt", "--check"]),
    denoStep("lint", ["lint", "--quiet"]),
    denoStep("types", ["check", "--quiet", LOCK_FLAG, "--frozen", ...presentCode()]),
    denoStep("docs", ["doc", "--quiet", "--lint", ...presentCode(["mod.ts"]), ...folders]),
    // By itself: a type that the library shows and does not export is hidden by the folders above.
    denoStep("library", ["doc", "--quiet", "--lint", ...presentCode(["mod.ts", "src/testing/mod.ts"])]),
    toolStep("layers", "check_layers.ts"),
    toolStep("limits", "check_limits.ts"),
    toolStep("modules", "modules.ts", ["--quiet", ...MODULE_DIRECTORIES]),
    toolStep("manifests", "modules.ts", ["--check", ...MODULE_DIRECTORIES]),
    denoStep("installation", [
      ...["run", "--quiet", LOCK_FLAG, "--allow-all"],
      ...["main.ts", "check", "-C", "configs/asterism.conf"],
    ]),
    {
      name: "entries",
      run() {
        const config = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
        const faults = [...entryFaults([...Deno.readDirSync(ROOT)].map(({ name }) => name)), ...configFaults(config)];
        return Promise.resolve({ ok: faults.length === 0, output: faults.join("\n") });
      },
    },
    denoStep("publish", ["publish", "--dry-run", "--allow-dirty", "--quiet"]),
  ];
}

async function runSteps(steps: readonly Step[]): Promise<Count> {
  let failed = 0;
  for (const { name, run } of steps) {
    const began = performance.now();
    const { ok, output } = await run();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${ok ? "ok    " : "FAILED"}  ${name} (${seconds} s)`);
    if (ok) continue;
    failed++;
    console.log(output.trimEnd());
  }
  return { passed: steps.length - failed, failed };
}

/**
 * Folders of tests by the run that takes them; the second takes what is named nowhere. Whatever listens on the ports of
 * the sample configuration is in one run, and what starves a process of memory is not beside what starves the machine.
 */
const RUNS = {
  first: ["bench", "binary", "docs", "hostile", "manager", "page", "program", "scaffold", "soak", "testing"],
  /**
   * File by file: endless loops outlive their Workers, and take the processor from everything else until their process
   * ends.
   */
  last: ["loader", "property", "realm"],
};

/** Runs all tests, two runs at a time, a core each. What a run says while another speaks is told after it. */
async function runTests(): Promise<Count[]> {
  const named = new Set([...RUNS.first, ...RUNS.last]);
  const others = [...Deno.readDirSync(`${ROOT}/tests`)]
    .filter(({ name, isDirectory }) => isDirectory && !named.has(name)).map(({ name }) => name).sort();
  const encoder = new TextEncoder();
  const say = (text: string) => void Deno.stdout.writeSync(encoder.encode(text));
  let later = "";
  const ends = await Promise.all([
    runPaths(RUNS.first.map((name) => `tests/${name}`), say),
    runPaths(others.map((name) => `tests/${name}`), (text) => void (later += text)),
  ]);
  say(later);
  const files = RUNS.last.flatMap(testFiles);
  const runNext = async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      let text = "";
      ends.push(await runPaths([file], (more) => void (text += more)));
      say(text);
    }
  };
  await Promise.all([runNext(), runNext()]);
  return ends.map((end) => end());
}

function testFiles(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}/tests/${folder}`)].filter(({ name }) => name.endsWith("_test.ts"))
    .map(({ name }) => `tests/${folder}/${name}`).sort();
}

/** @returns says how it ended, when that is to be said, and counts */
async function runPaths(paths: readonly string[], onOutput: (text: string) => void): Promise<() => Count> {
  const args = [
    // The types were checked with all the rest.
    ...[
      "test",
      "--quiet",
      "--no-check",
      LOCK_FLAG,
      "--frozen",
      "--allow-all",
      "--no-prompt",
      "--unstable-worker-options",
    ],
    "--v8-flags=--disallow-code-generation-from-strings",
    ...paths,
  ];
  const { code, stdout } = await runDeno(args, { onOutput, deadlineMs: TEST_DEADLINE_MS });
  return () => {
    if (code === KILLED) {
      console.log(`FAILED  tests: killed, for they did not end within ${TEST_DEADLINE_MS / 60_000} minutes`);
    } else if (code !== 0) console.log(`FAILED  tests: deno test ended with status ${code}; the reason stands above`);
    return countTests(stdout, code);
  };
}

async function main(args: readonly string[]): Promise<number> {
  const counts = [await runSteps(checkSteps())];
  if (!args.includes("--check")) {
    counts.push(await runSteps([toolStep("binary", "compile.ts")]));
    counts.push(...await runTests());
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) await runTool(main);
