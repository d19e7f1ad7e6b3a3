import { messageOf } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import { libcFault, sendDatagram } from "./libc.ts";

/** Tells the supervisor that started the program how it is: `sd_notify` of systemd. */
export class Notifier {
  readonly #log: Logger;
  #socket: string | undefined;

  /**
   * Makes a notifier. Without a socket it says nothing.
   *
   * @param socket what the supervisor has put into `NOTIFY_SOCKET`
   */
  constructor(socket: string | undefined, log: Logger) {
    this.#socket = socket;
    this.#log = log;
  }

  /** Everything is there. */
  ready(): void {
    this.#send(`READY=1\nSTATUS=Running\nMAINPID=${Deno.pid}`);
  }

  /** Configurations are read anew; {@linkcode Notifier.ready} says when that is over. */
  reloading(): void {
    this.#send("RELOADING=1\nSTATUS=Reloading");
  }

  /** The end has begun. */
  stopping(): void {
    this.#send("STOPPING=1\nSTATUS=Stopping");
  }

  /** What cannot be told once is not tried again: a supervisor that waits will say so itself. */
  #send(text: string): void {
    if (this.#socket === undefined) return;
    try {
      const fault = libcFault();
      if (fault !== undefined) throw new Error(fault);
      sendDatagram(this.#socket, text);
    } catch (error) {
      this.#log.child({ area: "asterism" }).warning(`Cannot notify ${this.#socket}: ${messageOf(error)}`);
      this.#socket = undefined;
    }
  }
}
