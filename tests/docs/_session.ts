/** Transcripts of the console, typed again on a terminal. */
import { Session } from "../support/session.ts";
import { type Block, linePattern } from "./_markdown.ts";
import { type Checkout, NPX } from "./_checkout.ts";

const PROMPT = "*CLI> ";

/**
 * Types a transcript that begins with the program's start, `$ …`: each line behind a prompt is typed, each other line is
 * waited for. `…` alone stands for any lines.
 */
export async function replay({ text, file, line }: Block, { directory, env }: Checkout): Promise<void> {
  const [first = "", ...lines] = text.trimEnd().split("\n");
  if (!first.startsWith(`$ ${NPX} `)) throw new SyntaxError(`${file}:${line}: expected "$ ${NPX} …"`);
  const args = words(first.slice(`$ ${NPX} `.length));
  await using session = Session.onTerminal({ command: Deno.execPath(), args, env }, { cwd: directory });
  let ready = false;
  for (const each of lines) {
    if (each.trim() === "" || each.trim() === "…") continue;
    if (!each.startsWith(PROMPT)) {
      await session.waitFor(linePattern(each));
      continue;
    }
    if (!ready) await session.waitFor(/Asterism Ready\./);
    ready = true;
    await session.write(`${each.slice(PROMPT.length)}\n`);
  }
  await session.waitFor(/Asterism cleanly ending/);
  await session.ended();
}

/** The words of a command line; quotes keep blanks. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}
