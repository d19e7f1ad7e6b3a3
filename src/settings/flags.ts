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
  /** `-n`. */
  readonly noColor: boolean;
  /** `-q`. */
  readonly quiet: boolean;
  /** `-V`. */
  readonly version: boolean;
  /** `-h`. */
  readonly help: boolean;
}

/** The text of `-h`. */
export const USAGE = `Usage: asterism [OPTIONS]
Valid Options:
   -C <configfile>  Use an alternate main configuration file
                    (default configs/asterism.conf, then /etc/asterism/asterism.conf)
   -c               Provide a console on the terminal
   -h               This help screen
   -n               Disable console colorization; NO_COLOR does the same
   -q               Quiet mode (suppress output but that of commands, warnings and errors)
   -v               Increase verbosity (multiple v's = more verbose)
   -V               Display version number and exit
   -x <cmd>         Run a command once ready, print its output, stop and exit with
                    its status (repeatable)
Commands:
   check [--json]   Check manifests, modules and configuration without running any
                    module; the status is 1 when there are errors
`;

/** Flags without a value. */
const SWITCHES = { c: "console", n: "noColor", q: "quiet", V: "version", h: "help" } as const;

const LONG_NAMES: Readonly<Record<string, string>> = { "--help": "-h", "--version": "-V" };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads the command line as `getopt` does, which Asterisk uses: letters may stand together, and a value may follow its
 * letter at once, as in `-vx"module show"`.
 *
 * @returns the flags, or a message about the first argument that is not one
 */
export function parseFlags(args: readonly string[]): Flags | { fault: string } {
  const commands: string[] = [];
  const flags: Mutable<Flags> = {
    config: undefined,
    console: false,
    commands,
    verbose: 0,
    noColor: false,
    quiet: false,
    version: false,
    help: false,
  };
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    const letters = Object.hasOwn(LONG_NAMES, argument) ? LONG_NAMES[argument] as string : argument;
    if (!/^-[^-]/.test(letters)) {
      return { fault: `unknown ${argument.startsWith("-") ? "option" : "argument"} "${argument}"` };
    }
    for (let place = 1; place < letters.length; place++) {
      const letter = letters[place] as string;
      if (letter === "v") flags.verbose++;
      else if (Object.hasOwn(SWITCHES, letter)) flags[SWITCHES[letter as keyof typeof SWITCHES]] = true;
      else if (letter === "C" || letter === "x") {
        const value = letters.slice(place + 1) || left.shift();
        if (!value) {
          return { fault: `option "-${letter}" needs ${letter === "C" ? "the path of a file" : "a command"}` };
        }
        if (letter === "C") flags.config = value;
        else commands.push(value);
        break;
      } else return { fault: `unknown option "-${letter}"` };
    }
  }
  return flags;
}
