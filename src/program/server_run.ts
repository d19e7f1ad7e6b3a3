import {
  cliPermissionCommands,
  configCommands,
  loggerCommands,
  ProgressLine,
  restartCommands,
} from "../console/mod.ts";
import { createHost, type Host, type ProgramConfig, type StopRequest } from "../host/mod.ts";
import { ConsoleSink, type LogSink, type Writers } from "../log/mod.ts";
import type { ConsoleCommand } from "../registry/mod.ts";
import type { ControlServer } from "../remote/mod.ts";
import type { Flags } from "../settings/mod.ts";
import { PermissionFile, startupCommands, type StartupPhase } from "./cli_files.ts";
import { configControl } from "./config_files.ts";
import { controlPath, openControlSocket } from "./control_socket.ts";
import { executeAgain, libcFault } from "./libc.ts";
import { openLog } from "./log_files.ts";
import { Notifier } from "./notify.ts";
import { hasTerminal, inputLines, openTerminal } from "./terminal.ts";

/** What the host is run with. */
export interface ServerRun {
  /** The command line. */
  readonly flags: Flags;
  /** The configuration. */
  readonly config: ProgramConfig;
  /** The streams of the process. */
  readonly stdio: Writers;
}

/** A host while it runs. */
interface Running extends ServerRun {
  readonly host: Host;
  /** The program's own console. */
  readonly sink: ConsoleSink;
  /** Tells the supervisor. */
  readonly notifier: Notifier;
  /** The control socket, where there is one. */
  readonly control: ControlServer | undefined;
  /** Commands of `cli.conf`. */
  readonly startup: Readonly<Record<StartupPhase, readonly string[]>>;
}

/** What consoles do themselves before a line gets here; it is only for the help, and does nothing, as in Asterisk. */
const SHELL_COMMAND: ConsoleCommand = {
  command: "!",
  summary: "Execute a shell command",
  usage: "!<command>\n       Executes a given shell command",
  run: () => "success",
};

/** Starts the host, does what the flags ask, stops it. The result is the exit status. */
export async function runServer(run: ServerRun): Promise<number> {
  const { flags, stdio } = run;
  const sink = consoleSink(run);
  const scripted = flags.commands.length > 0;
  const progress = new ProgressLine(stdio.err);
  const showProgress = Deno.stderr.isTerminal() && !scripted && !flags.quiet;
  if (showProgress) sink.writers = progress.around(stdio);
  const permissions = new PermissionFile(run.config.settings);
  const host = await makeHost(run, { sink, permissions, progress: showProgress ? progress : undefined });
  const running = await equip({ ...run, host, sink }, permissions);
  await runStartup(running, "pre-module");
  const signalled = listenToSignals(running);
  const status = await Promise.race([host.boot().then((booted) => booted.status), signalled]);
  progress.end();
  sink.writers = stdio;
  if (status === "signal") {
    await host.stop("gracefully");
    running.control?.close();
    return scripted ? 1 : ending(run);
  }
  if (status !== 0) {
    running.control?.close();
    return status;
  }
  await runStartup(running, "fully-booted");
  return scripted ? await runCommands(running, signalled) : await serve(running);
}

/** What a host is made with beside its configuration. */
interface HostParts {
  readonly sink: ConsoleSink;
  readonly permissions: PermissionFile;
  readonly progress: ProgressLine | undefined;
}

async function makeHost({ flags, config }: ServerRun, { sink, permissions, progress }: HostParts): Promise<Host> {
  const { settings, modules, warnings } = config;
  const quiet = (flags.commands.length > 0 && flags.verbose === 0) || flags.quiet;
  const host = await createHost({
    config: settings,
    modules,
    permits: (session, words) => permissions.permits(session, words),
    // What a command prints is alone on stdout, for scripts, unless -v asks for more.
    sinks: [quiet ? withoutNotices(sink) : sink],
    ...(progress === undefined ? {} : { progress: (done: number, total: number) => progress.update(done, total) }),
  });
  host.log.debugLevels.level = Math.max(flags.debug, settings.options.debug);
  for (const warning of warnings) host.log.warning(warning);
  return host;
}

/** For whoever starts the program for the first time, and for whoever expected another configuration. */
function tellDefaults(host: Host, control: ControlServer | undefined): void {
  const log = host.log.child({ area: "asterism" });
  log.notice(
    "There is no /etc/asterism/asterism.conf: the configuration embedded in the program is used; -C FILE or " +
      "ASTERISM_CONF names another",
  );
  if (control !== undefined) log.notice(`Remote consoles bound to ${controlPath(host.settings)}`);
}

/** Gives the host what only a program has: a log in files, commands about it, a control socket, a supervisor. */
async function equip(run: Pick<Running, "flags" | "config" | "stdio" | "host" | "sink">, permissions: PermissionFile) {
  const { host, sink, flags } = run;
  const startup = startupCommands(host.settings, host.log);
  const log = await openLog(host, sink);
  permissions.open(host.log);
  host.addCommands([
    ...loggerCommands(log),
    ...cliPermissionCommands(permissions),
    ...configCommands(configControl({ host, log, permissions })),
    ...restartCommands((how) => requestRestart(host, how)),
    ...(host.settings.options.consoleShell ? [SHELL_COMMAND] : []),
  ]);
  const control = flags.commands.length > 0 ? undefined : openControlSocket(host, {
    format: () => ({ ...sink.options, color: colors(run), timestamps: false }),
    channel: sink.channel,
    asksWho: () => !permissions.permissions.isEverything,
  });
  if (run.config.embedded) tellDefaults(host, control);
  const notifier = new Notifier(flags.commands.length > 0 ? undefined : notifySocket(), host.log);
  const running: Running = { ...run, startup, control, notifier };
  await runStartup(running, "pre-init");
  return running;
}

