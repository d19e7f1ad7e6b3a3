import { areaOf, formatRecord, formatTime, textOf, verbosePrefix } from "./format.ts";
import type { Formatter } from "./logger_conf.ts";
import type { LogRecord } from "./record.ts";

/** How lines of files look. */
export interface FileFormat {
  /** How they are written. */
  readonly formatter: Formatter;
  /** Process id. */
  readonly pid: number;
  /** Name of the machine. */
  readonly hostname: string;
  /** How times are written. @default {formatTime} */
  readonly formatTime?: ((time: number) => string) | undefined;
}

/** A record as a line of a file, with its end. */
export function formatForFile(record: LogRecord, format: FileFormat): string {
  return FORMATTERS[format.formatter](record, format);
}

const FORMATTERS: Record<Formatter, (record: LogRecord, format: FileFormat) => string> = {
  default(record, { pid, formatTime: time = formatTime }) {
    const head = `[${time(record.time)}] ${record.level.toUpperCase()}[${pid}] ${areaOf(record)}: `;
    const prefix = record.level === "verbose" ? verbosePrefix(record.verbosity) : "";
    return `${head}${prefix}${textOf(record).replaceAll("\n", `\n    `)}\n`;
  },
  plain(record, format) {
    if (record.level !== "verbose") return formatRecord(record, format);
    return FORMATTERS.default(record, format);
  },
  json(record, { pid, hostname, formatTime: time = formatTime }) {
    const { area, level, message, module, verbosity } = record;
    return `${
      JSON.stringify({
        hostname,
        timestamp: time(record.time),
        identifiers: { lwp: pid, callid: "" },
        logmsg: {
          location: { filename: area, function: "", line: 0 },
          level: level.toUpperCase(),
          ...(module === undefined ? {} : { module }),
          ...(level === "verbose" || level === "debug" ? { sublevel: verbosity } : {}),
          message,
        },
      })
    }\n`;
  },
};
