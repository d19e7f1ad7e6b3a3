import { formatPosition, type Position } from "./position.ts";

/** Options of {@linkcode ConfigError}. */
export interface ConfigErrorOptions extends ErrorOptions {
  /** Where the fault is. */
  position: Position;
  /** The line itself, without its end, when the reader has it. */
  text?: string | undefined;
}

/**
 * A fault in a configuration file or a manifest. The message begins with `file:line:column`.
 *
 * A SyntaxError by meaning: the text is at fault, not the program.
 */
export class ConfigError extends SyntaxError {
  /** Where the fault is. */
  readonly position: Position;
  /** The line at fault, when known. */
  readonly text: string | undefined;
  /** The message without its place. */
  readonly reason: string;

  /** Makes the error; the place is put in front of the message. */
  constructor(reason: string, options: ConfigErrorOptions) {
    super(`${formatPosition(options.position)}: ${reason}`, options);
    this.name = "ConfigError";
    this.position = options.position;
    this.text = options.text;
    this.reason = reason;
  }
}

/**
 * Why the host refused or failed. One closed list, so that callers can tell cases apart without reading prose.
 *
 * - `config`: a configuration or a manifest is wrong; exit status 1
 * - `required`: a required module did not load; exit status 2 (seed 002)
 * - `not-found`: no such module, file or thing provided
 * - `checksum`: a module's file is not the one its manifest describes
 * - `permission`: asked for more than was granted
 * - `module`: the module itself failed: threw, declined, registered what it does not provide
 * - `deadline`: no answer in time
 * - `realm-ended`: the realm is gone
 * - `state`: not possible in the present state
 * - `limit`: more work, memory or lines than a module may cause
 */
export type HostErrorCode =
  | "config"
  | "required"
  | "not-found"
  | "checksum"
  | "permission"
  | "module"
  | "deadline"
  | "realm-ended"
  | "state"
  | "limit";

/** Options of {@linkcode HostError}. */
export interface HostErrorOptions extends ErrorOptions {
  /** The module concerned, by name. */
  module?: string | undefined;
}

/** A fault of the host or of a module, told apart by {@linkcode HostErrorCode}. */
export class HostError extends Error {
  /** What kind of fault it is. */
  readonly code: HostErrorCode;
  /** The module concerned, when there is one. */
  readonly module: string | undefined;

  /** Makes the error. */
  constructor(code: HostErrorCode, message: string, options: HostErrorOptions = {}) {
    super(message, options);
    this.name = "HostError";
    this.code = code;
    this.module = options.module;
  }
}
