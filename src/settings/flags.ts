import { SUBCOMMANDS } from "./subcommands.ts";

/** What the command line says. */
export interface Flags {
  /** `-C FILE`. */
  readonly config: string | undefined;
  /** `-c`. */
  readonly console: boolean;
  /** `-x CMD`, in order. */
  readonly commands: readonly string[];
  /** How many `-v`. */
  readonly verbose: number;
  /** How many `-d`. */
  readonly debug: number;
  /** `-r`, `-R` and `-s`. */
  readonly remote: boolean;
  /** `-R`. */
  readonly reconnect: boolean;
  /** `-s SOCKET`. */
  readonly socket: string | undefined;
  /** `-m`. */
  readonly mute: boolean;
  /** `-f`: there is no other way, so nothing changes. */
  readonly foreground: boolean;
  /** `-n`. */
  readonly noColor: boolean;
  /** `-q`. */
  readonly quiet: boolean;
  /** `-T`. */
  readonly timestamps: boolean;
  /** `-V`. */
  readonly version: boolean;
  /** `-h`. */
  readonly help: boolean;
  /** The word that stands instead of options, and what follows it. */
  readonly subcommand: { readonly name: string; readonly args: readonly string[] } | undefined;
}

/** A flag of the command line. */
export interface FlagRow {
  /** The letter. */
  readonly letter: string;
  /** What its value is called, for flags that have one. */
  readonly value?: string | undefined;
  /** What it is, for help, manual page and completion; lines of at most 60 characters. */
  readonly help: readonly string[];
  /** Whether it may be given more than once with effect. */
  readonly repeatable?: boolean | undefined;
}

/** Every flag, as the help lists them. The only list: help, manual page and shell completions are made from it. */
export const FLAG_TABLE: readonly FlagRow[] = [
  { letter: "V", help: ["Display version number and exit"] },
  {
    letter: "C",
    value: "configfile",
    help: [
      "Use an alternate main configuration file",
      "(default $ASTERISM_CONF, then /etc/asterism/asterism.conf)",
    ],
  },
  { letter: "c", help: ["Provide a console on the terminal"] },
  { letter: "d", help: ["Increase debugging (multiple d's = more debugging)"], repeatable: true },
  { letter: "f", help: ["Do not fork; Asterism never does"] },
  { letter: "h", help: ["This help screen"] },
  { letter: "m", help: ["Mute log and verbose output on the console"] },
  { letter: "n", help: ["Disable console colorization; NO_COLOR does the same"] },
  { letter: "q", help: ["Quiet mode (suppress output but that of commands,", "warnings and errors)"] },
  { letter: "r", help: ["Connect to Asterism on this machine"] },
  { letter: "R", help: ["Same as -r, except attempt to reconnect if disconnected"] },
  { letter: "s", value: "socket", help: ["Connect to Asterism via socket <socket> (implies -r)"] },
  { letter: "T", help: ["Display the time in front of each verbose line on the", "console"] },
  { letter: "v", help: ["Increase verbosity (multiple v's = more verbose)"], repeatable: true },
  {
    letter: "x",
    value: "cmd",
    help: [
      "Execute command <cmd> (repeatable): of the Asterism that",
      "runs on this machine; without one, and without -r, of one",
      "that is started for it and stopped again",
    ],
    repeatable: true,
  },
];

/** The text of `-h`. */
export const USAGE: string = usage();

/** Flags without a value that are either there or not. */
const SWITCHES = {
  c: "console",
  f: "foreground",
  h: "help",
  m: "mute",
  n: "noColor",
  q: "quiet",
  r: "remote",
  R: "reconnect",
  T: "timestamps",
  V: "version",
} as const;

/** Flags that count. */
const COUNTERS = { v: "verbose", d: "debug" } as const;

/** Flags with a value, and what a value is. */
const VALUES: Readonly<Record<string, string>> = { C: "the path of a file", s: "the path of a socket", x: "a command" };

