import { messageOf } from "../fault/mod.ts";
import { findProgramConfig, runSubcommand, type Subcommand, VERSION } from "../host/mod.ts";
import { stdioWriters, type Writers } from "../log/mod.ts";
import { socketState } from "../remote/mod.ts";
import { type Flags, parseFlags, SUBCOMMANDS, subcommandUsage, USAGE } from "../settings/mod.ts";
import { controlPath } from "./control_socket.ts";
import type { RemoteRun } from "./remote_run.ts";
import { runServer } from "./server_run.ts";

/**
 * Runs the program.
 *
 * @param args the command line
 * @param base URL of the program's main file; `modules/` and `configs/` lie beside it
 * @returns the exit status
 */
export async function runProgram(args: readonly string[], base: string): Promise<number> {
  const stdio = stdioWriters();
  const flags = parseFlags(args);
  if ("fault" in flags) {
    stdio.err(`asterism: ${flags.fault}\n${USAGE}`);
    return 1;
  }
  try {
    return await dispatch(flags, base, stdio);
  } catch (error) {
    stdio.err(`asterism: ${messageOf(error)}\n`);
    return 1;
  }
}

async function dispatch(flags: Flags, base: string, stdio: Writers): Promise<number> {
  if (flags.help) return say(stdio, USAGE);
  if (flags.version) return say(stdio, `Asterism ${VERSION}\n`);
  if (flags.subcommand !== undefined) return await dispatchSubcommand(flags.subcommand, base, stdio);
  // A socket that is named needs no configuration.
  if (flags.socket !== undefined && flags.config === undefined) {
    return await runRemote({ flags, path: flags.socket, stdio, shell: false });
  }
  const config = findProgramConfig(flags.config, base);
  const path = flags.socket ?? controlPath(config.settings);
  const shell = config.settings.options.consoleShell;
  const scripted = flags.commands.length > 0;
  if (flags.remote) return await runRemote({ flags, path, stdio, shell });
  const state = await socketState(path);
  if (typeof state === "object") {
    stdio.err(
      `asterism: Cannot tell whether Asterism runs on ${path}: ${state.denied}; run this as its user, or name another ` +
        "configuration with -C\n",
    );
    return 1;
  }
  if (state === "served") {
    if (scripted) return await runRemote({ flags, path, stdio, shell });
    stdio.err(`Asterism already running on ${path}.  Use '${remoteCommand(flags)}' to connect.\n`);
    return 1;
  }
  return await runServer({ flags, config, stdio });
}

/** The command line that connects to what these flags name, as a shell takes it. */
function remoteCommand({ config }: Flags): string {
  if (config === undefined) return "asterism -r";
  return `asterism -r -C ${/^[\w./+:@%-]+$/.test(config) ? config : `'${config.replaceAll("'", "'\\''")}'`}`;
}

/** Runs the word that stands instead of options. Add one here and to the table of subcommands. */
async function dispatchSubcommand(
  { name, args }: NonNullable<Flags["subcommand"]>,
  base: string,
  stdio: Writers,
): Promise<number> {
  if (asksForHelp(args)) return say(stdio, subcommandUsage(name));
  if (name === "help") return help(args, stdio);
  if (name === "completions") {
    const { completionScript } = await import("./instead_of_host.ts");
    return say(stdio, completionScript(args));
  }
  const { out, err, status } = await runSubcommand(name as Subcommand, args, base);
  stdio.err(err);
  stdio.out(out);
  return status;
}

/** Whether `-h` is among the options; what stands behind `--` is none. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((argument) => argument === "-h" || argument === "--help");
}

/** `asterism help [WORD]`. */
function help([word, ...more]: readonly string[], stdio: Writers): number {
  if (word === undefined) return say(stdio, USAGE);
  if (Object.hasOwn(SUBCOMMANDS, word) && more.length === 0) return say(stdio, subcommandUsage(word));
  const words = Object.keys(SUBCOMMANDS).join(", ");
  stdio.err(`asterism: help: "${[word, ...more].join(" ")}" is none of ${words}; asterism -h lists the options\n`);
  return 1;
}

/** A console of another process. */
async function runRemote(run: RemoteRun): Promise<number> {
  const instead = await import("./instead_of_host.ts");
  return await instead.runRemote(run);
}

function say(stdio: Writers, text: string): number {
  stdio.out(text);
  return 0;
}
