import { type Color, paint } from "./color.ts";
import type { LogLevel, LogRecord } from "./record.ts";

/** How lines look. */
export interface FormatOptions {
  /** Process id, in brackets behind the level. */
  readonly pid: number;
  /** Whether lines carry colors. @default {false} */
  readonly color?: boolean | undefined;
  /** How times are written. @default {formatTime} */
  readonly formatTime?: ((time: number) => string) | undefined;
  /** Whether verbose lines have the time in front. @default {false} */
  readonly timestamps?: boolean | undefined;
}

/** Word and color of each level that has a header; verbose lines have a prefix instead. */
const HEADERS: Record<Exclude<LogLevel, "verbose">, { word: string; color: Color }> = {
  error: { word: "ERROR", color: "brightRed" },
  warning: { word: "WARNING", color: "brightRed" },
  notice: { word: "NOTICE", color: "brightYellow" },
  debug: { word: "DEBUG", color: "brightGreen" },
};

/**
 * Prefixes of verbose lines by level, 0 to 4; from 5 on each has one blank more. Asterisk's, but for level 1: there it is
 * one blank, while the lines of the tutorial (seed 001) begin at the margin.
 */
const VERBOSE_PREFIXES = ["", "", "  == ", "    -- ", "       > "] as const;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Blanks before the second and further lines of a message with a header, so that no line of it can pass for another. */
const CONTINUATION = "    ";

/** `    -- ` for level 3, and so on up to level 10. */
export function verbosePrefix(level: number): string {
  return VERBOSE_PREFIXES[level] ?? `${" ".repeat(level + 3)}> `;
}

/** `Nov 21 09:18:57`, local time; a day below 10 has a blank in front. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  return `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${clock}`;
}

/** A record as Asterisk's console shows it, with the line end. */
export function formatRecord(record: LogRecord, options: FormatOptions): string {
  const color = options.color === true ? paint : plain;
  const time = `[${(options.formatTime ?? formatTime)(record.time)}] `;
  if (record.level === "verbose") {
    const prefix = verbosePrefix(record.verbosity);
    const head = `${options.timestamps === true ? time : ""}${prefix === "" ? "" : color("gray", prefix)}`;
    return verboseLines(record, options).map((line) => `${head}${line}\n`).join("");
  }
  const { word, color: wordColor } = HEADERS[record.level];
  const head = `${time}${color(wordColor, word)}[${options.pid}]: ${color("white", areaOf(record))}: `;
  return `${head}${textOf(record).replaceAll("\n", `\n${CONTINUATION}`)}\n`;
}

/**
 * The lines of a verbose record without prefix and line ends: what crosses to another console. Those that a module has
 * caused begin with its name, and have no colors but there: those in the text are the host's own.
 */
export function verboseLines(
  record: Pick<LogRecord, "message" | "module">,
  options: Pick<FormatOptions, "color">,
): string[] {
  const color = options.color === true ? paint : plain;
  const { message, module } = record;
  if (module === undefined) return message.split("\n").map((line) => colorVerbose(line, color));
  const name = color("white", ownName(module));
  return message.split("\n").map((line) => `${name}: ${line}`);
}

/** Who says a line with a header: a part of the host, or a module. */
export function areaOf({ area, module }: Pick<LogRecord, "area" | "module">): string {
  return area === module ? ownName(area) : area;
}

/** Its text. What a part of the host says because of a module has the module's name in front. */
export function textOf({ area, module, message }: Pick<LogRecord, "area" | "module" | "message">): string {
  return module === undefined || module === area ? message : `${ownName(module)}: ${message}`;
}

/** Parts of the host that have lines of their own. */
const HOST_AREAS: ReadonlySet<string> = new Set(["asterism", "console", "core", "loader", "logger", "pbx", "realm"]);

/** A module's name where it could pass for a part of the host. */
function ownName(module: string): string {
  return HOST_AREAS.has(module.toLowerCase()) ? `module ${module}` : module;
}

/** The two texts of verbose lines that Asterisk colors: the description in `=> (…)` and the word that it is ready. */
function colorVerbose(line: string, color: typeof paint): string {
  if (READY_REGEXP.test(line)) return color("brightGreen", line);
  // Found from the end: an expression for this would go through the rest of the line at each arrow.
  const arrow = line.endsWith(")") ? line.lastIndexOf(ARROW) : -1;
  if (arrow < 0) return line;
  const begin = arrow + ARROW.length;
  return `${line.slice(0, begin)}${color("brown", line.slice(begin, -1))})`;
}

const READY_REGEXP = /^\w+ Ready\.$/;
const ARROW = " => (";

function plain(_color: Color, text: string): string {
  return text;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
