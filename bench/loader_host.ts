/**
 * A loader with real realms in this process, without console and program around it.
 *
 * @module
 */
import { join } from "@std/path";
import { parse } from "../src/config/mod.ts";
import { Life, Loader, ModuleLogs } from "../src/loader/mod.ts";
import { Logger } from "../src/log/mod.ts";
import { Catalog, DiskSource } from "../src/manifest/mod.ts";
import { parsePolicy } from "../src/policy/mod.ts";
import { Pbx } from "../src/dialplan/mod.ts";
import { DiskStore } from "../src/store/mod.ts";
import { Registry } from "../src/registry/mod.ts";
import { DEFAULT_DIRECTORIES, defaultOptions } from "../src/settings/mod.ts";

/** A loader and where its modules register. */
export interface LoaderHost {
  readonly loader: Loader;
  readonly registry: Registry;
}

/**
 * Starts a loader over a directory of modules.
 *
 * @param astmoddir the directory
 * @param modulesConf text of modules.conf
 */
export async function startLoader(astmoddir: string, modulesConf: string): Promise<LoaderHost> {
  const registry = new Registry();
  const faults: string[] = [];
  const log = new Logger([{
    accepts: (level) => level === "error" || level === "warning",
    write: ({ message }) => void faults.push(message),
  }], { area: "loader" });
  const directories = { ...DEFAULT_DIRECTORIES, astmoddir };
  const loader = new Loader({
    catalog: new Catalog([new DiskSource(astmoddir)]),
    policy: parsePolicy(parse(modulesConf, { file: join(astmoddir, "modules.conf") }), { ...directories }),
    directories,
    options: defaultOptions(),
    registry,
    store: new DiskStore(join(astmoddir, "astdb.sqlite3")),
    pbx: new Pbx({ registry, log, refusesCalls: () => false }),
    log,
    logs: new ModuleLogs({ log, rate: () => ({ output: 1_000, outputbytes: 1024 * 1024 }) }),
    programLacks: () => [],
    resolvePath: (path) => path,
    linksOut: () => [],
    execute: () => Promise.resolve(""),
    life: new Life(),
    admin: () => {
      throw new Error("No module here administers the host");
    },
    readConfig: () => Promise.resolve(undefined),
  });
  const { status } = await loader.boot();
  if (status !== 0 || faults.length > 0) throw new Error(`The loader did not start: ${faults.join("\n")}`);
  return { loader, registry };
}
