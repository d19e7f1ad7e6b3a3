import { nameKey } from "./name.ts";

/** Files that the program itself reads. */
export const CORE_CONFIGS = [
  "asterism.conf",
  "modules.conf",
  "logger.conf",
  "cli.conf",
  "cli_permissions.conf",
  "extconfig.conf",
] as const;

/**
 * Files of modules that are shipped with the program, and whose they are. Written down, not read from manifests: they
 * are theirs in an installation, too, in which these modules are not.
 */
const SHIPPED: Readonly<Record<string, readonly string[]>> = {
  "acl.conf": ["manager"],
  "cdr_custom.conf": ["cdr_custom"],
  "chan_line.conf": ["chan_line"],
  "cli_aliases.conf": ["res_clialiases"],
  "extensions.conf": ["pbx_config"],
  "http.conf": ["res_http", "res_http_actions"],
  "manager.conf": ["manager"],
  "res_config_sqlite3.conf": ["res_config_sqlite3"],
  "sample.conf": ["res_sample_module"],
};

/** What Asterisk's modules begin with, by what they are. */
const PREFIX_REGEXP = /^(?:app|bridge|cdr|cel|chan|codec|format|func|pbx|res|snd|stasis|test|timing)_/;

/** The modules whose a file is by the program's own word, by `nameKey`; none for the core's; undefined for all others. */
export function configOwners(file: string): readonly string[] | undefined {
  const key = file.toLowerCase();
  if ((CORE_CONFIGS as readonly string[]).includes(key)) return [];
  return Object.hasOwn(SHIPPED, key) ? SHIPPED[key] : undefined;
}

/**
 * Whether a configuration file is a module's own, to be read without a grant: by the program's word; of all other files
 * the one with its name, and the one with its name without what says of which kind it is, `sip.conf` of `chan_sip`.
 */
export function isOwnConfig(module: string, file: string): boolean {
  const key = nameKey(module);
  const owners = configOwners(file);
  if (owners !== undefined) return owners.includes(key);
  const name = file.toLowerCase();
  return name === `${key}.conf` || name === `${key.replace(PREFIX_REGEXP, "")}.conf`;
}

/** Whether a module is the one that brings the administrator's dialplan: `extensions.conf` is its file, by the program's word. */
export function hasAdministratorsDialplan(module: string): boolean {
  return isOwnConfig(module, "extensions.conf");
}
