import type { Position } from "../fault/mod.ts";
import { type ConfigFile, ConfigFileData, type ConfigWarning, type Section, SectionData } from "./model.ts";
import { stringify } from "./stringify.ts";
import { foldCase } from "./text.ts";

/** One line of a configuration file that comes from a table: a row of Asterisk's `ast_config`, in the order of reading. */
export interface RealtimeVariable {
  /** The row's number, for messages. */
  readonly id: number;
  /** `cat_metric`: rows of one category and another metric begin the category anew. */
  readonly metric: number;
  /** The section. */
  readonly category: string;
  /** The key; `#include` takes in another file. */
  readonly name: string;
  /** The value, taken as it is. */
  readonly value: string;
}

/** Most files that a table may take in, one inside the other. */
const MAX_INCLUDE_LEVEL = 10;

/**
 * Makes a configuration file of rows. Nothing in them is syntax: a semicolon begins no comment, a category no template.
 *
 * @param rows in order
 * @param options.file what positions name: the table; their line is the number of the row
 * @param options.include gives the sections of another file, for a row named `#include` at a place
 */
export async function realtimeFile(
  rows: readonly RealtimeVariable[],
  { file, include }: { file: string; include: (name: string, position: Position) => Promise<readonly Section[]> },
): Promise<ConfigFile> {
  const sections: Section[] = [];
  let current: { section: SectionData; row: RealtimeVariable } | undefined;
  for (const row of rows) {
    const position = { file, line: row.id };
    if (row.name === "#include") {
      sections.push(...await include(row.value, position));
      current = undefined;
      continue;
    }
    if (current === undefined || current.row.category !== row.category || current.row.metric !== row.metric) {
      current = { section: new SectionData(row.category, position), row };
      sections.push(current.section);
    }
    current.section.entries.push({ key: row.name, value: row.value, position, object: false });
  }
  return new ConfigFileData(file, sections);
}

/** Where content comes from that is in no file. */
export interface RealtimeSource {
  /** Whether the content of that file is elsewhere; the name has no directory. */
  maps(name: string): boolean;
  /** Reads it. */
  load(name: string, include: (name: string) => Promise<readonly Section[]>): Promise<ConfigFile>;
}

/** Gives the content of an included file that is not to be read from the disk. */
export type Included = (name: string) => Uint8Array | undefined;

/** What {@linkcode readConfig} reads with. */
export interface ReadConfigOptions {
  /** What is in no file. */
  readonly realtime: RealtimeSource;
  /**
   * Reads a file of the configuration directory; nothing when there is none.
   *
   * @param included gives the content of files that are included and not to be read from the disk
   * @param warn told what the reader warns of
   */
  disk(name: string, included: Included, warn: (warning: ConfigWarning) => void): ConfigFile | undefined;
  /** Told what the readers warn of, in order. */
  warn(warning: ConfigWarning): void;
}

/**
 * Reads a configuration file from wherever its content is, and so what it includes.
 *
 * A text that includes what a table has is read again once the table has been: the reader itself cannot wait.
 *
 * @param name the file's name, without directory
 * @returns the file, or nothing when there is none
 * @throws {ConfigError} when a text is invalid; and whatever the source throws
 */
export async function readConfig(
  name: string,
  options: ReadConfigOptions,
  level: number = 0,
): Promise<ConfigFile | undefined> {
  const { realtime, disk, warn } = options;
  if (level > MAX_INCLUDE_LEVEL) {
    throw new RangeError(`Cannot include "${name}": ${MAX_INCLUDE_LEVEL} files deep already`);
  }
  const include = async (other: string) => (await readConfig(other, options, level + 1))?.sections ?? [];
  if (realtime.maps(name)) return await realtime.load(name, include);
  const known = new Map<string, Uint8Array>();
  for (;;) {
    const missing = new Set<string>();
    const warnings: ConfigWarning[] = [];
    const included = (other: string) => {
      if (!realtime.maps(other)) return undefined;
      const content = known.get(foldCase(other));
      if (content === undefined) missing.add(other);
      return content ?? new Uint8Array();
    };
    const attempt = tried(() => disk(name, included, (warning) => warnings.push(warning)));
    // What a first reading says while content is missing counts for nothing.
    if (missing.size === 0) {
      for (const warning of warnings) warn(warning);
      return attempt();
    }
    for (const other of missing) {
      const text = stringify(await realtime.load(other, include));
      known.set(foldCase(other), new TextEncoder().encode(text));
    }
  }
}

/** Runs an action at once; its value, or what it threw, comes when the result is called. */
function tried<T>(action: () => T): () => T {
  try {
    const value = action();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
