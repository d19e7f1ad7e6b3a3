import { FRAME, type FrameWriter } from "./frames.ts";
import type { TextPort } from "./wire.ts";

/** The end of a pipe in the shape of a MessagePort. */
export class PipePort implements TextPort {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onmessageerror: ((event: MessageEvent) => void) | null = null;
  room: (() => Promise<void> | undefined) | null = null;
  readonly #writer: FrameWriter;

  /** A port that writes messages there; what comes is given to `deliver`. */
  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  postMessage(message: string): void {
    this.#writer.send(FRAME.message, message);
  }

  /** A message has come. */
  deliver(text: string): void {
    if (this.onmessage === null) return;
    this.onmessage({ data: text } as MessageEvent);
  }

  close(): void {
    this.room = null;
    this.onmessage = null;
  }
}
