/**
 * Errors and their places: what every other folder reports faults with. Imports nothing.
 *
 * @module
 */
export { ConfigError, type ConfigErrorOptions, HostError, type HostErrorCode, type HostErrorOptions } from "./error.ts";
export { messageOf } from "./message.ts";
export { formatPosition, type Position } from "./position.ts";
export { nearest } from "./nearest.ts";
export { printable, printableData, printableJson, printableLine, printableText } from "./printable.ts";
