import { loggerCommands, ProgressLine } from "../console/mod.ts";
import { createHost, type Host, type ProgramConfig } from "../host/mod.ts";
import { ConsoleSink, type LogSink, type Writers } from "../log/mod.ts";
import type { ControlServer } from "../remote/mod.ts";
import type { Flags } from "../settings/mod.ts";
import { openControlSocket } from "./control_socket.ts";
import { openLog } from "./log_files.ts";
import { hasTerminal, openTerminal } from "./terminal.ts";

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
}

/** Starts the host, does what the flags ask, stops it. The result is the exit status. */
export async function runServer(run: ServerRun): Promise<number> {
  const { flags, config, stdio } = run;
  const { settings, modules, warnings } = config;
  const sink = consoleSink(run);
  const scripted = flags.commands.length > 0;
  const progress = new ProgressLine(stdio.err);
  const showProgress = Deno.stderr.isTerminal() && !scripted && !flags.quiet;
  if (showProgress) sink.writers = progress.around(stdio);
  const host = await createHost({
    config: settings,
    modules,
    // What a command prints is alone on stdout, for scripts, unless -v asks for more.
    sinks: [(scripted && flags.verbose === 0) || flags.quiet ? withoutNotices(sink) : sink],
    ...(showProgress ? { progress: (done: number, total: number) => progress.update(done, total) } : {}),
  });
  host.log.debugLevels.level = Math.max(flags.debug, settings.options.debug);
  for (const warning of warnings) host.log.warning(warning);
  const programLog = await openLog(host, sink);
  host.addCommands(loggerCommands(programLog));
  const control = scripted ? undefined : openControlSocket(host, {
    format: () => ({ ...sink.options, color: colors(run), timestamps: false }),
    channel: sink.channel,
  });
  const signalled = stopOnSignals(host);
  const status = await Promise.race([host.boot().then((booted) => booted.status), signalled]);
  progress.end();
  sink.writers = stdio;
  const running = { ...run, host, sink };
  if (status === "signal") {
    await host.stop("gracefully");
    control?.close();
    return scripted ? 1 : ending(run);
  }
  if (status !== 0) {
    control?.close();
    return status;
  }
  return scripted ? await runCommands(running, signalled) : await serve(running, control);
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
 * The first signal stops gracefully, a second one at once.
 *
 * @returns fulfilled by the first
 */
function stopOnSignals(host: Host): Promise<"signal"> {
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
  return promise;
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

/** Runs until somebody asks for a stop, with a console when there is a terminal for it. */
async function serve(running: Running, control: ControlServer | undefined): Promise<number> {
  const { host, flags, stdio, sink } = running;
  const console = flags.console && hasTerminal() ? await openConsole(running) : undefined;
  if (!flags.quiet) (console?.write ?? stdio.out).call(console, "Asterism Ready.\n");
  const how = await host.stopRequested;
  if (how === "now") host.log.verbose(1, "Beginning asterism shutdown....");
  await host.stop(how);
  control?.close();
  console?.close();
  sink.writers = stdio;
  return ending(running);
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
