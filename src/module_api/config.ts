/** One `key = value` line of a configuration file. */
export interface ConfigEntry {
  /** The key as written. */
  readonly key: string;
  /** The value, without blanks around it. */
  readonly value: string;
  /** Line in its file, from 1. */
  readonly line: number;
  /** The file it stands in; differs from the one asked for when it was included. */
  readonly file: string;
}

/** One `[section]` of a configuration file. */
export interface ConfigSection {
  /** The name between the brackets. */
  readonly name: string;
  /** The lines in order, repeated keys included. */
  readonly entries: readonly ConfigEntry[];
  /** The last value of that key, in any case of letters. */
  get(key: string): string | undefined;
  /** All values of that key, in order. */
  getAll(key: string): readonly string[];
}

/** A configuration file as a module sees it: already read, includes and templates resolved. */
export interface ModuleConfig {
  /** The file's path, for messages. */
  readonly file: string;
  /** All sections but templates, in order. */
  readonly sections: readonly ConfigSection[];
  /** The first section of that name, in any case of letters. */
  section(name: string): ConfigSection | undefined;
}
