import type { CallLocation } from "./shared.ts";

/** One step of an extension: a line `exten => name,priority(label),application(args)`. */
export interface DialplanPriority {
  /** Name of the extension, or a pattern that begins with `_`. */
  readonly extension: string;
  /** Callers it is for, a number or a pattern; all when left out. */
  readonly caller?: string | undefined;
  /** From 1. */
  readonly priority: number;
  /** Another name for the priority. */
  readonly label?: string | undefined;
  /** The application. */
  readonly application: string;
  /** Its arguments, variables not yet replaced. */
  readonly args: string;
  /** Where it is from, for people. */
  readonly file?: string | undefined;
  /** Its line there. */
  readonly line?: number | undefined;
}

/** A context: extensions, and further contexts that are looked through after them. */
export interface DialplanContext {
  /** Its name. */
  readonly name: string;
  /** Names of contexts. */
  readonly includes: readonly string[];
  /** All steps of all extensions. */
  readonly priorities: readonly DialplanPriority[];
}

/** A whole dialplan. */
export interface DialplanContents {
  /** The contexts. */
  readonly contexts: readonly DialplanContext[];
  /** Global variables to set, in order; variables in the values are replaced. */
  readonly globals: readonly { readonly name: string; readonly value: string }[];
  /** Forgets all global variables first. @default {false} */
  readonly clearGlobals?: boolean | undefined;
  /** Hangs up a call that has run out of priorities, instead of waiting for an extension. @default {true} */
  readonly autoFallThrough?: boolean | undefined;
}

/** A call that a channel module begins. */
export interface ChannelOptions {
  /** The kind of channel; the manifest must provide `channel=<it>`. */
  readonly technology: string;
  /** Who is at the other end, in a word. */
  readonly peer: string;
  /** Where it begins. */
  readonly context: string;
  /** The extension. */
  readonly extension: string;
  /** Number of the caller. @default {""} */
  readonly caller?: string | undefined;
  /** Variables that are set from the beginning. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** The other end of a channel. */
export interface ChannelPeer {
  /** Writes a line, without a line end. */
  write(line: string): void | Promise<void>;
  /** The call is over: nothing more is written. */
  hangup(): void | Promise<void>;
}

/** A call in progress, as its channel module has it. The host hangs up what is left when the module stops. */
export interface ChannelHandle {
  /** Name of the channel, such as `Line/tcp-00000001`. */
  readonly name: string;
  /** The peer has sent a line. Settles when there is room for another. */
  receive(line: string): Promise<void>;
  /** The peer is gone. */
  hangup(): Promise<void>;
}

/** Dialplan and channels. */
export interface ModulePbx {
  /**
   * Puts a dialplan in place of the one that this module gave before; each extension becomes a user of the modules it
   * names. The manifest must provide `dialplan=*`. Steps run on the rights of this module: what its manifest does not name
   * they do not use, and contexts and globals of others are not theirs.
   *
   * @returns what was left out, as sentences
   */
  replace(contents: DialplanContents): Promise<string[]>;
  /**
   * Adds a step to a context, which is made when it is not there.
   *
   * @returns why not, as a sentence
   */
  add(context: string, priority: DialplanPriority, options?: { replace?: boolean }): Promise<string | undefined>;
  /** Removes an extension that this module gave, or one priority of it. Says how many priorities went. */
  remove(context: string, extension: string, priority?: number): Promise<number>;
  /**
   * Begins a call; it is a user of this module until it ends. Rejects with code `permission` in a context of another that
   * the manifest does not name (`[uses]` `dialplan = …`, with its grant).
   */
  channel(options: ChannelOptions, peer: ChannelPeer): Promise<ChannelHandle>;
}

/** A place in the dialplan by its label. */
export interface LabelLocation extends Omit<CallLocation, "priority"> {
  /** The label. */
  readonly label: string;
}
