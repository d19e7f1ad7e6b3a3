import { ConfigError, messageOf, printable } from "../fault/mod.ts";
import type { Manifest } from "./model.ts";
import { isModuleName, nameKey } from "./name.ts";
import { readManifest } from "./parse.ts";
import type { ModuleSource } from "./source.ts";

/** A manifest and where it was found. */
export interface CatalogEntry {
  /** What its manifest says. */
  readonly manifest: Manifest;
  /** Where manifest and module were found; `source.module` reads the latter. */
  readonly source: ModuleSource;
  /** Whether a module of that name is shipped with the program, this one or the one that it replaces. @default {false} */
  readonly shipped?: boolean | undefined;
}

/** A module that hides another of its name from an earlier source. */
export interface Replacement {
  /** Its name. */
  readonly name: string;
  /** Where it is. */
  readonly source: string;
  /** Where the hidden one is. */
  readonly hidden: string;
}

/** A manifest that cannot be used. */
export interface CatalogFault {
  /** Name of the file without its ending. */
  readonly name: string;
  /** Names file and line. */
  readonly error: Error;
  /** What else is wrong with it, each with its place. */
  readonly more?: readonly Error[] | undefined;
}

/** What a look at the sources has found, each as names of modules, sorted. */
export interface CatalogChanges {
  /** Manifests that were not there before. */
  readonly added: readonly string[];
  /** Manifests that are others now. */
  readonly changed: readonly string[];
  /** Manifests that are gone. */
  readonly removed: readonly string[];
}

const decoder = new TextDecoder();

interface Known {
  /** Name of the file without its ending; two that differ in case have one key. */
  readonly name: string;
  readonly source: ModuleSource;
  readonly stamp: string;
  readonly entry: CatalogEntry | undefined;
  readonly fault: CatalogFault | undefined;
  readonly shipped: boolean;
  /** The source of the one that it hides. */
  readonly hides: ModuleSource | undefined;
}

/**
 * Every manifest found, in memory (seed 003). Sources later in the list hide earlier ones: a module in the directory
 * replaces the embedded one of the same name. A manifest whose name is another's in other cases of letters is a fault
 * and leaves that other in its place.
 */
export class Catalog {
  readonly #sources: readonly ModuleSource[];
  #known = new Map<string, Known>();
  /** What each source's list was like when it was last read. */
  readonly #listed = new Map<ModuleSource, string | undefined>();

  #version = 0;

  /** A catalog over sources; call `refresh` to read them. */
  constructor(sources: readonly ModuleSource[]) {
    this.#sources = sources;
  }

  /**
   * Looks for new, changed and removed manifests, so that a module can be installed while the program runs. A manifest
   * that cannot be used is kept as a fault and keeps others from nothing.
   *
   * @returns what is not as it was
   * @throws {HostError} when a source itself cannot be read
   */
  refresh(): CatalogChanges {
    const next = new Map<string, Known>();
    for (const source of this.#sources) {
      // Before the list itself: what changes in between is then found the next time.
      this.#listed.set(source, source.listStamp?.());
      for (const name of source.list()) {
        const key = nameKey(name);
        const twin = next.get(key);
        const [kept, spare] = twin === undefined || twin.name === name ? [name] : spellings(twin, { name, source });
        if (spare !== undefined) next.set(`${key}/${spare.name}`, this.#misspelled(spare, kept));
        if (kept === name) next.set(key, this.#look(source, name, twin));
      }
    }
    const before = this.#known;
    this.#known = next;
    const changes = changesBetween(before, next);
    if (changes.added.length + changes.changed.length + changes.removed.length > 0) this.#version++;
    return changes;
  }

  /** What is known of a manifest, read again when it is not as it was. */
  #look(source: ModuleSource, name: string, hidden: Known | undefined): Known {
    const hides = hidden?.source === source ? undefined : hidden?.source;
    const shipped = hidden?.shipped === true || source.shipped?.(name) === true;
    const known = this.#known.get(nameKey(name));
    const unchanged = known?.source === source && known.name === name && known.hides === hides &&
      known.shipped === shipped && known.stamp === source.stamp(name);
    return unchanged ? known : { ...read(source, name, shipped), shipped, hides };
  }

  /** A manifest that is not used because of another's name; the same object as long as it is so. */
  #misspelled(spare: Spelling, kept: string): Known {
    const known = this.#known.get(`${nameKey(kept)}/${spare.name}`);
    return known?.source === spare.source && known.stamp === kept ? known : misspelled(spare, kept);
  }

  /** Another number after every look that found something changed. */
  get version(): number {
    return this.#version;
  }

