/** What a run of a command writes, and its exit status. */
export interface CommandResult {
  /** For standard output. */
  readonly out: string;
  /** For standard error. */
  readonly err: string;
  /** Exit status. */
  readonly status: number;
}
