import { stdioWriters } from "../log/mod.ts";

/** How a trial speaks with whoever runs it, while it lasts. */
export interface LearnTalk {
  /** Says something at once. */
  tell(text: string): void;
  /** Asks whether to go on; undefined where nobody is there to answer. */
  readonly ask: ((question: string) => boolean) | undefined;
}

/** Speaks on standard error, for standard output is the result's; asks where input and output are a terminal. */
export function terminalTalk(): LearnTalk {
  const { err } = stdioWriters();
  const somebody = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  return {
    tell: err,
    ask: somebody
      ? (question) => {
        err(`${question} [y/N] `);
        return /^\s*y(?:es)?\s*$/i.test(readLine());
      }
      : undefined,
  };
}

/** Nobody's answer has more bytes. */
const MAX_ANSWER = 1024;

/** A line of the terminal; what comes before its end when the input ends. */
function readLine(): string {
  const bytes = new Uint8Array(MAX_ANSWER);
  let length = 0;
  while (length < MAX_ANSWER) {
    const count = Deno.stdin.readSync(bytes.subarray(length, length + 1));
    if (count === null || bytes[length] === 0x0a) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}
