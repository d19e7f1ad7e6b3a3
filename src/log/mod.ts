/**
 * The log: levels, records, sinks, channels of `logger.conf`, and lines that look as Asterisk's do. Only `stdio.ts` and
 * `file_sink.ts` touch the system.
 *
 * @module
 */
export { type Color, paint } from "./color.ts";
export { ConsoleSink, type ConsoleSinkOptions, type Writers } from "./console_sink.ts";
export { type ConsoleChannel, ConsoleView } from "./console_view.ts";
export { DebugLevels } from "./debug_levels.ts";
export { type FileFormat, formatForFile } from "./file_format.ts";
export { FileSink, type FileSinkOptions, fileWriter, type OpenWriter, type Writer } from "./file_sink.ts";
export { type ChannelRow, LogChannels, type LogChannelsOptions } from "./log_channels.ts";
export {
  type ChannelSettings,
  type Components,
  DEFAULT_LOGGER,
  type Formatter,
  type LoggerSettings,
  parseComponents,
  parseLoggerConf,
  type RotateStrategy,
} from "./logger_conf.ts";
export { type Rename, rotation } from "./rotate.ts";
export { areaOf, type FormatOptions, formatRecord, formatTime, textOf, verboseLines, verbosePrefix } from "./format.ts";
export { type GatedLine, type LineGate, type LineOptions, Logger, type LoggerOptions, type LogOf } from "./logger.ts";
export { MemorySink } from "./memory_sink.ts";
export { LEVELS, type LogLevel, type LogRecord, type LogSink } from "./record.ts";
export { type NumberedRecord, type TailOptions, TailSink } from "./tail_sink.ts";
export { stdioWriters } from "./stdio.ts";
