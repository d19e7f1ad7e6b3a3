/** Which debug lines there are: a level for all, and higher ones for single modules. Shared by a family of loggers. */
export class DebugLevels {
  /** Debug lines up to this level are written. */
  level: number;
  readonly #byModule = new Map<string, { name: string; level: number }>();

  /** No debug lines, unless a level is given. */
  constructor(level = 0) {
    this.level = level;
  }

  /** The level of a module; 0 when it has none of its own. */
  of(module: string): number {
    return this.#byModule.get(module.toLowerCase())?.level ?? 0;
  }

  /** Gives a module a level of its own; 0 takes it away. Names match in any case of letters. */
  set(module: string, level: number): void {
    if (level === 0) this.#byModule.delete(module.toLowerCase());
    else this.#byModule.set(module.toLowerCase(), { name: module, level });
  }

  /** Takes the levels of all modules away. */
  clear(): void {
    this.#byModule.clear();
  }

  /** Whether such a line is written. */
  accepts(module: string, level: number): boolean {
    return level <= this.level || level <= this.of(module);
  }
}
