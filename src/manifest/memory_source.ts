import { type ConfigObject, configText, parse } from "../config/mod.ts";
import { HostError } from "../fault/mod.ts";
import { checksumOf } from "./checksum.ts";
import type { ModuleFile, ModuleSource } from "./source.ts";

/** A module that is no file. */
export interface MemoryModule {
  /** The built module: one plain JavaScript file that imports nothing but `asterism`. */
  readonly source: string;
  /**
   * Its manifest, as the text of a file or as an object of the same sections and keys. Name and checksum are filled in
   * where they are missing.
   */
  readonly manifest: string | ConfigObject;
}

const encoder = new TextEncoder();

/**
 * Modules in memory: for programs that carry their modules, and for tests.
 *
 * @example
 * ```ts ignore
 * const source = new MemorySource({
 *   app_hello: {
 *     manifest: { module: { description: "Hello", license: "MIT" }, provides: { application: "Hello" } },
 *     source: `import { defineModule } from "asterism"; export default defineModule({ … });`,
 *   },
 * });
 * await using host = await createHost({ modules: [source], policy: { modules: { autoload: true } } });
 * ```
 */
export class MemorySource implements ModuleSource {
  /** See {@linkcode ModuleSource.label}. */
  readonly label: string;
  readonly #modules = new Map<string, { module: ModuleFile; manifest: ModuleFile }>();
  #changes = 0;

  /** A source with these modules, by name. */
  constructor(modules: Readonly<Record<string, MemoryModule>> = {}, label: string = "memory") {
    this.label = label;
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  /**
   * Adds or replaces a module; a host notices when it next looks for modules.
   *
   * @throws {TypeError} when an object cannot be written as a manifest
   */
  set(name: string, { source, manifest }: MemoryModule): void {
    const stamp = String(++this.#changes);
    const bytes = encoder.encode(source);
    const text = completed(manifest, { name, checksum: checksumOf(bytes) });
    this.#modules.set(name, {
      module: { path: `${this.label}/${name}.js`, bytes, stamp },
      manifest: { path: `${this.label}/${name}.manifest`, bytes: encoder.encode(text), stamp },
    });
  }

  /** Removes a module. Says whether there was one. */
  delete(name: string): boolean {
    this.#changes++;
    return this.#modules.delete(name);
  }

  /** See {@linkcode ModuleSource.list}. */
  list(): string[] {
    return [...this.#modules.keys()].sort();
  }

  /** See {@linkcode ModuleSource.listStamp}. */
  listStamp(): string {
    return String(this.#changes);
  }

  /** See {@linkcode ModuleSource.stamp}. */
  stamp(name: string): string {
    return this.#modules.get(name)?.manifest.stamp ?? "gone";
  }

  /** See {@linkcode ModuleSource.manifest}. */
  manifest(name: string): ModuleFile {
    return this.#find(name).manifest;
  }

  /** See {@linkcode ModuleSource.module}. */
  module(name: string): ModuleFile {
    return this.#find(name).module;
  }

  #find(name: string): { module: ModuleFile; manifest: ModuleFile } {
    const found = this.#modules.get(name);
    if (found === undefined) throw new HostError("not-found", `There is no module "${name}" in ${this.label}`);
    return found;
  }
}

/** The manifest's text with the keys of `[module]` that it lacks; they follow the text, so that its lines keep their numbers. */
function completed(manifest: string | ConfigObject, keys: Readonly<Record<string, string>>): string {
  const text = typeof manifest === "string" ? manifest : configText({ module: {}, ...manifest });
  const present = sectionOf(text);
  const missing = Object.entries(keys).filter(([key]) => present?.get(key) === undefined);
  if (present === undefined || missing.length === 0) return text;
  return [text, "[module](+)", ...missing.map(([key, value]) => `${key} = ${value}`), ""].join("\n");
}

function sectionOf(text: string) {
  try {
    return parse(text, { file: "" }).section("module");
  } catch {
    // The catalog will say so, with the line.
    return undefined;
  }
}
