import type { RpcStub } from "capnweb";
import { MAX_LOG_LENGTH, type RealmMain, type WireLog, type WireLogLevel } from "../wire.ts";
import { moduleOfStack } from "./thrown.ts";

/** Sends a line without waiting; the session's end is noticed elsewhere. */
export function sendLog(main: RpcStub<RealmMain>, line: WireLog): void {
  const message = line.message.length > MAX_LOG_LENGTH ? `${line.message.slice(0, MAX_LOG_LENGTH)}…` : line.message;
  try {
    const sent = main.log({ ...line, message }) as unknown as Disposable;
    sent[Symbol.dispose]();
  } catch {
    // The session is over; so is this realm.
  }
}

const CONSOLE_LEVELS: Record<string, WireLogLevel> = {
  error: "error",
  warn: "warning",
  log: "notice",
  info: "notice",
  debug: "debug",
};

/**
 * Replaces the console: its text goes to the host's log under the module's name, never to the terminal. Formatting is
 * Deno's own where it is within reach.
 */
export function captureConsole(report: (line: WireLog) => void): void {
  const silent = () => {};
  const replaced: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(console)) {
    if (typeof Reflect.get(console, key) === "function") replaced[key] = silent;
  }
  for (const [method, level] of Object.entries(CONSOLE_LEVELS)) {
    replaced[method] = (...parts: unknown[]) => {
      report({ module: moduleOfStack(new Error()), level, verbosity: 0, message: parts.map(show).join(" ") });
    };
  }
  Object.defineProperty(globalThis, "console", {
    value: Object.freeze(replaced),
    writable: false,
    configurable: false,
    enumerable: false,
  });
}

function show(part: unknown): string {
  try {
    return typeof part === "string" ? part : Deno.inspect(part, { depth: 4, colors: false });
  } catch {
    return "(a value that cannot be shown)";
  }
}
