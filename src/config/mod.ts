/**
 * The reader for every `.conf` and `.manifest` file: Asterisk's dialect, text in, sections and entries out.
 *
 * @module
 */
export { DEFAULT_EXEC_MS, diskSource } from "./disk_source.ts";
export { type ByteEre, compileEre } from "./ere.ts";
export type { ConfigFile, ConfigWarning, Entry, Section } from "./model.ts";
export { type ConfigObject, configText, type ConfigValue } from "./object.ts";
export type { ParseOptions, Reviver } from "./options.ts";
export { parse } from "./parse.ts";
export {
  type Included,
  readConfig,
  type ReadConfigOptions,
  realtimeFile,
  type RealtimeSource,
  type RealtimeVariable,
} from "./realtime.ts";
export { isSecretKey, MASKED, withoutSecrets } from "./secrets.ts";
export { selectSections } from "./select.ts";
export { ExecRefused, type ExecResult, type Source } from "./source.ts";
export { stringify } from "./stringify.ts";
export type { Position } from "../fault/mod.ts";
export { decodeText, encodeText } from "./text.ts";
