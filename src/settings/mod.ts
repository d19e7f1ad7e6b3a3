/**
 * `asterism.conf` as typed settings.
 *
 * @module
 */
export { type ControlFile, DEFAULT_CONTROL } from "./control_file.ts";
export {
  DEFAULT_DIRECTORIES,
  defaultOptions,
  type Directories,
  type Options,
  parseSettings,
  type Settings,
} from "./settings.ts";
export { FLAG_TABLE, type FlagRow, type Flags, parseFlags, USAGE } from "./flags.ts";
export { type Subcommand, type SubcommandOption, SUBCOMMANDS, subcommandUsage } from "./subcommands.ts";
