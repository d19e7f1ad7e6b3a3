import { basename, dirname } from "@std/path";
import { HostError, messageOf } from "../fault/mod.ts";
import type { ModuleFile, ModuleSource } from "./source.ts";

const MANIFEST_ENDING = ".manifest";
/** A manifest is a page of text; more is a mistake or an attack. */
const MAX_MANIFEST_BYTES = 256 * 1024;
const MAX_MODULE_BYTES = 8 * 1024 * 1024;
/** File systems tell times in steps of up to two seconds: a directory may change within one and keep its time. */
const TIME_STEP = 2_000;

/** Options of {@linkcode DiskSource}. */
export interface DiskSourceOptions {
  /** How messages call it. @default {the directory} */
  readonly label?: string | undefined;
  /**
   * Which modules are shipped with the program: all, or those with a `<name>.ts` beside them, as in the program's own
   * source tree. @default {none}
   */
  readonly shipped?: "all" | "built-here" | undefined;
  /** Whether the directory need not be there. @default {false} */
  readonly optional?: boolean | undefined;
}

/** A directory of `<name>.manifest` and `<name>.js` files. */
export class DiskSource implements ModuleSource {
  /** See {@linkcode ModuleSource.label}: the directory, unless told otherwise. */
  readonly label: string;
  readonly #directory: string;
  readonly #shipped: DiskSourceOptions["shipped"];
  readonly #optional: boolean;

  /** Takes an absolute path; the directory need not exist yet. */
  constructor(directory: string, { label = directory, shipped, optional = false }: DiskSourceOptions = {}) {
    this.#directory = directory;
    this.#optional = optional;
    this.#shipped = shipped;
    this.label = label;
  }

  /** See {@linkcode ModuleSource.shipped}. */
  shipped(name: string): boolean {
    if (this.#shipped !== "built-here") return this.#shipped === "all";
    try {
      return Deno.statSync(`${this.#directory}/${name}.ts`).isFile;
    } catch {
      return false;
    }
  }

  /** See {@linkcode ModuleSource.list}. */
  list(): string[] {
    const names: string[] = [];
    for (const { name, isDirectory } of this.#entries()) {
      if (name.endsWith(MANIFEST_ENDING) && !isDirectory) names.push(name.slice(0, -MANIFEST_ENDING.length));
    }
    return names.sort();
  }

  /** See {@linkcode ModuleSource.listStamp}. */
  listStamp(): string | undefined {
    try {
      const info = Deno.statSync(this.#directory);
      const changed = Math.max(info.mtime?.getTime() ?? Infinity, info.ctime?.getTime() ?? 0);
      return Date.now() - changed < TIME_STEP ? undefined : stampOf(info);
    } catch {
      return undefined;
    }
  }

  /** See {@linkcode ModuleSource.stamp}. */
  stamp(name: string): string {
    try {
      return stampOf(Deno.statSync(`${this.#directory}/${name}${MANIFEST_ENDING}`));
    } catch {
      return "gone";
    }
  }

  /** See {@linkcode ModuleSource.manifest}. */
  manifest(name: string): ModuleFile {
    return this.#read(`${name}${MANIFEST_ENDING}`, MAX_MANIFEST_BYTES);
  }

  /** See {@linkcode ModuleSource.module}. */
  module(name: string): ModuleFile {
    return this.#read(`${name}.js`, MAX_MODULE_BYTES);
  }

  #entries(): Iterable<Deno.DirEntry> {
    try {
      return Deno.readDirSync(this.#directory);
    } catch (error) {
      const missing = error instanceof Deno.errors.NotFound;
      if (missing && this.#optional) return [];
      const cure = missing ? "; create it, or name another with astmoddir in asterism.conf" : "";
      throw new HostError(
        "config",
        `Unable to open modules directory '${this.#directory}': ${messageOf(error)}${cure}`,
        { cause: error },
      );
    }
  }

  /** Regular files only, and not through a link that leads out of the directory: a FIFO or a device would hang. */
  #read(name: string, limit: number): ModuleFile {
    const path = `${this.#directory}/${name}`;
    const module = name.replace(/\.[a-z]+$/, "");
    const refuse = (why: string) => new HostError("config", `Cannot read "${path}": ${why}`, { module });
    try {
      const named = Deno.lstatSync(path);
      if (named.isSymlink && dirname(Deno.realPathSync(path)) !== Deno.realPathSync(this.#directory)) {
        throw refuse("it is a link out of its directory");
      }
      const file = named.isSymlink ? Deno.statSync(path) : named;
      if (!file.isFile) throw refuse("it is no regular file");
      if (file.size > limit) throw refuse(`${file.size} bytes, ${limit} at most`);
      return { path, bytes: Deno.readFileSync(path), stamp: stampOf(file) };
    } catch (error) {
      if (error instanceof HostError) throw error;
      throw new HostError("not-found", `Cannot read "${basename(path)}" in ${this.#directory}: ${messageOf(error)}`, {
        module,
        cause: error,
      });
    }
  }
}

/** Of the file itself, not of a link to it. A copy may keep time and size, but no file keeps its `ctime`. */
function stampOf({ ino, mtime, ctime, size }: Deno.FileInfo): string {
  return `${ino}:${mtime?.getTime()}:${ctime?.getTime()}:${size}`;
}
