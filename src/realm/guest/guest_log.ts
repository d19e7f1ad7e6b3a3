import { MAX_LOG_LENGTH, type WireLog, type WireLogLevel } from "../wire.ts";
import { inspect } from "./harden.ts";
import { moduleOfStack } from "./thrown.ts";

/** A line short enough to be sent. */
export function boundedLine(line: WireLog): WireLog {
  if (line.message.length <= MAX_LOG_LENGTH) return line;
  return { ...line, message: `${line.message.slice(0, MAX_LOG_LENGTH)}…` };
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
    return typeof part === "string" ? part : inspect(part, { depth: 4, colors: false });
  } catch {
    return "(a value that cannot be shown)";
  }
}
