/** A word that stands instead of options. */
export interface Subcommand {
  /** What follows it, for help and manual page; empty for nothing. */
  readonly args: string;
  /** What it does; lines of at most 60 characters. */
  readonly help: readonly string[];
}

/** Every such word. The only list: help, manual page and shell completions are made from it. */
export const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  check: {
    args: "[--json]",
    help: [
      "Check manifests, modules and configuration without running",
      "any module; the status is 1 when there are errors",
    ],
  },
  new: {
    args: "NAME [DIR]",
    help: [
      "Write a module with manifest data, configuration and test",
      "below DIR, the working directory when left out",
    ],
  },
  learn: {
    args: "MODULE [-- CMD…]",
    help: [
      "Run a module in a process of its own, with the commands,",
      "and print the least [permissions] that it needs",
    ],
  },
  completions: { args: "bash|zsh", help: ["Print completion for a shell"] },
};
