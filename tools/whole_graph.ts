/**
 * The graph of all modules of a real Asterisk, as modules of ours. Why it exists: ten modules show that a rule works, and
 * three hundred and fifty-nine that it holds: they are written as sources, built, described, checked and loaded.
 *
 *     deno task whole-graph [--keep DIR]
 *
 * `tests/graph/asterisk_modules.json` has the facts, of Asterisk 23.5: name, description, priority, what each requires,
 * enhances and provides. Prints how many run, and what the steps took; anything unexpected is an error.
 *
 * @module
 */
import { join } from "@std/path";
import { createHost } from "../src/host/mod.ts";
import { buildModules } from "./modules.ts";
import { LOCK_FLAG, ROOT, runDeno, runTool, ToolError } from "./process.ts";

/** What is known of a module of Asterisk. */
export interface AsteriskModule {
  readonly name: string;
  /** Directory of its source, menuselect's category. */
  readonly dir: string;
  readonly description: string;
  /** Number of its load priority. */
  readonly priority: number;
  readonly support: string;
  readonly requires?: readonly string[];
  readonly optional?: readonly string[];
  readonly enhances?: readonly string[];
  /** Libraries that its build needs. */
  readonly external?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly applications?: readonly string[];
  readonly functions?: readonly string[];
  readonly reload?: boolean;
  readonly globals?: boolean;
  readonly defaultenabled?: boolean;
}

/** Where the facts are. */
export const GRAPH_FILE: string = join(ROOT, "tests/graph/asterisk_modules.json");

/** Reads the facts. */
export function readGraph(file: string = GRAPH_FILE): AsteriskModule[] {
  return JSON.parse(Deno.readTextFileSync(file));
}

/** The TypeScript source of a module that registers what the real one does and does nothing else. */
export function sourceOf(module: AsteriskModule): string {
  const { applications = [], functions = [] } = module;
  const info = [
    element("support_level", module.support || "unknown"),
    element("load_priority", String(module.priority)),
    ...(module.globals ? ["<export_globals/>"] : []),
    ...(module.defaultenabled === false ? [element("defaultenabled", "no")] : []),
    ...(module.requires ?? []).map((name) => `<use type="module">${name}</use>`),
    ...(module.external ?? []).map((name) => element("depend", name)),
    ...(module.optional ?? []).map((name) => element("optional_module", name)),
    ...(module.enhances ?? []).map((name) => element("enhances", name)),
    ...(module.conflicts ?? []).map((name) => `<conflict type="external">${name}</conflict>`),
  ];
  const documentation = [
    ...applications.map((name) => `<application name="${name}" language="en_US"><synopsis/></application>`),
    ...functions.map((name) => `<function name="${name}" language="en_US"><synopsis/></function>`),
  ];
  const body = [
    ...applications.map((name) => `host.application("${name}", () => 0);`),
    ...functions.map((name) => `host.function("${name}", { read: () => "" });`),
    "return LoadResult.SUCCESS;",
  ];
  return `/*** MODULEINFO
  ${info.join("\n  ")}
 ***/
/*** DOCUMENTATION
  ${documentation.join("\n  ")}
 ***/
import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "GPL-2.0-only",
  description: ${JSON.stringify(module.description)},
  load(${body.length > 1 ? "host" : ""}) {
    ${body.join("\n    ")}
  },${module.reload ? "\n  reload() {}," : ""}
});
`;
}

/** Writes sources and a configuration that loads them all. */
export async function writeGraph(directory: string, modules: readonly AsteriskModule[]): Promise<void> {
  for (const part of ["modules", "etc"]) await Deno.mkdir(join(directory, part), { recursive: true });
  for (const module of modules) {
    // In a folder of its own: a file that ends in _test.ts would be taken for a test, and one module is called so.
    const folder = join(directory, "modules", module.name);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(folder, "mod.ts"), sourceOf(module));
  }
  const directories = [
    "astetcdir => .",
    "astmoddir => ../modules",
    "astdatadir => ..",
    "astrundir => ..",
    "astlogdir => ..",
  ];
  await Deno.writeTextFile(join(directory, "etc/asterism.conf"), `[directories]\n${directories.join("\n")}\n`);
  await Deno.writeTextFile(join(directory, "etc/modules.conf"), "[modules]\nautoload = yes\n");
}

/** Loads what was built, in this process. */
export async function loadGraph(directory: string): Promise<{ running: number; faults: string[] }> {
  const faults: string[] = [];
  await using host = await createHost({
    config: join(directory, "etc/asterism.conf"),
    sinks: [{
      // That a module is deprecated is a warning, and some of Asterisk's are.
      accepts: (level) => level === "error",
      write: ({ message }) => void faults.push(message),
    }],
  });
  const { running } = await host.boot();
  return { running, faults };
}

function element(name: string, text: string): string {
  return `<${name}>${text}</${name}>`;
}

/** Runs a step and says how long it took. */
async function timed<T>(what: string, step: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await step();
  console.log(`${what}: ${Math.round(performance.now() - began)} ms`);
  return result;
}

async function main(args: readonly string[]): Promise<number> {
  const kept = args[0] === "--keep" ? args[1] : undefined;
  if (args.length > 0 && kept === undefined) throw new ToolError("Cannot go on: expected nothing or --keep DIR");
  const directory = kept ?? await Deno.makeTempDir({ prefix: "asterism-graph-" });
  try {
    const modules = readGraph();
    await timed(`${modules.length} sources`, () => writeGraph(directory, modules));
    await timed("built, tried and described", () => buildModules(join(directory, "modules")));
    const config = join(directory, "etc/asterism.conf");
    const command = ["run", "--quiet", LOCK_FLAG, "--allow-all", join(ROOT, "main.ts"), "check", "-C", config];
    const checked = await timed("asterism check", () => runDeno(command));
    console.log(checked.stdout.trimEnd());
    const { running, faults } = await timed("loaded", () => loadGraph(directory));
    console.log(`${running} of ${modules.length} run`);
    for (const fault of faults) console.error(fault);
    return checked.code === 0 && faults.length === 0 && running === modules.length ? 0 : 1;
  } finally {
    if (kept === undefined) await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) await runTool(main);
