/**
 * The pure part of console aliases: reading cli_aliases.conf, refusing circles.
 *
 * @module
 */
import type { ModuleConfig } from "asterism";

/** An alias and the command it stands for. */
export interface Alias {
  /** The words typed, such as `reload`. */
  readonly alias: string;
  /** The words run instead, such as `module reload`. */
  readonly command: string;
  /** `file:line`, for messages. */
  readonly place: string;
}

/** What cli_aliases.conf says. */
export interface AliasTable {
  /** In the order of the file. */
  readonly aliases: readonly Alias[];
  /** What is wrong with the rest, each with file and line. */
  readonly warnings: readonly string[];
}

/** One blank between words and none around them, for that is how commands are compared. */
function words(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/** Whether a command line begins with those words. */
function beginsWith(line: string, start: string): boolean {
  const [a, b] = [line.toLowerCase(), start.toLowerCase()];
  return a === b || a.startsWith(`${b} `);
}

/** Reads the templates that `[general]` names. Of two equal aliases the first wins, as in Asterisk. */
export function readAliases(config: ModuleConfig): AliasTable {
  const warnings: string[] = [];
  const found = new Map<string, Alias>();
  for (const { key, value, file, line } of config.section("general")?.entries ?? []) {
    const section = key.toLowerCase() === "template" ? config.section(value) : undefined;
    if (key.toLowerCase() !== "template") {
      warnings.push(`${file}:${line}: ${key} is not a correct option in [general]: expected template`);
    } else if (section === undefined) {
      warnings.push(`${file}:${line}: there is no section [${value}] for template = ${value}`);
    }
    for (const entry of section?.entries ?? []) {
      const place = `${entry.file}:${entry.line}`;
      const alias = { alias: words(entry.key), command: words(entry.value), place };
      const known = found.get(alias.alias.toLowerCase());
      if (alias.command === "") warnings.push(`${place}: alias "${alias.alias}" has no command`);
      else if (known) warnings.push(`${place}: alias "${alias.alias}" is defined at ${known.place} already`);
      else found.set(alias.alias.toLowerCase(), alias);
    }
  }
  return withoutCircles([...found.values()], warnings);
}

/** The alias that a command line would be taken for: the one with the most words. */
function aliasOf(line: string, aliases: readonly Alias[]): Alias | undefined {
  return aliases.filter(({ alias }) => beginsWith(line, alias)).sort((a, b) => b.alias.length - a.alias.length)[0];
}

/** Whether running an alias leads to an alias run before. */
function isCircular(start: Alias, aliases: readonly Alias[]): boolean {
  const seen = new Set<Alias>();
  let line = start.command;
  for (let next: Alias | undefined = start; next !== undefined; next = aliasOf(line, aliases)) {
    if (seen.has(next)) return true;
    seen.add(next);
    if (next !== start) line = next.command + line.slice(next.alias.length);
  }
  return false;
}

function withoutCircles(aliases: readonly Alias[], warnings: readonly string[]): AliasTable {
  const circular = aliases.filter((alias) => isCircular(alias, aliases));
  return {
    aliases: aliases.filter((alias) => !circular.includes(alias)),
    warnings: [
      ...warnings,
      ...circular.map(({ alias, command, place }) =>
        `${place}: refused alias "${alias}": its command "${command}" leads back to an alias; name the real command`
      ),
    ],
  };
}

/** The table as Asterisk prints it: two columns of 50 characters, longer texts cut. */
export function formatAliases(aliases: readonly Alias[]): string {
  const cell = (text: string) => text.slice(0, 50).padEnd(50);
  const row = (left: string, right: string) => `${cell(left)} ${cell(right)}\n`;
  return row("Alias Command", "Real Command") + aliases.map(({ alias, command }) => row(alias, command)).join("");
}