/** Flags of Asterisk's that there are not, and what to do instead. */
const NOT_HERE: Readonly<Record<string, string>> = {
  F: "Asterism stays in the foreground: let systemd or another supervisor run it",
  G: "let the supervisor choose the group (systemd: Group=)",
  U: "let the supervisor choose the user (systemd: User=)",
  L: "there is no limit by load",
  M: "there is no limit of calls",
  p: "let the supervisor choose the priority (systemd: CPUSchedulingPolicy=)",
  g: "let the supervisor keep core dumps (systemd: LimitCORE=)",
  X: "execincludes = yes in asterism.conf allows #exec",
  e: "there is no limit by memory",
  W: "the colors are the same on every background",
};

const LONG_NAMES: Readonly<Record<string, string>> = { "--help": "-h", "--version": "-V" };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Flags while they are read. */
interface Reading {
  readonly flags: Mutable<Flags>;
  readonly commands: string[];
  /** Arguments not yet read. */
  readonly left: string[];
}

/**
 * Reads the command line as `getopt` does, which Asterisk uses: letters may stand together, and a value may follow its
 * letter at once, as in `-rx"module show"`.
 *
 * @returns the flags, or a message about the first argument that is not one
 */
export function parseFlags(args: readonly string[]): Flags | { fault: string } {
  const reading: Reading = { ...noFlags(), left: [...args] };
  const { flags, left } = reading;
  // `deno task start` puts a -c before everything.
  const [name, ...rest] = args[0] === "-c" ? args.slice(1) : args;
  if (name !== undefined && Object.hasOwn(SUBCOMMANDS, name)) return { ...flags, subcommand: { name, args: rest } };
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    const letters = Object.hasOwn(LONG_NAMES, argument) ? LONG_NAMES[argument] as string : argument;
    if (!/^-[^-]/.test(letters)) {
      return { fault: `unknown ${argument.startsWith("-") ? "option" : "argument"} "${argument}"` };
    }
    const fault = readLetters(letters.slice(1), reading);
    if (fault !== undefined) return { fault };
  }
  if (flags.reconnect || flags.socket !== undefined) flags.remote = true;
  return flags;
}

/** Reads the letters behind a dash. */
function readLetters(letters: string, { flags, commands, left }: Reading): string | undefined {
  for (let place = 0; place < letters.length; place++) {
    const letter = letters[place] as string;
    if (Object.hasOwn(COUNTERS, letter)) flags[COUNTERS[letter as keyof typeof COUNTERS]]++;
    else if (Object.hasOwn(SWITCHES, letter)) flags[SWITCHES[letter as keyof typeof SWITCHES]] = true;
    else if (Object.hasOwn(VALUES, letter)) {
      const value = letters.slice(place + 1) || left.shift();
      if (!value) return `option "-${letter}" needs ${VALUES[letter]}`;
      if (letter === "C") flags.config = value;
      else if (letter === "s") flags.socket = value;
      else commands.push(value);
      return undefined;
    } else if (Object.hasOwn(NOT_HERE, letter)) {
      return `option "-${letter}" of Asterisk is not available: ${NOT_HERE[letter]}`;
    } else return `unknown option "-${letter}"`;
  }
  return undefined;
}

function noFlags(): { flags: Mutable<Flags>; commands: string[] } {
  const commands: string[] = [];
  const flags = {
    config: undefined,
    console: false,
    commands,
    verbose: 0,
    debug: 0,
    remote: false,
    reconnect: false,
    socket: undefined,
    mute: false,
    foreground: false,
    noColor: false,
    quiet: false,
    timestamps: false,
    version: false,
    help: false,
    subcommand: undefined,
  };
  return { flags, commands };
}

function usage(): string {
  const rows = FLAG_TABLE.map(({ letter, value, help }) => {
    const head = `   -${letter}${value === undefined ? "" : ` <${value}>`}`;
    return help.map((line, index) => `${(index === 0 ? head : "").padEnd(20)}${line}\n`).join("");
  });
  const words = Object.entries(SUBCOMMANDS).map(([name, { args, help }]) => {
    const lines = help.map((line) => `${"".padEnd(20)}${line}\n`).join("");
    return `   ${`${name} ${args}`.trimEnd()}\n${lines}`;
  });
  return `Usage: asterism [OPTIONS]\nValid Options:\n${rows.join("")}\nOr one word instead of options:\n${
    words.join("")
  }`;
}
