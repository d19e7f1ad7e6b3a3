import type { LineRate } from "./meter.ts";
import type { LinkInit, RealmInit, TextPort } from "./wire.ts";

/** What a realm is told when it begins, apart from what its carrier knows itself. */
export type CarrierInit = Omit<RealmInit, "place" | "limits"> & {
  readonly limits: LineRate & { readonly files: number };
};

/**
 * What carries the code of a realm: a Worker of this process or a process with a Worker of its own. It is started when it
 * is made and begins to work when it is told to; in between it can wait for somebody who needs it.
 */
export interface Carrier {
  /** The private channel to the code inside. */
  readonly port: TextPort;
  /**
   * Hands the code inside its end of the channel. Call it once.
   *
   * @param fault told once, why the carrier is of no more use; not when `end` was called
   */
  begin(init: CarrierInit, fault: (what: string) => void): void;
  /** The place in its list of the import that is under way, also while that import loops for ever. */
  place(): Promise<number>;
  /** A new list begins: its place is 0. */
  resetPlace(): void;
  /** Ends it for certain. Safe to call twice. */
  end(): void;
  /** Hands a port to the code inside; a process cannot be handed any. */
  handOver?(init: LinkInit, port: MessagePort): void;
  /** The process that it is, if any. */
  readonly pid?: number;
  /** Fulfilled when nothing of it is left. */
  readonly gone: Promise<void>;
}
