import { messageOf } from "../fault/mod.ts";
import { verbosePrefix, type Writers } from "../log/mod.ts";
import {
  connectUnix,
  executeRemote,
  MAX_COMMAND_BYTES,
  OutputReader,
  RemoteClient,
  socketState,
} from "../remote/mod.ts";
import type { Flags } from "../settings/mod.ts";
import type { LocalConsole } from "../console/mod.ts";
import { VERSION } from "../host/mod.ts";
import { hasTerminal, inputLines, openTerminal } from "./terminal.ts";

/** What a remote console is run with. */
export interface RemoteRun {
  /** The command line. */
  readonly flags: Flags;
  /** The socket. */
  readonly path: string;
  /** The streams of the process. */
  readonly stdio: Writers;
  /** Whether `!` runs shell commands. */
  readonly shell: boolean;
}

/** How long `-R` tries to connect again, and how often: as Asterisk's. */
const RECONNECT_MS = 30_000;
const RECONNECT_INTERVAL_MS = 50;

// deno-lint-ignore no-control-regex -- colors, which the server has put into lines of its log
const COLOR_REGEXP = /\x1b\[[0-9;]*m/g;

/** `-r`, `-R` and `-rx`: a console of another process. The result is the exit status. */
export async function runRemote(run: RemoteRun): Promise<number> {
  const client = await connect(run.path);
  if (client === undefined) {
    run.stdio.err(await whyNotConnected(run.path));
    return 1;
  }
  return run.flags.commands.length > 0 ? await runCommands(client, run) : await runConsole(client, run);
}

/** Asterisk's words, unless the system says that the socket is there and not for this user. */
async function whyNotConnected(path: string): Promise<string> {
  const state = await socketState(path);
  return typeof state === "object"
    ? `Unable to connect to remote asterism on ${path}: ${state.denied}; run this as its user\n`
    : `Unable to connect to remote asterism (does ${path} exist?)\n`;
}

async function connect(path: string): Promise<RemoteClient | undefined> {
  try {
    return await RemoteClient.greet(await connectUnix(path));
  } catch {
    return undefined;
  }
}

/**
 * `-rx`: each command on a connection of its own. The status is 1 when a server of ours says that one of them failed; of
 * another 0 once there was a connection, as Asterisk's.
 */
async function runCommands(first: RemoteClient, { flags, path, stdio }: RemoteRun): Promise<number> {
  let client: RemoteClient | undefined = first;
  let failed = false;
  for (const command of flags.commands) {
    const bytes = new TextEncoder().encode(command).length;
    client ??= await connect(path);
    if (client === undefined || bytes > MAX_COMMAND_BYTES) {
      client?.close();
      const long = `The command has ${bytes} bytes: the control socket takes ${MAX_COMMAND_BYTES} at most`;
      stdio.err(bytes > MAX_COMMAND_BYTES ? `${long}\n` : await whyNotConnected(path));
      return 1;
    }
    // Verbose lines are for consoles; what the command printed is alone on stdout.
    const reader = new OutputReader(() => undefined);
    const status = await executeRemote(client, command, (chunk) => stdio.out(reader.read(chunk)));
    failed ||= status !== 0;
    client = undefined;
  }
  return failed ? 1 : 0;
}

/** A remote console while it runs. */
interface Running {
  client: RemoteClient;
  quit: boolean;
}

/** `-r`: what is typed goes to the other side, what comes from there is shown. */
async function runConsole(client: RemoteClient, run: RemoteRun): Promise<number> {
  const { flags, stdio } = run;
  const colored = hasTerminal() && !flags.noColor && !Deno.noColor;
  stdio.out(`Asterism ${VERSION}, a host of modules that behaves as Asterisk's loader does. MIT license.\n`);
  stdio.out(`${"=".repeat(73)}\n`);
  const state: Running = { client, quit: false };
  const console = hasTerminal() ? await openConsole(state, { colored, shell: run.shell }) : undefined;
  if (console === undefined) void sendLines(state);
  const show = (text: string) => console === undefined ? stdio.out(text) : console.write(text);
  for (;;) {
    await talk(state.client, { flags, colored, show });
    if (state.quit) break;
    show("\nDisconnected from Asterism server\n");
    const again = flags.reconnect ? await reconnect(run.path, show) : undefined;
    if (again === undefined) break;
    state.client = again;
  }
  console?.close();
  stdio.out("Asterism cleanly ending (0).\n");
  return 0;
}

function openConsole(state: Running, options: { colored: boolean; shell: boolean }): Promise<LocalConsole> {
  const quit = () => {
    state.quit = true;
    state.client.close();
  };
  return openTerminal({
    handler: {
      execute: (line) => line.trim() === "" ? Promise.resolve() : state.client.send(line).catch(() => {}),
      complete: async (line) => ({ word: /\S*$/.exec(line)?.[0] ?? "", matches: await state.client.complete(line) }),
    },
    remoteHost: state.client.identity.hostname,
    color: options.colored,
    shell: options.shell,
    onInterrupt: quit,
    onQuit: quit,
  });
}

/** Without a terminal: lines from the input, sent as they come. Its end is ours, once everything is answered. */
async function sendLines(state: Running): Promise<void> {
  for await (const line of inputLines()) {
    if (/^\s*(?:quit|exit)\s*$/i.test(line)) break;
    if (line.trim() !== "") await state.client.send(line).catch(() => {});
  }
  state.quit = true;
  await state.client.finish().catch(() => {});
}

/** Introduces the console to the server and shows everything it says, until it closes the connection. */
async function talk(
  client: RemoteClient,
  { flags, colored, show }: { flags: Flags; colored: boolean; show: (text: string) => void },
): Promise<void> {
  const { version, hostname, pid } = client.identity;
  const gray = (text: string) => colored && text !== "" ? `\x1b[1;30m${text}\x1b[0m` : text;
  const reader = new OutputReader((level) => gray(verbosePrefix(level)));
  try {
    if (flags.verbose > 0) await client.send(`core set verbose atleast ${flags.verbose} silent`);
    if (flags.debug > 0) await client.send(`core set debug atleast ${flags.debug}`);
    if (!flags.mute) await client.send("logger mute silent");
    const short = hostname.split(".")[0];
    show(`Connected to Asterism ${version} currently running on ${short} (pid = ${pid})\n`);
    if (flags.mute) show("log and verbose output currently muted ('logger mute' to unmute)\n");
    const plain = (text: string) => colored ? text : text.replace(COLOR_REGEXP, "");
    for await (const chunk of client.chunks()) show(plain(reader.read(chunk)));
  } catch (error) {
    show(`${messageOf(error)}\n`);
  }
}

/** Tries for half a minute, twenty times a second. */
async function reconnect(path: string, show: (text: string) => void): Promise<RemoteClient | undefined> {
  show(`Attempting to reconnect for ${RECONNECT_MS / 1000} seconds\n`);
  const began = Date.now();
  while (Date.now() - began < RECONNECT_MS) {
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_INTERVAL_MS));
    const client = await connect(path);
    if (client === undefined) continue;
    show(`Reconnect succeeded after ${((Date.now() - began) / 1000).toFixed(3)} seconds\n`);
    return client;
  }
  show(`Failed to reconnect for ${RECONNECT_MS / 1000} seconds\n`);
  return undefined;
}
