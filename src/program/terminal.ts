import { type LineHandler, type LocalConsole, openLocalConsole } from "../console/mod.ts";
import { findGroup, findUser } from "./accounts.ts";
import { hostName } from "./control_socket.ts";
import { DEFAULT_PROMPTS, expandPrompt } from "./prompt.ts";

/** What a console on the terminal is opened with. */
export interface TerminalOptions {
  /** Runs and completes what is typed. */
  readonly handler: LineHandler;
  /** Name of the machine whose console it is, for a console of another process. */
  readonly remoteHost?: string | undefined;
  /** Whether colors are wanted. */
  readonly color: boolean;
  /** Whether `!` runs shell commands. */
  readonly shell: boolean;
  /** What Ctrl-C does. */
  readonly onInterrupt: () => void;
  /** What `quit` does, where it may. */
  readonly onQuit?: (() => void) | undefined;
}

/** Opens a console on the terminal, with the history and the prompt of whoever sits there. */
export async function openTerminal(options: TerminalOptions): Promise<LocalConsole> {
  const { handler, remoteHost, color, onInterrupt, onQuit } = options;
  const home = environment("HOME");
  const remote = remoteHost !== undefined;
  const template = environment("ASTERISK_PROMPT") ?? DEFAULT_PROMPTS[remote ? "remote" : "local"];
  const who = findUser(quietly(() => Deno.uid()) ?? -1);
  const facts = {
    hostname: remoteHost ?? hostName(),
    user: who?.name ?? "",
    group: findGroup(who?.gid ?? -1)?.name ?? "",
    remote,
    color,
  };
  const prompt = () => expandPrompt(template, { ...facts, load: quietly(() => Deno.loadavg()) ?? [], now: Date.now() });
  return await openLocalConsole({
    handler,
    onInterrupt,
    onQuit,
    prompt,
    ...(options.shell ? { shell: runShell } : {}),
    ...(home === undefined ? {} : { historyFile: `${home}/.asterism_history` }),
  });
}

/** Whether there is a terminal to sit at. */
export function hasTerminal(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

/** What comes from an input that is no terminal, line by line. */
export async function* inputLines(): AsyncGenerator<string> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}

/** Runs a command of the shell and gives what it wrote. It has no input: the terminal is the console's. */
async function runShell(command: string): Promise<string> {
  try {
    const child = new Deno.Command("/bin/sh", { args: ["-c", `(${command}\n) 2>&1`], stdin: "null", stderr: "null" });
    const text = new TextDecoder().decode((await child.output()).stdout);
    return text === "" || text.endsWith("\n") ? text : `${text}\n`;
  } catch (error) {
    return `Cannot run a shell: ${error instanceof Error ? error.message : "no permission"}\n`;
  }
}

function environment(name: string): string | undefined {
  return quietly(() => Deno.env.get(name));
}

/** What cannot be asked for lack of a permission is not known. */
function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