/** Asks for a restart, unless this program cannot: then the reason. */
function requestRestart(host: Host, how: StopRequest): string | undefined {
  const fault = libcFault();
  if (fault === undefined) host.requestRestart(how);
  return fault;
}

function notifySocket(): string | undefined {
  try {
    return Deno.env.get("NOTIFY_SOCKET");
  } catch {
    return undefined;
  }
}

/** Runs the commands of `cli.conf` that are due; what they print goes to the console. */
async function runStartup({ host, sink, startup }: Running, phase: StartupPhase): Promise<void> {
  for (const command of startup[phase]) sink.writers.out((await host.execute(command)).output);
}

/** Whether lines of the log carry colors, where somebody can see them. */
function colors({ flags, config }: ServerRun): boolean {
  return !flags.noColor && !Deno.noColor && !config.settings.options.nocolor;
}

function consoleSink(run: ServerRun): ConsoleSink {
  const { flags, config: { settings: { options } }, stdio } = run;
  const sink = new ConsoleSink(stdio, {
    pid: Deno.pid,
    color: Deno.stdout.isTerminal() && colors(run),
    timestamps: flags.timestamps || options.timestamp,
    verbosity: flags.quiet ? 0 : Math.max(flags.verbose, options.verbose),
  });
  sink.muted = flags.mute;
  return sink;
}

function withoutNotices(sink: ConsoleSink): LogSink {
  return {
    accepts: (level, verbosity) => level !== "notice" && sink.accepts(level, verbosity),
    write: (record) => sink.write(record),
  };
}

/**
 * The first SIGINT or SIGTERM stops gracefully, a second one at once; SIGHUP reloads.
 *
 * @returns fulfilled by the first that stops
 */
function listenToSignals(running: Running): Promise<"signal"> {
  const { host } = running;
  const { promise, resolve } = Promise.withResolvers<"signal">();
  let signalled = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (signalled) Deno.exit(1);
      signalled = true;
      resolve("signal");
      host.requestStop("gracefully");
    });
  }
  Deno.addSignalListener("SIGHUP", () => void reload(running));
  return promise;
}

/** What SIGHUP does. Never rejects: a command that fails says so in the log. */
async function reload({ host, notifier }: Running): Promise<void> {
  host.log.verbose(0, "Received HUP signal -- Reloading configs");
  notifier.reloading();
  await host.execute("core waitfullybooted");
  await host.execute("logger reload");
  await host.execute("core reload");
  notifier.ready();
}

/** `-x`: each command in turn; the status is 1 as soon as one has failed, or when a signal came before the last. */
async function runCommands({ host, flags, stdio }: Running, signalled: Promise<"signal">): Promise<number> {
  let status = 0;
  for (const command of flags.commands) {
    const result = await Promise.race([host.execute(command), signalled]);
    if (result === "signal" || !result.ok) status = 1;
    if (result === "signal") break;
    stdio.out(result.output);
  }
  await host.stop("gracefully");
  return status;
}

/** Runs until somebody asks for a stop, with a console when that is wanted. */
async function serve(running: Running): Promise<number> {
  const { host, flags, stdio, sink, control, notifier } = running;
  const console = flags.console && hasTerminal() ? await openConsole(running) : undefined;
  if (flags.console && console === undefined) void runInput(running);
  if (!flags.quiet) (console?.write ?? stdio.out).call(console, "Asterism Ready.\n");
  notifier.ready();
  const how = await host.stopRequested;
  const restart = host.restartRequested;
  if (how === "now") host.log.verbose(1, `Beginning asterism ${restart ? "restart" : "shutdown"}....`);
  if (!restart) notifier.stopping();
  await host.stop(how);
  control?.close();
  console?.close();
  sink.writers = stdio;
  if (!restart) return ending(running);
  host.log.verbose(0, "Asterism is now restarting...");
  executeAgain();
}

/** `-c` without a terminal: lines of the input, run as they come. Its end is not the program's. */
async function runInput({ host, sink, stdio }: Running): Promise<void> {
  try {
    for await (const line of inputLines()) {
      if (line.trim() !== "") await host.interpreter.execute(line, (text) => stdio.out(text), sink);
    }
  } catch {
    // Nobody to read from: the program goes on without.
  }
}

async function openConsole({ host, sink }: Running) {
  const console = await openTerminal({
    handler: {
      execute: (line, print) => host.interpreter.execute(line, print, sink),
      complete: (line) => host.interpreter.complete(line),
    },
    color: sink.options.color === true,
    shell: host.settings.options.consoleShell,
    onInterrupt: () => Deno.kill(Deno.pid, "SIGINT"),
  });
  const write = (text: string) => console.write(text);
  sink.writers = { out: write, err: write };
  return console;
}

function ending({ flags, stdio }: ServerRun): number {
  if (!flags.quiet) stdio.out("Asterism cleanly ending (0).\n");
  return 0;
}
