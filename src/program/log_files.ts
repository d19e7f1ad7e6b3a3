import { isAbsolute, join } from "@std/path";
import type strftime from "strftime";
import type { LogControl } from "../console/mod.ts";
import { messageOf } from "../fault/mod.ts";
import { type Host, readConfigIfAny, VERSION } from "../host/mod.ts";
import {
  type ChannelRow,
  type ConsoleSink,
  DEFAULT_LOGGER,
  fileWriter,
  LogChannels,
  type Logger,
  type LoggerSettings,
  type OpenWriter,
  parseLoggerConf,
} from "../log/mod.ts";
import { hostName } from "./control_socket.ts";

/** Longest run of the command behind a rotation. */
const AFTER_ROTATE_MS = 60_000;

/** The log of the program: what its consoles show, and files. */
export interface ProgramLog extends LogControl {
  /** The channels. */
  readonly channels: LogChannels;
}

/**
 * Opens what `logger.conf` names, and keeps the program's own console in step with it.
 *
 * Rotation and `logger reload` work on all of it. The library that writes files is loaded only for files, and that for
 * dates only when they are not written as usual.
 */
export async function openLog(host: Host, sink: ConsoleSink): Promise<ProgramLog> {
  const { log, settings: { directories, options } } = host;
  let open: OpenWriter | undefined;
  let dates: typeof strftime | undefined;
  const channels = new LogChannels({
    log,
    pathOf: (name) => isAbsolute(name) ? name : join(directories.astlogdir, name),
    pid: Deno.pid,
    hostname: hostName(),
    verbosity: () => Math.max(sink.verbosity, options.verbose),
    banner: `Asterism ${VERSION} built with deno ${Deno.version.deno} ${Deno.build.target}`,
    open: (path) => {
      if (open === undefined) throw new Error("the library that writes files is not loaded");
      return open(path);
    },
    dates: (format) => (time) => dates === undefined ? format : dates(format, new Date(time)),
    run: (command) => void afterRotate(host, command),
  });
  sink.channel = channels.console;
  const control = new Control(host, {
    channels,
    sink,
    prepare: async () => void (open ??= await fileWriter()),
    prepareDates: async () => void (dates ??= (await import("strftime")).default),
  });
  await control.start();
  return control;
}

/** What the control of the log works on. */
interface Parts {
  readonly channels: LogChannels;
  readonly sink: ConsoleSink;
  /** Loads what writes files. */
  readonly prepare: () => Promise<void>;
  /** Loads what writes dates in other formats than the usual one. */
  readonly prepareDates: () => Promise<void>;
}

class Control implements ProgramLog {
  readonly channels: LogChannels;
  readonly #host: Host;
  readonly #parts: Parts;

  constructor(host: Host, parts: Parts) {
    this.#host = host;
    this.channels = parts.channels;
    this.#parts = parts;
  }

  rows(): ChannelRow[] {
    return this.channels.rows();
  }

  rotate(): void {
    this.channels.rotate();
  }

  async add(name: string, components: string): Promise<boolean> {
    await this.#parts.prepare();
    return this.channels.add(name, components);
  }

  remove(name: string): boolean {
    return this.channels.remove(name);
  }

  async reload(file = "logger.conf"): Promise<string | undefined> {
    try {
      await this.#apply(this.#parse(file));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** A file that cannot be read is no reason to be without a log. */
  async start(): Promise<void> {
    const fault = await this.reload();
    if (fault !== undefined) this.#log().error(`${fault}; the log goes to the console`);
  }

  async #apply(settings: LoggerSettings): Promise<void> {
    const { channels, sink, prepare, prepareDates } = this.#parts;
    if (settings.channels.some(({ name }) => name !== "console")) await prepare();
    if (settings.dateFormat !== undefined) await prepareDates();
    channels.apply(settings);
    sink.options = { ...sink.options, formatTime: channels.formatTime };
  }

  #parse(file: string): LoggerSettings {
    const warnings: string[] = [];
    const { directories: { astetcdir }, options } = this.#host.settings;
    const config = readConfigIfAny(join(astetcdir, file), { warnings, exec: options });
    if (config === undefined) return DEFAULT_LOGGER;
    const parsed = parseLoggerConf(config);
    for (const warning of [...warnings, ...parsed.warnings]) this.#log().warning(warning);
    return parsed.settings;
  }

  #log(): Logger {
    return this.#host.log.child({ area: "logger" });
  }
}

/** Runs the command of `exec_after_rotate`. Never rejects: what goes wrong is in the log. */
async function afterRotate({ log }: Host, command: string): Promise<void> {
  const warn = (reason: string) => log.child({ area: "logger" }).warning(`error executing '${command}': ${reason}`);
  try {
    const signal = AbortSignal.timeout(AFTER_ROTATE_MS);
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", command],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal,
    });
    const { code } = await child.output();
    if (code !== 0) warn(`exit status ${code}`);
  } catch (error) {
    warn(messageOf(error));
  }
}
