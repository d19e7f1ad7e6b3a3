import { ConfigError, type Position } from "../fault/mod.ts";

/** What a {@linkcode ReadFault} needs beside its reason. */
export interface ReadFaultOptions extends ErrorOptions {
  /** Where the fault is. */
  position: Position;
  /** The line itself. */
  text: string;
  /** Asterisk's words for it: how it is reported when the file was an included one. */
  logged: string;
  /** Asterisk's log level for it; "warning" unless told. */
  level?: "warning" | "error";
}

/** A fault that makes the file it stands in invalid. An included file's fault ends that file and is then a warning. */
export class ReadFault extends ConfigError {
  /** Asterisk's words for it. */
  readonly logged: string;
  /** Asterisk's log level for it. */
  readonly level: "warning" | "error";

  /** Makes the fault; the place is put in front of the reason. */
  constructor(reason: string, options: ReadFaultOptions) {
    super(reason, options);
    this.logged = options.logged;
    this.level = options.level ?? "warning";
  }
}

/** A bound of this reader was reached, in whichever file: reading ends altogether. */
export class LimitFault extends ConfigError {}