  /** Shipped modules that others replace, by name. */
  replacements(): Replacement[] {
    return [...this.#known.values()].flatMap(({ name, source, shipped, hides }) =>
      shipped && hides !== undefined ? [{ name, source: source.label, hidden: hides.label }] : []
    );
  }

  /**
   * Looks only for one module, which takes as long as it takes however many there are; for all, when manifests have come
   * or gone or this one is not as it was. Changes of others that keep their files in place are left to `refresh`.
   *
   * @throws {HostError} when a source itself cannot be read
   */
  refreshOne(name: string): void {
    const known = this.#known.get(nameKey(name));
    const same = known !== undefined && known.stamp === known.source.stamp(known.name) &&
      this.#sources.every((source) => {
        const stamp = source.listStamp?.();
        return stamp !== undefined && stamp === this.#listed.get(source);
      });
    if (!same) this.refresh();
  }

  /** The module of that name, with or without ending, in any case of letters. */
  get(name: string): CatalogEntry | undefined {
    return this.#known.get(nameKey(name))?.entry;
  }

  /** Why there is no module of that name although there is a manifest. */
  fault(name: string): CatalogFault | undefined {
    return this.#known.get(nameKey(name))?.fault;
  }

  /** All modules, source by source, each as its source lists them. */
  entries(): CatalogEntry[] {
    return [...this.#known.values()].flatMap(({ entry }) => entry ?? []);
  }

  /** All manifests that cannot be used. */
  faults(): CatalogFault[] {
    return [...this.#known.values()].flatMap(({ fault }) => fault ?? []);
  }

  /** Path of a module's file that lies in a source although no manifest does. */
  bareFile(name: string): string | undefined {
    if (this.#known.has(nameKey(name)) || !isModuleName(name)) return undefined;
    for (const source of this.#sources) {
      try {
        return source.module(name).path;
      } catch {
        // Not in this one.
      }
    }
    return undefined;
  }
}

/** A name and where it was found. */
type Spelling = Pick<Known, "name" | "source">;

/**
 * Of two spellings that are one module's by Asterisk's rule for names, the one that counts, and the other. Between
 * sources the earlier one's counts: the program's own modules must not go because of a file that is called nearly so.
 */
function spellings(earlier: Spelling, later: Spelling): [kept: string, spare: Spelling] {
  const laterCounts = earlier.source === later.source && later.name === nameKey(later.name);
  return laterCounts ? [later.name, earlier] : [earlier.name, later];
}

/** A manifest that is not used because of another's name. */
function misspelled({ name, source }: Spelling, kept: string): Known {
  const error = new ConfigError(
    `"${name}" and "${kept}" are one module's name and differ only in case: "${kept}" counts; remove or rename "${name}"`,
    { position: { file: pathOf(source, name), line: 1 } },
  );
  const fault = { name, error };
  return { name, source, stamp: kept, entry: undefined, fault, shipped: false, hides: undefined };
}

/** What a manifest's file says. */
type Read = Pick<Known, "name" | "source" | "stamp" | "entry" | "fault">;

function read(source: ModuleSource, name: string, shipped: boolean): Read {
  const refused = (errors: readonly Error[], stamp: string): Read => {
    const [error = new Error("it cannot be used"), ...more] = errors;
    return { name, source, stamp, entry: undefined, fault: { name, error, ...(more.length > 0 ? { more } : {}) } };
  };
  const position = { file: pathOf(source, name), line: 1 };
  try {
    if (!isModuleName(name)) {
      const shown = printable(name, 200);
      const reason = `"${shown}" is no module name: letters, digits, _ and - only; rename or remove the file`;
      return refused([new ConfigError(reason, { position })], source.stamp(name));
    }
    const { path, bytes, stamp } = source.manifest(name);
    const { manifest, faults } = readManifest(decoder.decode(bytes), path);
    if (manifest === undefined) return refused(faults, stamp);
    return { name, source, stamp, entry: { manifest, source, shipped }, fault: undefined };
  } catch (cause) {
    return refused([new ConfigError(messageOf(cause), { position, cause })], source.stamp(name));
  }
}

/** The manifest's path for messages, when the file itself could not say. */
function pathOf(source: ModuleSource, name: string): string {
  return `${source.label}/${printable(name, 200)}.manifest`;
}

function changesBetween(before: ReadonlyMap<string, Known>, after: ReadonlyMap<string, Known>): CatalogChanges {
  const names = (known: Iterable<[string, Known]>) => [...known].map(([, { name }]) => name).sort();
  return {
    added: names([...after].filter(([key]) => !before.has(key))),
    changed: names([...after].filter(([key, known]) => before.has(key) && before.get(key) !== known)),
    removed: names([...before].filter(([key]) => !after.has(key))),
  };
}
