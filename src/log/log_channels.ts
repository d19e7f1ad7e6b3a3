import type { ConsoleChannel } from "./console_view.ts";
import { FileSink, type OpenWriter } from "./file_sink.ts";
import { formatTime as usualTime } from "./format.ts";
import type { Logger } from "./logger.ts";
import { DEFAULT_LOGGER, type LoggerSettings, parseComponents } from "./logger_conf.ts";
import { LEVELS, type LogLevel } from "./record.ts";

/** What the channels are made with. */
export interface LogChannelsOptions {
  /** The log they belong to. */
  readonly log: Logger;
  /** The path of a file, given its name. */
  readonly pathOf: (name: string) => string;
  /** Process id. */
  readonly pid: number;
  /** Name of the machine. */
  readonly hostname: string;
  /** Verbosity of channels that do not say. */
  readonly verbosity: () => number;
  /** First line of a file, without the time. */
  readonly banner: string;
  /** Opens files. */
  readonly open: OpenWriter;
  /** Makes a writer of times from the words of `strftime`. */
  readonly dates: (format: string) => (time: number) => string;
  /** Runs a shell command after a rotation. */
  readonly run: (command: string) => void;
}

/** A channel, as `logger show channels` lists it. */
export interface ChannelRow {
  /** Its path; empty for the console. */
  readonly channel: string;
  /** `Console` or `File`. */
  readonly type: string;
  /** How lines are written. */
  readonly formatter: string;
  /** `Enabled` or `Disabled`. */
  readonly status: string;
  /** Levels that it takes, in upper case. */
  readonly levels: readonly string[];
}

/** A channel that is open. */
interface Open {
  readonly row: Omit<ChannelRow, "status">;
  readonly sink: FileSink | undefined;
  readonly added: Disposable | undefined;
  /** Whether a command made it, and not the file. */
  readonly dynamic: boolean;
}

/** The channels of `logger.conf`: what consoles show, and files. They can be read anew and rotated at run time. */
export class LogChannels {
  /** What may reach consoles; every console of the program has this. */
  readonly console: ConsoleChannel = { levels: new Set(LEVELS) };
  readonly #options: LogChannelsOptions;
  #settings: LoggerSettings = DEFAULT_LOGGER;
  #open: Open[] = [];

  /** Channels as if there were no `logger.conf`. */
  constructor(options: LogChannelsOptions) {
    this.#options = options;
    this.apply(DEFAULT_LOGGER);
  }

  /** How times are written. */
  get formatTime(): ((time: number) => string) | undefined {
    const { dateFormat } = this.#settings;
    return dateFormat === undefined ? undefined : this.#options.dates(dateFormat);
  }

  /** Takes new settings; files are opened anew, those that commands made stay. */
  apply(settings: LoggerSettings): void {
    this.#settings = settings;
    for (const open of this.#open) {
      if (open.dynamic) open.sink?.reopen();
      else this.#close(open);
    }
    this.#open = this.#open.filter(({ dynamic }) => dynamic);
    this.console.levels = new Set();
    // The last one first, as Asterisk lists them.
    for (const channel of settings.channels) this.#open.unshift(this.#make(channel, false));
  }

  /** Rotates every file. */
  rotate(): void {
    for (const { sink } of this.#open) sink?.rotate();
  }

  /** Every channel. */
  rows(): ChannelRow[] {
    return this.#open.map(({ row, sink }) => ({ ...row, status: sink?.enabled === false ? "Disabled" : "Enabled" }));
  }

  /**
   * Adds a file until it is removed or the program ends.
   *
   * @returns whether it is new
   * @throws {TypeError} when the levels are wrong
   */
  add(name: string, components: string): boolean {
    if (this.#open.some(({ row }) => row.channel === this.#path(name))) return false;
    const { faults, ...channel } = parseComponents(components);
    if (faults[0] !== undefined) throw new TypeError(faults[0]);
    this.#open.unshift(this.#make({ ...channel, name }, true));
    return true;
  }

  /** Removes a file that was added by a command; says whether there was one. */
  remove(name: string): boolean {
    const found = this.#open.find(({ row, dynamic }) => dynamic && row.channel === this.#path(name));
    if (found === undefined) return false;
    this.#close(found);
    this.#open = this.#open.filter((open) => open !== found);
    return true;
  }

  /** Closes all files. */
  close(): void {
    for (const open of this.#open) this.#close(open);
    this.#open = [];
  }

  #make(channel: LoggerSettings["channels"][number], dynamic: boolean): Open {
    const { name, levels, formatter } = channel;
    const words = LEVELS.filter((level) => levels.has(level) || (name === "console" && level === "verbose"));
    const row = {
      channel: name === "console" ? "" : this.#path(name),
      type: name === "console" ? "Console" : "File",
      formatter,
      levels: words.map((level) => level.toUpperCase()),
    };
    if (name === "console") {
      this.console.levels = new Set<LogLevel>([...this.console.levels, ...words]);
      return { row, sink: undefined, added: undefined, dynamic };
    }
    const sink = this.#openFile(row.channel, channel);
    return { row, sink, added: this.#options.log.addSink(sink), dynamic };
  }

  #openFile(path: string, { levels, verbosity, formatter }: LoggerSettings["channels"][number]): FileSink {
    const { open, pid, hostname, banner, log, run } = this.#options;
    const { execAfterRotate, rotateStrategy, rotateSize } = this.#settings;
    const formatTime = this.formatTime;
    const sink = new FileSink(open, {
      path,
      levels,
      verbosity: () => verbosity ?? this.#options.verbosity(),
      format: { formatter, pid, hostname, formatTime },
      rotateStrategy,
      rotateSize,
      rotated: (file) => {
        if (execAfterRotate !== undefined) run(execAfterRotate.replaceAll("${filename}", file));
      },
      // Later: whoever logs just now is in the middle of telling all sinks.
      failed: (message) => queueMicrotask(() => log.child({ area: "logger" }).error(message)),
    });
    if (formatter !== "json") sink.writeLine(`[${(formatTime ?? usualTime)(Date.now())}] ${banner}\n`);
    return sink;
  }

  #close({ sink, added }: Open): void {
    added?.[Symbol.dispose]();
    sink?.close();
  }

  #path(name: string): string {
    const { pathOf, hostname } = this.#options;
    const path = pathOf(name);
    return this.#settings.appendHostname ? `${path}.${hostname}` : path;
  }
}
