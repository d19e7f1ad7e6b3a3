/** An option of such a word. */
export interface SubcommandOption {
  /** One letter, where there is one. */
  readonly letter?: string | undefined;
  /** What its value is called; it is a switch without one. */
  readonly value?: string | undefined;
}

/** A word that stands instead of options. */
export interface Subcommand {
  /** What follows it, for help and manual page; empty for nothing. */
  readonly args: string;
  /** What it does; lines of at most 60 characters. */
  readonly help: readonly string[];
  /** Its options by their long names, `-h` aside, which all have. */
  readonly options: Readonly<Record<string, SubcommandOption>>;
  /** Least and most words that follow it; what stands behind `--` is not counted. */
  readonly words: readonly [least: number, most: number];
  /** What completion offers for its words: these, or directories. */
  readonly offers?: readonly string[] | "directories" | undefined;
  /** Whether `--` and commands may follow. */
  readonly commands?: boolean | undefined;
}

const CONFIG: Readonly<Record<string, SubcommandOption>> = { config: { letter: "C", value: "configfile" } };

/** Every such word. The only list: help, manual page and shell completions are made from it. */
export const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  check: {
    args: "[--json] [-C FILE]",
    help: [
      "Check manifests, modules and configuration without running",
      "any module; the status is 1 when there are errors",
    ],
    options: { ...CONFIG, json: {} },
    words: [0, 0],
  },
  new: {
    args: "NAME [DIR]",
    help: [
      "Write a module with manifest data, configuration and test",
      "below DIR, the working directory when left out",
    ],
    options: {},
    words: [1, 2],
    offers: "directories",
  },
  learn: {
    args: "MODULE [--for SECONDS] [--yes] [-C FILE] [-- CMD…]",
    help: [
      "Run a module in a process of its own, with the commands,",
      "and for SECONDS more (2), and print the least [permissions]",
      "that it needs; --yes grants for the trial without asking",
    ],
    options: { ...CONFIG, for: { value: "seconds" }, yes: { letter: "y" } },
    words: [1, 1],
    commands: true,
  },
  completions: {
    args: "bash|zsh",
    help: ["Print completion for a shell"],
    options: {},
    words: [1, 1],
    offers: ["bash", "zsh"],
  },
  help: {
    args: "[WORD]",
    help: ["This help screen, or that of one of these words"],
    options: {},
    words: [0, 1],
    offers: ["check", "new", "learn", "completions"],
  },
};

/** The help of one such word, for `-h` behind it. */
export function subcommandUsage(name: string): string {
  const { args, help } = SUBCOMMANDS[name] as Subcommand;
  return `${`Usage: asterism ${name} ${args}`.trimEnd()}\n${help.map((line) => `       ${line}\n`).join("")}`;
}
