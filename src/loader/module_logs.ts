import type { GatedLine, LineGate, Logger, LogOf } from "../log/mod.ts";
import { LineFold } from "./line_fold.ts";
import { LineMeter, type LineRate, rateWords } from "../realm/mod.ts";

/** Meters that are kept before those that are idle are given back. */
const MAX_IDLE = 64;

/** Options of {@linkcode ModuleLogs}. */
export interface ModuleLogsOptions {
  /** Where lines go in the end. */
  readonly log: Logger;
  /** What a module may write in each second. */
  readonly rate: (module: string) => LineRate;
  /** The clock, in milliseconds since the epoch. @default {Date.now} */
  readonly now?: (() => number) | undefined;
}

/** Lines of one module, or of one name in one realm. */
interface Counted {
  readonly name: string;
  readonly rate: LineRate;
  readonly meter: LineMeter;
  /** The same errors and warnings in a row. */
  readonly fold: LineFold;
  /** Says how many were dropped; made with the first of them. */
  telling: number | undefined;
}

/**
 * The log of each module: what it writes itself and what the core says because of it, within its limits together. What is
 * beyond is dropped, and told in one line under the module's name when the second is over. The same error or warning in a
 * row is folded.
 *
 * Where modules share a realm, the name in a line of the realm is no more than what the realm tells. These lines are
 * counted apart from what the core says, so that no neighbor can keep the core from saying it.
 */
export class ModuleLogs implements Disposable {
  /** The log of a module by its name; that of the core for "". */
  readonly of: LogOf = (module) => module === "" ? this.#options.log : this.#logger(module, module);
  readonly #options: ModuleLogsOptions;
  readonly #now: () => number;
  readonly #counted = new Map<string, Counted>();
  #most = MAX_IDLE;
  #closed = false;

  /** Logs of modules that have written nothing. */
  constructor(options: ModuleLogsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** How many modules are counted now. */
  get size(): number {
    return this.#counted.size;
  }

  /** The log for what a shared realm writes in the name of one of its modules. */
  ofShared(realm: string, module: string): Logger {
    return this.#logger(`${realm} ${module}`, module);
  }

  /** Says what is to be said of dropped lines, and waits no more. Safe to call twice. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const counted of this.#counted.values()) {
      clearTimeout(counted.telling);
      counted.fold.flush();
      this.#tell(counted, counted.meter.drain(Infinity));
    }
    this.#counted.clear();
  }

  #logger(key: string, module: string): Logger {
    // Asked for anew with each line: the meter may have been given back since.
    const gate: LineGate = { admits: (size, line) => this.#admits(key.toLowerCase(), module, { size, line }) };
    return this.#options.log.child({ module, gate });
  }

  #admits(key: string, module: string, { size, line }: { size: () => number; line: GatedLine }): boolean {
    const now = this.#now();
    const counted = this.#counted.get(key) ?? this.#count(key, module, now);
    const { verdict, dropped } = counted.meter.take(now, size);
    this.#tell(counted, dropped);
    if (verdict === "pass") return this.#closed || counted.fold.admits(line, now);
    if (!this.#closed) {
      counted.telling ??= setTimeout(() => {
        counted.telling = undefined;
        this.#tell(counted, counted.meter.drain(this.#now()));
      }, 1001 - now % 1000);
    }
    return false;
  }

  /** Begins to count a module; those whose second is over need not be counted any more. */
  #count(key: string, name: string, now: number): Counted {
    if (this.#counted.size >= this.#most) {
      for (const [other, { meter, fold }] of this.#counted) {
        if (meter.idle(now) && !fold.pending) this.#counted.delete(other);
      }
      this.#most = Math.max(MAX_IDLE, this.#counted.size * 2);
    }
    const rate = this.#options.rate(name);
    const log = this.#options.log.child({ module: name });
    const fold = new LineFold(({ level, area, message }) => {
      const lines = log.child({ area });
      if (level === "error") lines.error(message);
      else lines.warning(message);
    });
    const counted = { name, rate, meter: new LineMeter(rate), fold, telling: undefined };
    this.#counted.set(key, counted);
    return counted;
  }

  #tell({ name, rate }: Counted, dropped: number): void {
    if (dropped === 0) return;
    const message = `${dropped} lines of module ${name} were dropped: more than ${rateWords(rate)}`;
    this.#options.log.child({ module: name }).warning(message);
  }
}
