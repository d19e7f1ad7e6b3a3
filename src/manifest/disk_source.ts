import { basename, dirname, join } from "@std/path";
import { HostError, messageOf } from "../fault/mod.ts";
import type { ModuleFile, ModuleSource } from "./source.ts";

const MANIFEST_ENDING = ".manifest";
/** A manifest is a page of text; more is a mistake or an attack. */
const MAX_MANIFEST_BYTES = 256 * 1024;
const MAX_MODULE_BYTES = 8 * 1024 * 1024;

/** A directory of `<name>.manifest` and `<name>.js` files. */
export class DiskSource implements ModuleSource {
  readonly label: string;
  readonly #directory: string;

  /** Takes an absolute path; the directory need not exist yet. */
  constructor(directory: string, label: string = directory) {
    this.#directory = directory;
    this.label = label;
  }

  /** @inheritdoc */
  list(): { name: string; stamp: string }[] {
    const found: { name: string; stamp: string }[] = [];
    for (const entry of this.#entries()) {
      if (!entry.name.endsWith(MANIFEST_ENDING) || entry.isDirectory) continue;
      found.push({
        name: entry.name.slice(0, -MANIFEST_ENDING.length),
        stamp: stampOf(join(this.#directory, entry.name)),
      });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @inheritdoc */
  manifest(name: string): ModuleFile {
    return this.#read(`${name}${MANIFEST_ENDING}`, MAX_MANIFEST_BYTES);
  }

  /** @inheritdoc */
  module(name: string): ModuleFile {
    return this.#read(`${name}.js`, MAX_MODULE_BYTES);
  }

  #entries(): Iterable<Deno.DirEntry> {
    try {
      return Deno.readDirSync(this.#directory);
    } catch (error) {
      throw new HostError("config", `Unable to open modules directory '${this.#directory}': ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Regular files only, and not through a link that leads out of the directory: a FIFO or a device would hang. */
  #read(name: string, limit: number): ModuleFile {
    const path = join(this.#directory, name);
    const module = name.replace(/\.[a-z]+$/, "");
    try {
      const linked = Deno.lstatSync(path).isSymlink;
      if (linked && dirname(Deno.realPathSync(path)) !== Deno.realPathSync(this.#directory)) {
        throw new HostError("config", `Cannot read "${path}": it is a link out of its directory`, { module });
      }
      const { isFile, size } = Deno.statSync(path);
      if (!isFile) throw new HostError("config", `Cannot read "${path}": it is no regular file`, { module });
      if (size > limit) {
        throw new HostError("config", `Cannot read "${path}": ${size} bytes, ${limit} at most`, { module });
      }
      return { path, bytes: Deno.readFileSync(path) };
    } catch (error) {
      if (error instanceof HostError) throw error;
      throw new HostError("not-found", `Cannot read "${basename(path)}" in ${this.#directory}: ${messageOf(error)}`, {
        module,
        cause: error,
      });
    }
  }
}

function stampOf(path: string): string {
  try {
    const { mtime, size } = Deno.lstatSync(path);
    return `${mtime?.getTime() ?? 0}:${size}`;
  } catch {
    return "gone";
  }
}
