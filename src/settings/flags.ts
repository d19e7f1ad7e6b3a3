import { parseArgs } from "@std/cli/parse-args";

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
`;

/**
 * Reads the command line.
 *
 * @returns the flags, or a message about the first argument that is not one
 */
export function parseFlags(args: readonly string[]): Flags | { fault: string } {
  const strangers: string[] = [];
  const parsed = parseArgs(args, {
    boolean: ["c", "n", "V", "h", "q", "v"],
    string: ["C", "x"],
    collect: ["v", "x"],
    alias: { h: "help", V: "version" },
    unknown: (argument) => {
      strangers.push(argument);
      return false;
    },
  });
  const [stranger] = strangers;
  if (stranger !== undefined) {
    return { fault: `unknown ${stranger.startsWith("-") ? "option" : "argument"} "${stranger}"` };
  }
  const commands = (parsed.x ?? []) as string[];
  if (parsed.C === "") return { fault: 'option "-C" needs the path of a file' };
  if (commands.includes("")) return { fault: 'option "-x" needs a command' };
  return {
    config: parsed.C as string | undefined,
    console: Boolean(parsed.c),
    commands,
    verbose: ((parsed.v ?? []) as boolean[]).filter(Boolean).length,
    noColor: Boolean(parsed.n),
    quiet: Boolean(parsed.q),
    version: Boolean(parsed.V),
    help: Boolean(parsed.h),
  };
}
