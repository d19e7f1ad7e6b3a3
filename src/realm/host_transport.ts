import type { RpcTransportWithCustomEncoding } from "capnweb";
import { printable } from "../fault/mod.ts";
import { type Frame, FrameGuard, type GuardLimits } from "./frame_guard.ts";
import { Turns } from "./turns.ts";
import { NOTICE_MARK, type TextPort } from "./wire.ts";

/** What a host's end of a session tells its owner. */
export interface HostTransportEvents {
  /** The realm has broken the rules of the wire; called once, with what it did: `it sent a message that is no text`. */
  fault(reason: Error): void;
  /** A notice of the realm; a throw is a fault. */
  notice(notice: unknown): void;
  /** A call was refused before it was decoded, and why. */
  refused(why: string): void;
}

/** Longest reason of an end that is told. */
const MAX_REASON = 200;
/** Longest notice: many outcomes of imports in one. */
const MAX_NOTICE = 1024 * 1024;
/** Messages and characters that wait for their turn before a pipe is held up. */
const MANY = { messages: 1_000, characters: 4 * 1024 * 1024 };
/** Messages and characters that wait before the realm ends: a Worker cannot be held up. */
const TOO_MANY = { messages: 50_000, characters: 64 * 1024 * 1024 };

const turns = new Turns();

/**
 * The host's end of a session with a realm: Cap'n Web over a port that carries nothing but text. What comes is judged
 * before it is decoded, and worked on in turns that leave the thread to others.
 */
export class HostTransport implements RpcTransportWithCustomEncoding {
  /** Cap'n Web leaves the JSON to this end: a message is read once, to be judged and to be decoded. */
  readonly encodingLevel = "jsonCompatible";
  readonly #port: TextPort;
  readonly #events: HostTransportEvents;
  readonly #guard: FrameGuard;
  readonly #limits: GuardLimits;
  /** What has come, from `first` on. */
  #queue: (string | Frame)[] = [];
  #first = 0;
  #characters = 0;
  #waiting: { resolve(frame: Frame): void; reject(reason: unknown): void } | undefined;
  /** Whether it goes on by itself when its turn has come. */
  #scheduled = false;
  #room: PromiseWithResolvers<void> | undefined;
  /** When the message that is worked on was handed out. */
  #began: number | undefined;
  #failed: Error | undefined;
  #faulty = false;

  /** Takes the port over. */
  constructor(port: TextPort, events: HostTransportEvents, limits: GuardLimits) {
    this.#port = port;
    this.#events = events;
    this.#limits = limits;
    this.#guard = new FrameGuard(limits);
    port.onmessage = ({ data }) => this.#arrive(data);
    port.onmessageerror = () => this.#fault(new Error("it sent a message that cannot be read"));
    port.room = () => this.#roomy();
  }

  /** Sends a message, or what stands for it when the realm could not take it. */
  send(frame: unknown): void {
    const text = JSON.stringify(frame);
    const replacement = this.#guard.send(frame as Frame, text);
    if (replacement === undefined) return this.#port.postMessage(text);
    this.#port.postMessage(JSON.stringify(replacement.instead));
    // As though the realm had given them back at once.
    for (const id of replacement.dropped) this.#enqueue(["release", id, 1]);
  }

  /** Sends a notice: JSON that nobody answers, a third of the cost of a call. In order with the messages. */
  notify(notice: unknown): void {
    this.#port.postMessage(NOTICE_MARK + JSON.stringify(notice));
  }

  /** The next message, in order and in its turn. */
  receive(): Promise<Frame> {
    if (this.#began !== undefined) turns.end(this.#began);
    this.#began = undefined;
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#pump(false);
    });
  }

  /** Ends the session from this side: Cap'n Web can neither read nor send. */
  abort(reason: unknown): void {
    const why = reason instanceof Error ? reason.message : "it was aborted";
    this.#fault(new Error(`its session broke off: ${printable(why, MAX_REASON)}`));
  }

  /** Ends everything that waits. Safe to call twice. */
  close(reason: Error): void {
    if (this.#failed !== undefined) return;
    this.#failed = reason;
    this.#port.onmessage = null;
    this.#port.close();
    this.#queue = [];
    this.#first = this.#characters = 0;
    this.#room?.resolve();
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  #arrive(data: unknown): void {
    if (typeof data !== "string") return this.#fault(new Error("it sent a message that is no text"));
    if (data.length > this.#limits.message) return this.#fault(new Error("it sent a message that is too long"));
    this.#characters += data.length;
    this.#enqueue(data);
    if (this.#size > TOO_MANY.messages || this.#characters > TOO_MANY.characters) {
      this.#fault(new Error("it sent more than can be worked on"));
    }
  }

  #enqueue(message: string | Frame): void {
    if (this.#failed !== undefined) return;
    this.#queue.push(message);
    if (this.#waiting !== undefined) this.#pump(true);
  }

  /** Hands out the next message to who waits for one, as soon as it is this realm's turn. */
  #pump(arrived: boolean): void {
    while (this.#waiting !== undefined && !this.#scheduled && this.#size > 0) {
      const turn = turns.wait();
      if (turn !== undefined) {
        this.#scheduled = true;
        void turn.then(() => {
          this.#scheduled = false;
          this.#pump(true);
        });
        return;
      }
      const began = turns.begin(arrived);
      arrived = false;
      const frame = this.#take();
      if (frame === undefined) {
        turns.end(began);
        continue;
      }
      this.#began = began;
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve(frame);
    }
  }

  /** The first message that waits, when it is one for Cap'n Web. */
  #take(): Frame | undefined {
    const message = this.#queue[this.#first] as string | Frame;
    // What was taken goes in one piece.
    if (++this.#first === this.#queue.length) {
      this.#queue = [];
      this.#first = 0;
    }
    if (typeof message !== "string") return message;
    this.#characters -= message.length;
    if (this.#room !== undefined && !this.#isFull) {
      this.#room.resolve();
      this.#room = undefined;
    }
    if (message.startsWith(NOTICE_MARK)) return this.#notice(message.slice(NOTICE_MARK.length));
    const judgement = this.#guard.judge(message);
    if ("fault" in judgement) return void this.#fault(new Error(`it sent ${judgement.fault}`));
    if (judgement.refusal !== undefined) this.#events.refused(judgement.refusal);
    return judgement.message;
  }

  #notice(json: string): undefined {
    try {
      if (json.length > MAX_NOTICE) throw new RangeError("it is too long");
      this.#events.notice(JSON.parse(json));
    } catch {
      this.#fault(new Error("it sent a notice that cannot be read"));
    }
  }

  get #size(): number {
    return this.#queue.length - this.#first;
  }

  get #isFull(): boolean {
    return this.#size > MANY.messages || this.#characters > MANY.characters;
  }

  /** When there is room for more; nothing when there is now. */
  #roomy(): Promise<void> | undefined {
    if (!this.#isFull) return undefined;
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  #fault(reason: Error): void {
    if (this.#failed !== undefined || this.#faulty) return;
    this.#faulty = true;
    // The owner first: it may close this with a reason that says more.
    this.#events.fault(reason);
    this.close(reason);
  }
}
