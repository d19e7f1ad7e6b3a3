import { printable } from "../../fault/mod.ts";
import type { RefreshResult, ReloadResult, UnloadForce } from "../../loader/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices, ModuleControl } from "../services.ts";

/** Extensions that may be typed. Answers repeat them, the loader never sees them. */
const EXTENSION_REGEXP = /^(.+)\.(?:so|js|ts|mjs)$/i;

/** Asterisk's seven answers, by what the reload of a module came to; the name is the one that was typed. */
const RELOAD_ANSWERS: Record<ReloadResult, (name: string) => string> = {
  success: (name) => `Module '${name}' reloaded successfully.`,
  queued: () => "Asterism cannot reload a module yet; request queued",
  "not-found": (name) => `No such module '${name}'`,
  error: (name) => `The module '${name}' reported a reload failure`,
  "in-progress": () => "A module reload request is already in progress; please be patient",
  uninitialized: (name) =>
    `The module '${name}' was not properly initialized. Before reloading the module, you must run ` +
    `"module load ${name}" and fix whatever is preventing the module from being initialized.`,
  "not-implemented": (name) => `The module '${name}' does not support reloads`,
};

/** The flag that may precede the names in `module unload`. */
const FORCE_BY_FLAG: ReadonlyMap<string, UnloadForce> = new Map([["-f", "firm"], ["-h", "hard"]]);

/** `module load`, `module unload`, `module reload`, `module refresh` and `core reload`. */
export function moduleControlCommands({ modules }: CoreServices): ConsoleCommand[] {
  return [
    {
      command: "module load",
      summary: "Load a module by name",
      usage: "module load <module name>\n       Loads the specified module into Asterism.",
      run: (run) => load(modules, run),
      complete: ({ args }) => args.length === 0 ? modules.loadable() : [],
    },
    {
      command: "module unload",
      summary: "Unload a module by name",
      // The blank at the end of one line is Asterisk's.
      usage: "module unload [-f|-h] <module_1> [<module_2> ... ]\n" +
        "       Unloads the specified module from Asterism. The -f\n" +
        "       option causes the module to be unloaded even if it is\n" +
        "       in use (may cause a crash) and the -h module causes the\n" +
        "       module to be unloaded even if the module says it cannot, \n" +
        "       which almost always will cause a crash.",
      run: (run) => unload(modules, run),
      complete: () => modules.unloadable(),
    },
    {
      command: "module reload",
      summary: "Reload configuration for a module",
      usage: "module reload [module ...]\n" +
        "       Reloads configuration files for all listed modules which support\n" +
        "       reloading, or for all supported modules if none are listed.",
      run: (run) => reload(modules, run),
      complete: () => modules.reloadable(),
    },
    {
      command: "module refresh",
      summary: "Completely unloads and loads a module by name",
      usage: "module refresh <module name> [recursively]\n" +
        "       Unloads and loads the specified module into Asterism.\n" +
        "       'recursively' will attempt to unload any modules with\n" +
        "       dependencies on this module for you and load them again\n" +
        "       afterwards.",
      run: (run) => refresh(modules, run),
      complete: ({ args }) => [modules.unloadable(), ["recursively"]][args.length] ?? [],
    },
    {
      command: "core reload",
      summary: "Global reload",
      usage: "core reload\n       Execute a global reload.",
      run: (run) => run.args.length === 0 ? reload(modules, run) : "usage",
    },
  ];
}

async function load(modules: ModuleControl, run: CommandRun): Promise<CommandOutcome> {
  const { args, print } = run;
  const [typed, ...more] = args;
  if (typed === undefined || more.length > 0) return "usage";
  const name = withoutExtension(typed);
  const { result: loaded, cause } = await modules.explained(name, () => modules.load(name));
  print(`${loaded ? "Loaded" : "Unable to load module"} ${printable(typed)}\n`);
  if (!loaded) tell(cause, run);
  return loaded ? "success" : "failure";
}

async function unload(modules: ModuleControl, run: CommandRun): Promise<CommandOutcome> {
  const { args, print } = run;
  const flag = args[0]?.startsWith("-") ? args[0] : undefined;
  const force = flag === undefined ? "soft" : FORCE_BY_FLAG.get(flag);
  const names = flag === undefined ? args : args.slice(1);
  if (force === undefined || names.length === 0) return "usage";
  for (const typed of names) {
    const name = withoutExtension(typed);
    const { result, cause } = await modules.explained(name, () => modules.unload(name, force));
    print(`${result === "unloaded" ? "Unloaded" : "Unable to unload resource"} ${printable(typed)}\n`);
    if (result === "released") print(`${printable(typed)} stops by itself when its last user goes\n`);
    if (result === "failed") {
      tell(cause, run);
      return "failure";
    }
  }
  return "success";
}

async function reload(modules: ModuleControl, { args, print }: CommandRun): Promise<CommandOutcome> {
  if (args.length === 0) await modules.reloadAll();
  for (const typed of args) {
    const result = await modules.reload(withoutExtension(typed));
    print(`${RELOAD_ANSWERS[result](printable(typed))}\n`);
  }
  return "success";
}

/** Asterisk's three answers, by what the refresh came to. */
const REFRESH_ANSWERS: Record<RefreshResult, string> = {
  refreshed: "Unloaded and loaded",
  "unload-failed": "Unable to unload resource",
  "load-failed": "Unable to load resource",
};

async function refresh(modules: ModuleControl, run: CommandRun): Promise<CommandOutcome> {
  const { args, print } = run;
  const [typed, how, ...more] = args;
  if (typed === undefined || more.length > 0) return "usage";
  // Asterisk takes any other second word for none.
  const recursively = how?.toLowerCase() === "recursively";
  const name = withoutExtension(typed);
  const { result, cause } = await modules.explained(name, () => modules.refresh(name, { recursively }));
  print(`${REFRESH_ANSWERS[result]} ${printable(typed)}\n`);
  if (result !== "refreshed") tell(cause, run);
  return result === "refreshed" ? "success" : "failure";
}

/** Why something failed, on the console that asked for it, unless that shows the log, where the same stands. */
function tell(cause: string | undefined, { print, session }: CommandRun): void {
  if (cause === undefined || !(session.muted || session.hidden.has("error"))) return;
  print(`${cause.split("\n").map((line) => printable(line)).join("\n")}\n`);
}

function withoutExtension(name: string): string {
  return EXTENSION_REGEXP.exec(name)?.[1] ?? name;
}
