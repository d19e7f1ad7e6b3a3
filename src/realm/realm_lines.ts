import { type LineRate, utf8Length } from "./meter.ts";
import { ModuleMeters } from "./module_meters.ts";
import { MAX_LOG_LENGTH, type WireLog } from "./wire.ts";

/** What a realm may write beyond its rate, for it says itself what it has dropped: a line, and its bytes. */
const OWN_ACCOUNT: LineRate = { output: 1, outputbytes: 200 };

/** Options of {@linkcode RealmLines}. */
export interface RealmLinesOptions {
  /** The realm's label. */
  readonly label: string;
  /** What it may write in each second. */
  readonly rate: LineRate;
  /** Whether there is a module of that name in the realm. */
  readonly has: (module: string) => boolean;
  /** Told each line that passes. */
  readonly log: (line: WireLog) => void;
  /** Told when it writes so much that its realm is to end. */
  readonly flood: (what: string) => void;
}

/**
 * The lines of one realm: each of its modules has the rate for itself, and all together ten times as much. What is beyond
 * is dropped, and told in one line for each module when the second is over; a flood ends the realm.
 */
export class RealmLines {
  readonly #options: RealmLinesOptions;
  readonly #meters: ModuleMeters;
  /** How many lines were dropped, by the module that the realm has named; "" where there is none of that name. */
  readonly #dropped = new Map<string, number>();
  #telling: number | undefined;

  /** Lines of a realm that has written none. */
  constructor(options: RealmLinesOptions) {
    this.#options = options;
    const { output, outputbytes } = options.rate;
    this.#meters = new ModuleMeters({
      output: output + OWN_ACCOUNT.output,
      outputbytes: outputbytes + OWN_ACCOUNT.outputbytes,
    });
  }

  /** One more line from the realm. */
  take(line: WireLog): void {
    const now = Date.now();
    // One that is longer than a realm may send was read all the same.
    const long = line.message.length > MAX_LOG_LENGTH + 1;
    const size = long ? line.message.length : utf8Length(line.message);
    const module = this.#options.has(line.module) ? line.module : "";
    const { verdict, dropped } = this.#meters.take(module, now, size);
    if (dropped > 0) this.#tell();
    if (verdict === "pass") {
      return this.#options.log(long ? { ...line, message: `${line.message.slice(0, MAX_LOG_LENGTH)}…` } : line);
    }
    this.#dropped.set(module, (this.#dropped.get(module) ?? 0) + 1);
    if (verdict === "flood") {
      this.end();
      return this.#options.flood(`it wrote far more than ${rateWords(this.#options.rate)}`);
    }
    this.#telling ??= setTimeout(() => this.#tell(), 1000 - now % 1000);
  }

  /** No more lines: says what is to be said of those that were dropped. Safe to call twice. */
  end(): void {
    this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    const { label, rate, log } = this.#options;
    this.#meters.sweep(Date.now());
    const dropped = [...this.#dropped];
    this.#dropped.clear();
    for (const [module, count] of dropped) {
      const whose = module === "" ? `realm ${label}` : `module ${module}`;
      const message = `${count} lines of ${whose} were dropped: more than ${rateWords(rate)}`;
      log({ module, level: "warning", verbosity: 0, message });
    }
  }
}

/** `1000 lines or 1048576 bytes in a second`. */
export function rateWords({ output, outputbytes }: LineRate): string {
  return `${output} lines or ${outputbytes} bytes in a second`;
}
