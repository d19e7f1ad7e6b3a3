import { join } from "@std/path";
import { HostError } from "../fault/mod.ts";
import { createHost, type Host, type Provided } from "../host/mod.ts";
import { type MemoryModule, MemorySource, type Need } from "../manifest/mod.ts";
import type { Directories, Options } from "../settings/mod.ts";
import { type BuiltModule, readBuilt } from "./built.ts";
import { ModuleUnderTest } from "./module_under_test.ts";
import { RecordingSink, whyNot } from "./recording.ts";
import { writeFiles } from "./files.ts";

/** What stands for the things that a module uses, by what they are called. */
export interface Fakes {
  /** `application=Gosub`. */
  readonly [application: `application=${string}`]: Provided["application"];
  /** `function=CUT`. */
  readonly [function_: `function=${string}`]: Provided["function"];
  /** `service=timer`. */
  readonly [service: `service=${string}`]: Provided["service"];
}

/** Options of {@linkcode startModule}. */
export interface StartOptions {
  /**
   * What the module is granted, as in `[permissions]` of `modules.conf`: lines such as `read=${astdatadir}/notes`, or
   * `manifest` for whatever it asks. @default {[]}
   */
  readonly permissions?: readonly string[] | "manifest" | undefined;
  /** Configuration files by name: what `host.config()` finds. @default {{}} */
  readonly configs?: Readonly<Record<string, string>> | undefined;
  /** Files below `astdatadir`, by path. @default {{}} */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /**
   * What stands for the things that the manifest's `[uses]` and `[canuse]` name: `service=timer`, `application=Gosub`,
   * `function=CUT`. Modules it uses are there without being named. @default {{}}
   */
  readonly fakes?: Fakes | undefined;
  /** Deadlines and the like, in milliseconds. @default {{}} */
  readonly options?: Partial<Options> | undefined;
  /** Where it runs, as in `[realms]` of `modules.conf`. @default {"shared"} */
  readonly realm?: string | undefined;
}

const FAKE_TYPES = ["application", "function", "service"];

/**
 * Starts one module in a real realm.
 *
 * 1. The built file and its manifest are read; a source that is newer is refused.
 * 2. A host is made with directories of its own below a temporary one, holding `configs` and `data`.
 * 3. What the module uses is faked: by the functions in `fakes`, or by empty modules for `module =` lines.
 * 4. The module is loaded, with exactly the permissions given.
 *
 * @param file `<name>.js`, or the `<name>.ts` beside it
 * @returns the running module; dispose it to stop it, which fails when it does not stop in order
 * @throws {HostError} when it does not run, with all that the log says about it
 */
export async function startModule(file: string | URL, options: StartOptions = {}): Promise<ModuleUnderTest> {
  const built = readBuilt(file);
  checkFakes(built, options);
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: `asterism-${built.name}-` }));
  let host: Host | undefined;
  try {
    const directories = await makeDirectories(directory, options);
    const log = new RecordingSink();
    host = await createHost({
      config: { file: join(directories.astetcdir, "asterism.conf"), directories, options: options.options },
      policy: policyFor(built.name, options),
      modules: [sourceFor(built)],
      sinks: [log],
    });
    for (const [what, fake] of Object.entries(options.fakes ?? {})) {
      host.provide(what as `service=${string}`, fake as Provided["service"]);
    }
    const module = new ModuleUnderTest({ name: built.name, host, log, directories, directory });
    await host.boot();
    if (module.row?.status !== "Running") throw new HostError("module", whyNot(built.name, log.records));
    return module;
  } catch (error) {
    await host?.stop("gracefully");
    await Deno.remove(directory, { recursive: true });
    throw error;
  }
}

/** @throws {TypeError} for a fake that the module does not use: the test would be about nothing */
function checkFakes({ name, manifest }: BuiltModule, { fakes = {} }: StartOptions): void {
  const used = [...manifest.uses, ...manifest.canUse].map(({ type, name }) => `${type}=${name}`);
  for (const what of Object.keys(fakes)) {
    const [type = ""] = what.split("=");
    if (!FAKE_TYPES.includes(type)) {
      throw new TypeError(
        `Cannot fake "${what}": expected ${FAKE_TYPES.map((each) => `${each}=`).join(", ")} and a name`,
      );
    }
    const key = what.replace(/:\d+$/, "").toLowerCase();
    if (used.some((one) => one.toLowerCase() === key || one === `${type}=*`)) continue;
    throw new TypeError(
      `Cannot fake "${what}": ${name} does not use it; its manifest has ${used.join(", ") || "nothing"}`,
    );
  }
}

async function makeDirectories(directory: string, { configs = {}, data = {} }: StartOptions): Promise<Directories> {
  const directories = {
    astetcdir: join(directory, "etc"),
    astmoddir: join(directory, "modules"),
    astdatadir: join(directory, "data"),
    astrundir: join(directory, "run"),
    astlogdir: join(directory, "log"),
  };
  for (const each of Object.values(directories)) await Deno.mkdir(each);
  await writeFiles(directories.astetcdir, configs);
  await writeFiles(directories.astdatadir, data);
  return directories;
}

function policyFor(name: string, { permissions = [], realm = "shared" }: StartOptions) {
  return {
    modules: { load: name },
    permissions: { [name]: typeof permissions === "string" ? permissions : [...permissions] },
    realms: { [name]: realm },
  };
}

/** The module itself, and an empty one for every module that it must have. */
function sourceFor({ name, source, manifest, manifestText }: BuiltModule): MemorySource {
  const needed = manifest.uses.filter(({ type }) => type === "module");
  return new MemorySource({
    ...Object.fromEntries(needed.map((need) => [need.name, emptyModule(need)])),
    [name]: { source, manifest: manifestText },
  });
}

function emptyModule({ name }: Need): MemoryModule {
  const about = { license: "MIT", description: `Stands for ${name}` };
  const source = `import { defineModule } from "asterism";
export default defineModule({ ...${JSON.stringify(about)}, load: () => 0 });`;
  return { source, manifest: { module: about } };
}
