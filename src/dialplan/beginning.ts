import type { ChannelOptions } from "../module_api/mod.ts";

/** The other end of a channel, as the host calls it. */
export interface Peer {
  /** Writes a line. */
  write(line: string): Promise<void>;
  /** The call is over. */
  hangup(): Promise<void>;
}

/** How a call begins. */
export interface Beginning {
  /** What it is and where it begins. */
  readonly options: ChannelOptions;
  /** The other end. */
  readonly peer: Peer;
  /** Called once it is over and its record was handed on. */
  readonly onEnd: () => void;
}
