/** What {@linkcode Source.exec} may give instead of the bare output, when there is more to tell. */
export interface ExecResult {
  /** Standard output, read like an included file. */
  readonly output: Uint8Array;
  /** Exit status; other than 0 it is reported and changes nothing else. */
  readonly status: number;
  /** Standard error; reported line by line. */
  readonly errors?: string | undefined;
}

/** Where included files come from. The reader itself touches no file. */
export interface Source {
  /** Directory that relative names are resolved against, also inside included files. */
  readonly directory: string;
  /**
   * Reads one regular file.
   *
   * @param path Absolute, or joined from {@linkcode Source.directory} and the name written.
   * @returns Its content; nothing when there is no such readable file.
   */
  read(path: string): Uint8Array | undefined;
  /**
   * The paths a pattern stands for, sorted by byte value within each brace alternative, hidden ones only when the
   * pattern names the dot. Asked only for names with one of `*?[{\` in them.
   */
  glob(pattern: string): string[];
  /** Whether something else than a regular file stands there, a directory for one: only for the warning about it. */
  isDirectory?(path: string): boolean;
  /**
   * Runs a shell command for `#exec`. Called only when the reader was told that this is allowed.
   *
   * @throws {ExecRefused} When it may not: a warning, the line is ignored. Anything else makes the file invalid.
   */
  exec?(command: string): Uint8Array | ExecResult;
}

/** Why a source runs no command although it has an `exec`. The message goes on from "Cannot perform #exec". */
export class ExecRefused extends Error {}
