/**
 * `asterism.conf` as typed settings.
 *
 * @module
 */
export {
  DEFAULT_DIRECTORIES,
  defaultOptions,
  type Directories,
  type Options,
  parseSettings,
  type Settings,
} from "./settings.ts";
export { type Flags, parseFlags, USAGE } from "./flags.ts";
