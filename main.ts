/**
 * The program: flags, exit status, signals. Everything else is in `src/host/`.
 *
 * @module
 */
import { type LocalConsole, openLocalConsole, ProgressLine } from "./src/console/mod.ts";
import { messageOf } from "./src/fault/mod.ts";
import { checkCommand, createHost, findProgramConfig, type Host, serveRealmProcess, VERSION } from "./src/host/mod.ts";
import { ConsoleSink, type LogSink, stdioWriters } from "./src/log/mod.ts";
import { type Flags, parseFlags, USAGE } from "./src/settings/mod.ts";

const stdio = stdioWriters();

/** Runs the program; its result is the exit status. */
async function main(args: readonly string[]): Promise<number> {
  // `deno task start` puts a -c before everything.
  const words = args[0] === "-c" ? args.slice(1) : args;
  if (words[0] === "check") {
    const { out, err, status } = checkCommand(words.slice(1), import.meta.url);
    stdio.err(err);
    stdio.out(out);
    return status;
  }
  const flags = parseFlags(args);
  if ("fault" in flags) {
    stdio.err(`asterism: ${flags.fault}\n${USAGE}`);
    return 1;
  }
  if (flags.help) return say(USAGE);
  if (flags.version) return say(`Asterism ${VERSION}\n`);
  try {
    return await run(flags);
  } catch (error) {
    stdio.err(`asterism: ${messageOf(error)}\n`);
    return 1;
  }
}

function say(text: string): number {
  stdio.out(text);
  return 0;
}

/** Starts the host, does what the flags ask, stops it. */
async function run(flags: Flags): Promise<number> {
  const { settings, modules, warnings } = findProgramConfig(flags.config, import.meta.url);
  const terminal = Deno.stdout.isTerminal();
  const { options } = settings;
  const sink = new ConsoleSink(stdio, {
    pid: Deno.pid,
    color: terminal && !flags.noColor && !Deno.noColor && !options.nocolor,
    verbosity: flags.quiet ? 0 : Math.max(flags.verbose, options.verbose),
    debugLevel: options.debug,
  });
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
  for (const warning of warnings) host.log.warning(warning);
  const signalled = stopOnSignals(host);
  const status = await Promise.race([host.boot().then((booted) => booted.status), signalled]);
  progress.end();
  sink.writers = stdio;
  if (status === "signal") {
    await host.stop("gracefully");
    return scripted ? 1 : ending(flags);
  }
  if (status !== 0) return status;
  return scripted ? await runCommands(host, flags.commands, signalled) : await serve(host, { flags, sink });
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
async function runCommands(host: Host, commands: readonly string[], signalled: Promise<"signal">): Promise<number> {
  let status = 0;
  for (const command of commands) {
    const result = await Promise.race([host.execute(command), signalled]);
    if (result === "signal" || !result.ok) status = 1;
    if (result === "signal") break;
    stdio.out(result.output);
  }
  await host.stop("gracefully");
  return status;
}

/** Runs until somebody asks for a stop, with a console when there is a terminal for it. */
async function serve(host: Host, { flags, sink }: { flags: Flags; sink: ConsoleSink }): Promise<number> {
  const console = flags.console && Deno.stdin.isTerminal() && Deno.stdout.isTerminal()
    ? await openConsole(host, sink)
    : undefined;
  if (!flags.quiet) (console?.write ?? stdio.out).call(console, "Asterism Ready.\n");
  const how = await host.stopRequested;
  if (how === "now") host.log.verbose(1, "Beginning asterism shutdown....");
  await host.stop(how);
  console?.close();
  sink.writers = stdio;
  return ending(flags);
}

function ending(flags: Flags): number {
  return flags.quiet ? 0 : say("Asterism cleanly ending (0).\n");
}

async function openConsole(host: Host, sink: ConsoleSink): Promise<LocalConsole> {
  const home = Deno.env.get("HOME");
  const console = await openLocalConsole({
    interpreter: host.interpreter,
    onInterrupt: () => Deno.kill(Deno.pid, "SIGINT"),
    ...(home === undefined ? {} : { historyFile: `${home}/.asterism_history` }),
  });
  const write = (text: string) => console.write(text);
  sink.writers = { out: write, err: write };
  return console;
}

await serveRealmProcess(Deno.args);
// Workers and timers that are left must not keep the program.
Deno.exit(await main(Deno.args));
