import { assert, assertEquals } from "@std/assert";
import { type ExecResult, parse, stringify } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { ReadFault } from "../../src/config/read_fault.ts";
import { type Files, MemorySource, plain, unpack } from "./support.ts";

/** One file set and what Asterisk 23.5 made of it. No `sections`: it refused the file. */
interface Case {
  id: string;
  files: Files;
  sections?: { name: string; template?: 1; inherits?: string[]; lines: [string, string, 1?][] }[];
  log?: string[];
  /** Read with execincludes = yes. */
  exec?: 1;
}

const CASES: Case[] = unpack(JSON.parse(await Deno.readTextFile(new URL("fixtures/cases.json", import.meta.url))));

/** What the commands of the exec cases gave. */
const COMMANDS: Record<string, ExecResult> = {
  "/bin/echo i=1": output("i=1\n"),
  "/bin/true": output(""),
  "/bin/false": output("", 1),
  "/nosuch/prog": output("", 127, "sh: 1: /nosuch/prog: not found\n"),
  "printf 'i=1\\nj=2\\n[b]\\nk=3\\n'": output("i=1\nj=2\n[b]\nk=3\n"),
  "sh -c 'echo i=1; exit 3'": output("i=1\n", 3),
  "/bin/echo [q": output("[q\n"),
};

const STRAY = "warning End of a block comment that was never begun in line";
const STRAY_TAIL = "what follows is ignored up to the next ';--'";

/** Cases whose log is not Asterisk's, and ours; each is a line of docs/config-differences.md. */
const OTHER_LOGS: Record<string, string[]> = {
  "block-36": [
    `${STRAY} 4 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning Unterminated comment detected beginning on line 4",
  ],
  "block-nest129": [
    "error Maximum nest limit of 128 reached.",
    "warning Unterminated comment detected beginning on line 129",
  ],
  "exec-broken-output": ["warning parse error: no closing ']', line 1 of #exec /bin/echo [q"],
  "exec-stderr": ["error #exec <sh -c 'echo i=1>: the shell does not understand it"],
  "inc-glob-lineno": [
    "warning No '=' (equal sign) in line 2 of <etc>/g1.conf",
    "warning No '=' (equal sign) in line 1 of <etc>/g2.conf",
  ],
  "long-nul": ["warning No '=' (equal sign) in line 2 of <etc>/case.conf"],
  "stray-end-2": [
    `${STRAY} 2 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning No '=' (equal sign) in line 2 of <etc>/case.conf",
  ],
  "stray-end-3": [
    `${STRAY} 3 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning No '=' (equal sign) in line 3 of <etc>/case.conf",
    "warning Unterminated comment detected beginning on line 3",
  ],
  "stray-end-4": [
    `${STRAY} 3 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning No '=' (equal sign) in line 3 of <etc>/case.conf",
  ],
  "stray-end-6": [
    `${STRAY} 2 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning Unterminated comment detected beginning on line 2",
  ],
  "stray-end-7": [
    `${STRAY} 1 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning parse error: No category context for line 1 of <etc>/case.conf",
    "warning Unterminated comment detected beginning on line 1",
  ],
  "stray-end-8": [
    `${STRAY} 2 of <etc>/case.conf: ${STRAY_TAIL}`,
    "warning No '=' (equal sign) in line 2 of <etc>/case.conf",
    "warning Unterminated comment detected beginning on line 2",
  ],
};

Deno.test("parse() reads every recorded case as Asterisk does", () => {
  for (const each of CASES) {
    const { file } = readCase(each);
    const expected = each.sections?.map(({ name, template, inherits, lines }) => ({
      name,
      template: template === 1,
      inherits: inherits ?? [],
      lines: lines.map(([key, value, object]) => [key, value, object === 1]),
    }));
    assertEquals(file && plain(file), expected, each.id);
  }
});

Deno.test("parse() warns in every recorded case as Asterisk does", () => {
  for (const each of CASES) {
    const expected = (OTHER_LOGS[each.id] ?? each.log ?? []).map(withoutSaving);
    const { log, fault } = readCase(each);
    // The fault that refuses the file is thrown, so it has no place among the warnings.
    assertEquals(log.map(withoutSaving), expected.filter((line) => line !== fault), each.id);
    if (fault !== undefined) assert(expected.includes(fault), `${each.id}: ${fault} is not in the log`);
  }
});

Deno.test("stringify() keeps what every recorded case reads as", () => {
  for (const each of CASES.filter((each) => each.sections !== undefined)) {
    const { file } = readCase(each);
    assert(file !== undefined);
    const text = stringify(file);
    const again = readCase({ ...each, files: { ...each.files, "case.conf": text } }).file;
    // A file that includes itself reads its own rewritten text, which is the same in other words.
    assertEquals(again && plain(again), plain(file), each.id);
    assertEquals(again && stringify(again), text, each.id);
  }
});

function readCase({ files, exec }: Case) {
  const source = new MemorySource(files, { commands: COMMANDS });
  const log: string[] = [];
  try {
    const file = parse(files["case.conf"] ?? "", {
      file: "<etc>/case.conf",
      source,
      execIncludes: exec === 1,
      onWarning: ({ level, message }) => log.push(`${level} ${message}`),
    });
    return { file, log, fault: undefined };
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    assert(error instanceof ConfigError && error.position.line > 0 && error.text !== undefined);
    return { file: undefined, log, fault: `${error.level} ${error.logged}` };
  }
}

/** Asterisk adds where it would save a file included twice; nothing here saves. */
function withoutSaving(line: string): string {
  return line.replace(/'[^']*'(, line \d+: {2}Same File included more than once!).*/, "'<file>'$1");
}

function output(text: string, status = 0, errors = ""): ExecResult {
  return { output: new TextEncoder().encode(text), status, errors };
}
