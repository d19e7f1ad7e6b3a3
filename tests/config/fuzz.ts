/** Mutations of configuration files, and what must hold for whatever comes of them. */
import { assert, assertEquals } from "@std/assert";
import { encodeText, type ExecResult, parse, type ParseOptions, stringify } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { type Files, MemorySource, plain } from "./support.ts";

/** Whole numbers from 0 up to the limit. */
export type Random = (limit: number) => number;

/** What is mutated. */
export interface Samples {
  /** Sets of files, each with a `t.conf` that is the one to be read. */
  readonly files: readonly Files[];
  /** All their lines, each once. */
  readonly lines: readonly string[];
}

/** What means something in this dialect, and what is apt to upset a reader. */
const PIECES = [
  ...'\n\0;\\[]()#=+>!-& \r\t"<,*?{}|^$.',
  ...[";--", "--;", ";---", "\\;", "=>", "+=", "(!)", "(+)", "(+,a)", "(+x=1&TEMPLATES=include)", "(+(a|b)*c{2,9}=.)"],
  ...["[a]\n", "[a](+)\n", "[b](a,general)\n", "x+=1\n", "\n[general]\nk = 1\n", "\r\n"],
  ...["\n#include inc.conf\n", "\n#tryinclude t.conf\n", "\n#include *.conf\n", "\n#exec go\n", "\n#exec fail\n"],
  ...["\ufeff", "é", "\udcff", "\udcc3", "😀", "v".repeat(8200), ";--".repeat(130)],
];

const INCLUDED: Files = { "inc.conf": "i=1\n[i]\nj=2\n#tryinclude inc.conf\n", "inc2.conf": ";--\n[broken\n" };

const COMMANDS: Record<string, ExecResult> = {
  go: { output: encodeText("e=1\n[e](!)\n"), status: 0 },
  fail: { output: new Uint8Array(), status: 1, errors: "no\n" },
};

/** Collects the lines of samples. */
export function samplesOf(files: readonly Files[]): Samples {
  const lines = files.flatMap((each) => Object.values(each).flatMap((text) => text.split("\n")));
  // Each once: most lines of the sample configuration are empty or comments.
  return { files, lines: [...new Set(lines)] };
}

/** One line of the samples, changed, in a section that has a template and lines to refer to. */
export function mutatedLine(random: Random, samples: Samples): Files {
  const line = mutate(pick(random, samples.lines), random, { count: 4, lines: samples.lines });
  return { ...INCLUDED, "t.conf": `[general](!)\nx=1\n[a](general)\ny=2\n${line}\nz=3\n` };
}

/** One file of the samples with many changes. */
export function mutatedFile(random: Random, samples: Samples): Files {
  const files = pick(random, samples.files);
  const text = mutate(files["t.conf"] ?? "", random, { count: 1 + random(40), lines: samples.lines });
  return { ...INCLUDED, ...files, "t.conf": text };
}

interface Mutation {
  /** Most changes. */
  readonly count: number;
  /** Lines to put in. */
  readonly lines: readonly string[];
}

function mutate(text: string, random: Random, { count, lines }: Mutation): string {
  for (let left = 1 + random(count); left > 0; left--) {
    const at = random(text.length + 1);
    const head = text.slice(0, at);
    const tail = text.slice(at);
    switch (random(8)) {
      case 0: // a byte of any value, one that is no UTF-8 too
        text = head + byte(random(256)) + tail;
        break;
      case 1: // a character changed
        text = head + byte(random(256)) + tail.slice(1);
        break;
      case 2: // a part lost
        text = head + tail.slice(1 + random(random(8) === 0 ? text.length + 1 : 8));
        break;
      case 3: // a part said again somewhere else
        text = head + text.slice(random(text.length + 1)).slice(0, random(40)) + tail;
        break;
      case 4: // another line
        text = `${head}\n${pick(random, lines)}\n${tail}`;
        break;
      default:
        text = head + pick(random, PIECES) + tail;
    }
  }
  return withinTime(text);
}

/** A file that includes itself three times is read until a bound of the reader ends it: seconds, for another test. */
function withinTime(text: string): string {
  let included = 0;
  return text.replace(/(?:t|\*)\.conf/g, (name) => ++included > 2 ? "inc.conf" : name);
}

function byte(value: number): string {
  return String.fromCharCode(value < 0x80 ? value : 0xdc00 + value);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)] as T;
}

/**
 * Reads `t.conf`: it gives a file, or a ConfigError with place and line. What it gives can be written, reads as the same
 * again, and is written as the same again.
 *
 * @returns whether it is a valid file
 */
export function holds(files: Files): boolean {
  const source = new MemorySource(files, { commands: COMMANDS });
  const options: ParseOptions = {
    file: "<etc>/t.conf",
    source,
    execIncludes: true,
    onWarning: ({ position, message }) => assert(position.line > 0 && position.file !== "" && message !== ""),
  };
  let file;
  try {
    file = parse(encodeText(files["t.conf"] ?? ""), options);
  } catch (error) {
    assert(error instanceof ConfigError, `not a ConfigError: ${error instanceof Error ? error.stack : error}`);
    const { position: { file, line, column = 0 }, text } = error;
    const placed = file !== "" && line > 0 && column > 0 && error.message.startsWith(`${file}:${line}:${column}: `);
    assert(placed && text !== undefined, `without its place or line: ${error.message}`);
    return false;
  }
  const text = stringify(file);
  const again = parse(encodeText(text), options);
  if (JSON.stringify(plain(again)) !== JSON.stringify(plain(file))) assertEquals(plain(again), plain(file));
  if (stringify(again) !== text) assertEquals(stringify(again), text);
  return true;
}
