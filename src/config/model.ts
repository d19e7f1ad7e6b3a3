import type { Position } from "../fault/mod.ts";
import { foldCase, rejoin, strip } from "./text.ts";

/** Something in a file that does not make it invalid. */
export interface ConfigWarning {
  /** The line concerned. */
  readonly position: Position;
  /** What Asterisk would log, in its words. */
  readonly message: string;
  /** How Asterisk would log it. */
  readonly level: "warning" | "error";
}

/** One `key = value` line. */
export interface Entry {
  /** The key as written. Never empty. */
  readonly key: string;
  /** The value, without blanks around it. */
  readonly value: string;
  /** Where the key stands; for an inherited line, in the template; after `+=`, where that stands. */
  readonly position: Position;
  /** Whether it was written with `=>`. */
  readonly object: boolean;
}

/** One `[name]` with its lines, inherited ones first. */
export interface Section {
  /** The name between the brackets, blanks included, at most 79 bytes. */
  readonly name: string;
  /** Where it begins. */
  readonly position: Position;
  /** Written with `(!)`: something to inherit from, unseen by a plain lookup. */
  readonly template: boolean;
  /** Names of the sections whose lines were copied, in order. */
  readonly inherits: readonly string[];
  /** All lines in order, repeated keys included. */
  readonly entries: readonly Entry[];
  /** Value of the last entry of that key, in any case of letters. */
  get(key: string): string | undefined;
  /** The last entry of that key, in any case of letters. */
  entry(key: string): Entry | undefined;
  /** Values of all entries of that key in order, in any case of letters. */
  getAll(key: string): readonly string[];
}

/** One file as read, with what it includes. */
export interface ConfigFile {
  /** The name given to the reader. */
  readonly file: string;
  /** All sections in order, templates too. A name may occur more than once. */
  readonly sections: readonly Section[];
  /** The first section of that name that is no template, in any case of letters. */
  section(name: string): Section | undefined;
  /** All sections of that name that are no templates, in any case of letters. */
  sectionsNamed(name: string): readonly Section[];
}

/** A section while and after it is read. Entries are shared with the sections that inherit them and never changed. */
export class SectionData implements Section {
  /** Cut to what Asterisk keeps. */
  readonly name: string;
  /** Where its first header stands. */
  readonly position: Position;
  /** Set by `!`, also when the section is continued. */
  template = false;
  /** Grows with every section inherited from. */
  readonly inherits: string[] = [];
  /** Only added to while reading, but for `+=`. Lookups begin when it is complete. */
  entries: Entry[] = [];
  #byKey: Map<string, Entry[]> | undefined;
  // Where each key stands, for `+=` alone; covers the first #placed entries.
  #places: Map<string, number[]> | undefined;
  #placed = 0;

  /** Begins a section without lines. */
  constructor(name: string, position: Position) {
    this.name = name;
    this.position = position;
  }

  /** See {@linkcode Section.get}. */
  get(key: string): string | undefined {
    return this.entry(key)?.value;
  }

  /** See {@linkcode Section.entry}. */
  entry(key: string): Entry | undefined {
    return this.#named(key)?.at(-1);
  }

  /** See {@linkcode Section.getAll}. */
  getAll(key: string): readonly string[] {
    return this.#named(key)?.map((entry) => entry.value) ?? [];
  }

  /**
   * Does `key += tail`: the line changed is the last one that has, in any case of letters, the key and the value of the
   * last one spelled exactly so; it takes over that spelling.
   *
   * @returns Whether there was anything to append to.
   */
  append(key: string, tail: string, position: Position): boolean {
    const places = this.#placesOf(key);
    const at = places.findLast((place) => this.entries[place]?.key === key);
    const old = at === undefined ? undefined : this.entries[at]?.value;
    if (old === undefined) return false;
    const alike = (place: number) => old === "" || foldCase(this.entries[place]?.value ?? "") === foldCase(old);
    const changed = places.findLast(alike) ?? 0;
    const object = this.entries[changed]?.object ?? false;
    this.entries[changed] = { key, value: rejoin(strip(old + tail)), position, object };
    return true;
  }

  #placesOf(key: string): number[] {
    const places = this.#places ??= new Map();
    for (; this.#placed < this.entries.length; this.#placed++) {
      const folded = foldCase(this.entries[this.#placed]?.key ?? "");
      const known = places.get(folded);
      if (known === undefined) places.set(folded, [this.#placed]);
      else known.push(this.#placed);
    }
    return places.get(foldCase(key)) ?? [];
  }

  #named(key: string): Entry[] | undefined {
    this.#byKey ??= Map.groupBy(this.entries, (entry) => foldCase(entry.key));
    return this.#byKey.get(foldCase(key));
  }
}

/** A file after it was read; keeps its text so that it can be written again with its comments. */
export class ConfigFileData implements ConfigFile {
  /** See {@linkcode ConfigFile.file}. */
  readonly file: string;
  /** See {@linkcode ConfigFile.sections}. */
  readonly sections: readonly Section[];
  readonly #text: string | undefined;
  #byName: Map<string, Section[]> | undefined;

  /** Takes over what was read, and the text it was read from, if it was a text. */
  constructor(file: string, sections: readonly Section[], text?: string) {
    this.file = file;
    this.sections = sections;
    this.#text = text;
  }

  /** See {@linkcode ConfigFile.section}. */
  section(name: string): Section | undefined {
    return this.#named(name)?.[0];
  }

  /** See {@linkcode ConfigFile.sectionsNamed}. */
  sectionsNamed(name: string): readonly Section[] {
    return this.#named(name)?.slice() ?? [];
  }

  /** The text a file was read from; nothing for one that was put together otherwise. */
  static textOf(file: ConfigFile): string | undefined {
    return #text in file ? file.#text : undefined;
  }

  #named(name: string): Section[] | undefined {
    this.#byName ??= Map.groupBy(this.sections.filter((section) => !section.template), (each) => foldCase(each.name));
    return this.#byName.get(foldCase(name));
  }
}
