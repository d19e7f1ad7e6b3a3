/** Warnings about one module, so that what happens in a loop is told once. */
const MAX_TOLD = 100;
/** Characters of what tells one from another. */
const MAX_KEY = 200;

/** What has been said about whom: each thing once, and not without end. */
export class Told {
  readonly #of = new Map<string, Set<string>>();

  /** Whether something is said for the first time. */
  first(module: string, what: string): boolean {
    const told = this.#of.get(module) ?? new Set<string>();
    const key = what.slice(0, MAX_KEY);
    if (told.has(key) || told.size >= MAX_TOLD) return false;
    this.#of.set(module, told.add(key));
    return true;
  }

  /** The module is gone: of one that comes again all is said again. */
  forget(module: string): void {
    this.#of.delete(module);
  }
}
