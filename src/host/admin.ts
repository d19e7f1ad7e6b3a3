import { join } from "@std/path";
import { parse, selectSections, withoutSecrets } from "../config/mod.ts";
import type { CoreServices } from "../console/mod.ts";
import { messageOf } from "../fault/mod.ts";
import type { AdminServices, Life, Loader } from "../loader/mod.ts";
import { areaOf, type Logger, type TailSink, textOf } from "../log/mod.ts";
import type { Catalog } from "../manifest/mod.ts";
import type { CommandOutput, ConfigReading, ModulePresence } from "../module_api/mod.ts";
import { isConfigName } from "../permission/mod.ts";
import type { HostDialplan } from "./dialplan.ts";
import type { Settings } from "../settings/mod.ts";
import { readFileIfAny, readingIn } from "./disk_files.ts";

/** What the administration is made of. */
export interface AdminParts {
  readonly loader: Loader;
  readonly catalog: Catalog;
  readonly services: CoreServices;
  readonly dialplan: HostDialplan;
  readonly life: Life;
  readonly log: Logger;
  /** The end of the log. */
  readonly tail: TailSink;
  /** Where configuration files are, and whether they may run commands. */
  readonly settings: Settings;
  /** Runs a console command that does not begin with one of those. */
  run(command: string, refuse: readonly string[]): Promise<CommandOutput>;
}

/** What modules with host capabilities may ask for: the same that the console has. */
export function adminServices(parts: AdminParts): AdminServices {
  const { loader, services: { modules, lifetime }, dialplan, life } = parts;
  return {
    modules: () => loader.overviews(),
    realms: () => loader.realms().map(({ realm, modules, memory }) => ({ realm, modules, memory: memory ?? 0 })),
    logTail: (after) =>
      parts.tail.after(after).map((record) => ({
        ...{ number: record.number, level: record.level, time: record.time },
        ...{ area: areaOf(record), message: textOf(record) },
      })),
    findModule: (name) => findModule(parts, name),
    load: (name) => modules.load(name),
    unload: async (name) => await modules.unload(name, "soft") === "unloaded",
    reload: (name) => modules.reload(name),
    reloadAll: () => modules.reloadAll(),
    refresh: async (name, recursively) => await modules.refresh(name, { recursively }) === "refreshed",
    status: () => {
      const { version, startedAt, reloadedAt } = lifetime;
      return { version, startedAt, reloadedAt, booted: life.booted, processedCalls: dialplan.processedCalls };
    },
    calls: () => dialplan.calls(),
    run: (command, refuse) => parts.run(command, refuse),
    readConfig: (file, filter, warn) => readConfig(parts, { file, filter, warn }),
  };
}

function findModule({ catalog, loader, log }: AdminParts, name: string): ModulePresence {
  try {
    catalog.refresh();
  } catch (error) {
    log.error(messageOf(error));
  }
  const known = catalog.get(name) !== undefined || catalog.fault(name) !== undefined;
  return { known, loaded: loader.has(name) };
}

/** What is to be read, and who is told of what is odd about it. */
interface Reading {
  readonly file: string;
  readonly filter: string;
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * A file of the directory itself: no name leads out of it. Secrets are masked before anything looks for something in it:
 * a filter must not be a way to guess them.
 */
function readConfig(
  { settings, log }: AdminParts,
  { file, filter, warn = (message) => log.warning(message) }: Reading,
): ConfigReading {
  const { directories: { astetcdir }, options } = settings;
  const path = join(astetcdir, file);
  // A key in a file of another kind would be no value of a key that is known to be secret.
  if (!isConfigName(file)) return { fault: "missing", reason: `"${file}" is no name of a .conf file in ${astetcdir}` };
  try {
    const content = readFileIfAny(path);
    if (content === undefined) return { fault: "missing", reason: `there is no file ${path}` };
    const config = withoutSecrets(parse(content, { file: path, ...readingIn(astetcdir, options) }));
    const sections = selectSections(config, filter, (message) => warn(`${path}: ${message}`));
    return {
      sections: sections.map(({ name, template, inherits, entries }) => ({
        name,
        template,
        inherits: [...inherits],
        entries: entries.map(({ key, value }) => ({ key, value })),
      })),
    };
  } catch (error) {
    return { fault: "invalid", reason: messageOf(error) };
  }
}
