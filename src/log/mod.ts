/**
 * The log: levels, records, sinks, and lines that look as Asterisk's do. Only `stdio.ts` touches the process.
 *
 * @module
 */
export { type Color, paint } from "./color.ts";
export { ConsoleSink, type ConsoleSinkOptions, type Writers } from "./console_sink.ts";
export { type ConsoleChannel, ConsoleView } from "./console_view.ts";
export { DebugLevels } from "./debug_levels.ts";
export { type FormatOptions, formatRecord, formatTime, verboseLines, verbosePrefix } from "./format.ts";
export { type LineOptions, Logger, type LoggerOptions } from "./logger.ts";
export { MemorySink } from "./memory_sink.ts";
export { LEVELS, type LogLevel, type LogRecord, type LogSink } from "./record.ts";
export { stdioWriters } from "./stdio.ts";
