/** What meets text of a module, of a client or of a file takes time that grows with the text, and no faster. */
import { assert, assertEquals } from "@std/assert";

import { splitLine } from "../../src/console/words.ts";
import { Matches } from "../../src/console/matches.ts";
import { cell, selectRows } from "../../src/console/table.ts";
import { nearest, printable, printableJson, printableText } from "../../src/fault/mod.ts";
import { formatForFile, formatRecord, type LogRecord, parseComponents, verboseLines } from "../../src/log/mod.ts";
import { encodeVerbose, matchesCommand, OutputReader, parseGreeting, parseMatches } from "../../src/remote/mod.ts";
import { checkPattern, fixedWords, parsePattern } from "../../src/registry/mod.ts";
import { leastTime } from "../support/held.ts";

const record = (message: string): LogRecord => ({ level: "verbose", verbosity: 3, area: "x", message, time: 0 });
const quietly = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
};

/** Everything that meets such text. */
const WORK: Record<string, (text: string) => unknown> = {
  "colors of a console": (text) => formatRecord(record(text), { pid: 1, color: true }),
  "colors of a remote console": (text) => verboseLines(record(text), { color: true }),
  "a line of a file": (text) => formatForFile(record(text), { formatter: "default", pid: 1, hostname: "h" }),
  "a line of a file in JSON": (text) => formatForFile(record(text), { formatter: "json", pid: 1, hostname: "h" }),
  "text made visible": (text) => printable(text, Infinity),
  "what a command prints": (text) => printableText(text),
  "JSON of a command": (text) => printableJson({ text }),
  "a cell that is cut": (text) => cell(text, 40, { cut: true }),
  "levels of a channel": (text) => parseComponents(text),
  "words of a typed line": (text) => splitLine(text),
  "words of a command": (text) => [parsePattern(text), fixedWords(text)],
  "a command that is registered": (text) => quietly(() => checkPattern(text)),
  "a word to complete": (text) => {
    const matches = new Matches(text.slice(0, text.length / 2));
    for (const end of [text, `${text}x`, `${text}y`]) matches.offer(end);
    return matches.prefix;
  },
  "rows that contain a text": (text) => selectRows([{ name: text }, { name: `${text}b` }], ["like", text.slice(1)]),
  "the name most like it": (text) => nearest(text, [text, `${text}x`, "a"]),
  "a greeting": (text) => parseGreeting(text),
  "the command that asks for words": (text) => matchesCommand(text),
  "words that a server tells": (text) => parseMatches(text),
  "output of a server": (text) => new OutputReader(() => "").read(encodeVerbose(1, text)),
};

/** Shapes that have held expressions up: repeated, and repeated before something that does not fit. */
const SHAPES: Record<string, (length: number) => string> = {
  arrows: (length) => " => (".repeat(length / 6),
  "arrows and an end": (length) => `${" => (".repeat(length / 6)})`,
  blanks: (length) => `${" ".repeat(length)}x`,
  "blanks and a brace": (length) => `x${" ".repeat(length)}{`,
  letters: (length) => "a".repeat(length),
  "letters and a blank": (length) => `${"a".repeat(length)} `,
  "words that are ready": (length) => `${"a ".repeat(length / 2)}Ready.`,
  "line ends": (length) => "\n".repeat(length),
  "line ends between letters": (length) => "a\n".repeat(length / 2),
  braces: (length) => "{a|b}".repeat(length / 5),
  "braces in words": (length) => "{a|b} ".repeat(length / 6),
  alternatives: (length) => `{${"a|".repeat(length / 2)}}`,
  brackets: (length) => "[".repeat(length),
  quotes: (length) => '\\"'.repeat(length / 2),
  "unsafe characters": (length) => "\u202e".repeat(length),
  "halves of pairs": (length) => "\ud800".repeat(length),
  dots: (length) => `${".so".repeat(length / 3)}x`,
  slashes: (length) => "1/".repeat(length / 2),
  "magic bytes": (length) => "\u00ff".repeat(length),
};

const LENGTH = 64 * 1024;

for (const [what, work] of Object.entries(WORK)) {
  Deno.test(`linear: ${what}`, () => {
    for (const [shape, make] of Object.entries(SHAPES)) {
      const [short, long] = [make(LENGTH), make(4 * LENGTH)];
      const [time, fourfold] = [leastTime(() => work(short), 3), leastTime(() => work(long), 3)];
      // Four times is linear, sixteen is square; what takes no time at all is not compared.
      assert(fourfold < Math.max(250, 10 * time), `${shape}: ${time} ms, four times as much ${fourfold} ms`);
    }
  });
}

Deno.test("colors stand where they stood: the last arrow counts, and the line must end with its bracket", () => {
  const colored = (message: string) => verboseLines({ message }, { color: true }).join("|");
  const brown = (text: string) => `\x1b[0;33m${text}\x1b[0m`;
  assertEquals(colored("a => (b => (c))"), `a => (b => (${brown("c)")})`);
  assertEquals(colored("a => ()"), `a => (${brown("")})`);
  assertEquals(colored("a => (b"), "a => (b");
  assertEquals(colored("a=> (b)"), "a=> (b)");
});
