import { join } from "@std/path";
import type { CliPermissionControl, ConfigControl, ConfigUse, LogControl } from "../console/mod.ts";
import type { Host } from "../host/mod.ts";

/** Sections and keys of the core's files, for `config show help`. */
const CORE_FILES: Readonly<Record<string, readonly string[]>> = {
  "asterism.conf": [
    "[directories] astetcdir astmoddir astdatadir astrundir astlogdir",
    "[files] astctl astctlpermissions astctlowner astctlgroup",
    "[options] as in configs/asterism.conf, each with its default",
  ],
  "modules.conf": [
    "[modules] autoload load preload require preload-require noload neverload load_uses reference_autoload compatible",
    "[uses] module = what it uses; type = what is named from here on",
    "[permissions] module = kind=value,value; default = none or manifest",
    "[realms] module = shared, dedicated or process; default = …",
  ],
  "logger.conf": [
    "[general] dateformat appendhostname rotatestrategy rotatesize exec_after_rotate",
    "[logfiles] console or file => [formatter]levels",
  ],
  "cli.conf": ["[startup_commands] command = pre-init, pre-module, fully-booted or yes"],
  "cli_permissions.conf": ["[general] default_perm", "[user] permit deny", "[@group] permit deny"],
};

/** What the configuration files of a running program are used by. */
export interface ConfigFileParts {
  /** The host. */
  readonly host: Host;
  /** The log. */
  readonly log: LogControl;
  /** Who may run which command. */
  readonly permissions: CliPermissionControl;
}

/** The configuration files of the core and of all modules that run. */
export function configControl({ host, log, permissions }: ConfigFileParts): ConfigControl {
  const { file: main, directories: { astetcdir } } = host.settings;
  const reloads: Readonly<Record<string, () => Promise<string>>> = {
    "logger.conf": async () => await log.reload() ?? "The log is reloaded.",
    "cli_permissions.conf": () =>
      Promise.resolve().then(() => permissions.reload()).then(() => "Permissions are reloaded."),
  };
  const uses = (): ConfigUse[] => [
    ...Object.entries(CORE_FILES).map(([name, keys]) => ({
      module: "core",
      file: name === "asterism.conf" ? main : join(astetcdir, name),
      keys,
    })),
    ...host.configFiles().flatMap(({ module, files }) =>
      files.map((name) => ({ module, file: join(astetcdir, name) }))
    ),
  ];
  return {
    uses,
    async reload(file) {
      const used = uses().filter((use) => use.file === file || use.file.endsWith(`/${file}`));
      if (used.length === 0) return undefined;
      return await Promise.all(used.map(async ({ module }) => {
        const name = file.slice(file.lastIndexOf("/") + 1);
        if (module !== "core") return (await host.execute(`module reload ${module}`)).output.trimEnd();
        return await reloads[name]?.() ?? `${name} is read at the start only: use 'core restart gracefully'`;
      }));
    },
  };
}
