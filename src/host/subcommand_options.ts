import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { messageOf } from "../fault/mod.ts";
import { type Subcommand, SUBCOMMANDS } from "../settings/mod.ts";

/** What follows a word that stands instead of options. */
export interface SubcommandArguments {
  /** Options with a value, by their long names. */
  readonly values: Readonly<Record<string, string>>;
  /** Switches that were given. */
  readonly switches: ReadonlySet<string>;
  /** The words. */
  readonly words: readonly string[];
  /** What stands behind `--`. */
  readonly commands: readonly string[];
}

/**
 * Reads what follows such a word.
 *
 * @param name one of {@linkcode SUBCOMMANDS}
 * @returns what was given, or a message about the first argument that does not fit
 */
export function parseSubcommand(name: string, args: readonly string[]): SubcommandArguments | { fault: string } {
  const subcommand = SUBCOMMANDS[name] as Subcommand;
  const end = subcommand.commands === true && args.includes("--") ? args.indexOf("--") : args.length;
  try {
    const { values, positionals } = parseArgs({
      args: args.slice(0, end),
      options: optionsOf(subcommand),
      allowPositionals: true,
    });
    const given = Object.entries(values);
    const switches = new Set(given.filter(([, value]) => value === true).map(([key]) => key));
    const [least, most] = subcommand.words;
    if (positionals.length < least || positionals.length > most) {
      const surplus = positionals[most];
      return { fault: surplus === undefined ? `expected ${subcommand.args}` : `unknown argument "${surplus}"` };
    }
    return {
      values: Object.fromEntries(given.filter(([, value]) => typeof value === "string")) as Record<string, string>,
      switches,
      words: positionals,
      commands: args.slice(end + 1),
    };
  } catch (error) {
    const [, option] = /^Unknown option '([^']*)'/.exec(messageOf(error)) ?? [];
    return { fault: option === undefined ? messageOf(error).split("\n")[0] as string : `unknown option "${option}"` };
  }
}

function optionsOf({ options }: Subcommand): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(options).map(([name, { letter, value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string", ...(letter === undefined ? {} : { short: letter }) },
    ]),
  );
}
