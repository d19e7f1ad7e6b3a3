import {
  type ConfigFile,
  type ConfigWarning,
  decodeText,
  encodeText,
  parse,
  type ParseOptions,
} from "../../src/config/mod.ts";
import type { ExecResult, Source } from "../../src/config/mod.ts";
import { expandGlob } from "../../src/config/glob.ts";
import { random } from "../support/random.ts";

/** Files by name, as strings in the reader's own encoding of bytes. */
export type Files = Record<string, string>;

/** A directory in memory that behaves as the one on disk does. */
export class MemorySource implements Source {
  readonly directory: string;
  readonly #files: Map<string, string>;
  readonly #commands: Record<string, ExecResult>;

  constructor(files: Files, options: { directory?: string; commands?: Record<string, ExecResult> } = {}) {
    this.directory = options.directory ?? "<etc>";
    this.#files = new Map(Object.entries(files).map(([name, text]) => [`${this.directory}/${name}`, text]));
    this.#commands = options.commands ?? {};
  }

  read(path: string): Uint8Array | undefined {
    const text = this.#files.get(path.replaceAll("/./", "/"));
    return text === undefined ? undefined : encodeText(text);
  }

  glob(pattern: string): string[] {
    return expandGlob(pattern, (directory) => {
      const inside = [...this.#files.keys()].filter((path) => path.startsWith(`${directory}/`));
      return new Set(inside.map((path) => path.slice(directory.length + 1).split("/", 1)[0] ?? ""));
    });
  }

  isDirectory(path: string): boolean {
    const prefix = path.replace(/\/*$/, "/");
    return [...this.#files.keys()].some((each) => each.startsWith(prefix));
  }

  exec(command: string): ExecResult {
    const result = this.#commands[command];
    if (result === undefined) throw new Error("the shell does not understand it");
    return result;
  }
}

/** Names, flags, keys, values and marks: all that a reading gives but the positions. */
export function plain(file: ConfigFile): unknown[] {
  return file.sections.map(({ name, template, inherits, entries }) => ({
    name,
    template,
    inherits: [...inherits],
    lines: entries.map(({ key, value, object }) => [key, value, object]),
  }));
}

/** Reads and collects the warnings as `level message`. */
export function read(text: string, options: Partial<ParseOptions> = {}): { file: ConfigFile; log: string[] } {
  const log: string[] = [];
  const onWarning = (warning: ConfigWarning) => log.push(`${warning.level} ${warning.message}`);
  return { file: parse(text, { file: "t.conf", onWarning, ...options }), log };
}

/** The entries of all sections as `key=value`, sections divided by `|`. */
export function summary(file: ConfigFile): string {
  return file.sections.map((section) => section.entries.map(({ key, value }) => `${key}=${value}`).join(",")).join("|");
}

/** Numbers from a seed: the same seed gives the same run. */
export function randomOf(seed: number): (limit: number) => number {
  const next = random(seed);
  return (limit) => Math.floor(next() * limit);
}

/** Runs a law for many seeds and names the seed of a failure. */
export function forSeeds(count: number, law: (random: (limit: number) => number) => void): void {
  const first = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  for (let index = 0; index < count; index++) {
    const seed = (first + index) >>> 0;
    try {
      law(randomOf(seed));
    } catch (cause) {
      throw new Error(`law broken with seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
}

/** Undoes the recorded cases' short forms: `«x×80»` is a run of 80, `«hex:ff»` are bytes that are no UTF-8. */
export function unpack<T>(value: T): T {
  if (typeof value === "string") {
    return value
      .replace(/«(.)×(\d+)»/gs, (_, character: string, count: string) => character.repeat(Number(count)))
      .replace(/«hex:([0-9a-f]+)»/g, (_, hex: string) => decodeText(Uint8Array.fromHex(hex))) as T & string;
  }
  if (Array.isArray(value)) return value.map(unpack) as T & unknown[];
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [unpack(key), unpack(each)])) as T & object;
}
