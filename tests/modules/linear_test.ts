/**
 * Text from outside costs modules time in proportion to its length: every function that meets some is run on hostile texts
 * of several shapes, and four times the text may not take much more than four times as long.
 */
import { assertEquals } from "@std/assert";
import { splitArguments } from "../../modules/_arguments.ts";
import { csvQuote, fileNameFault, formatRecord, parseTemplate } from "../../modules/_cdr_template.ts";
import { cutFields, decodeDelimiter, parseCut, parseRanges, sortKeys } from "../../modules/_cut.ts";
import { readExtensions } from "../../modules/_extensions.ts";
import { checkCondition, chooseBranch, parseGosub } from "../../modules/_gosub.ts";
import { fillHookArgs, hookFields, parseSwitch, planHook } from "../../modules/_hook.ts";
import { HeadReader } from "../../modules/_http_head.ts";
import { isLocalName, prefersJson } from "../../modules/_http_routes.ts";
import { LineReader } from "../../modules/_line_reader.ts";
import { joinLine } from "../../src/console/words.ts";
import { printableLine } from "../../src/fault/mod.ts";
import { readAclRules } from "../../modules/_manager_acl.ts";
import { readClasses, readEventMask } from "../../modules/_manager_classes.ts";
import { isBlacklisted } from "../../modules/_manager_core_actions.ts";
import { MessageReader } from "../../modules/_manager_message.ts";
import { evaluateMath, number, wholeNumber } from "../../modules/_math.ts";
import { formatMetrics } from "../../modules/_prometheus.ts";
import { sameSecret } from "../../modules/_secret.ts";
import { uriDecode, uriEncode } from "../../modules/_uri.ts";
import appExec from "../../modules/app_exec.ts";
import appVerbose from "../../modules/app_verbose.ts";
import funcEnv from "../../modules/func_env.ts";
import funcMath from "../../modules/func_math.ts";
import { FakeCall, FakeHost, readConfig } from "./_fake_host.ts";

const LENGTH = 16 * 1024;

/** What is repeated, and what comes before and after. */
const SHAPES: readonly (readonly [unit: string, before?: string, after?: string])[] = [
  ...["a", " ", "\t", "/", "\\", '"', "(", ")", "1", "-", ",", ":", "&", "?", ".", "+", "%41", "%", "\n", "\r"].flatMap(
    (unit) => [[unit], [unit, "", "x"], [unit, "x", ""], [unit, "1", "!"], [unit, "a(", ")x"]] as const,
  ),
  ...[
    "/a",
    " a",
    "1 ",
    "()",
    "(a)",
    '"a',
    "\\,",
    "${",
    "${a",
    "${a}",
    "a,1",
    "1-",
    "1&",
    "+ 1",
    "+ ",
    "a=",
    "%41a",
    "ü",
  ]
    .map((unit) => [unit] as const),
  ["${CSV_QUOTE(", "", ""],
  ["1", "", "+"],
  ["1", "1+", "x"],
  ["1", "1.", "x"],
  [" ", "1", "+1"],
  [" ", "a", "(b)x"],
  [" ", "n", "x,"],
  [" ", "n(", "x"],
  ["+1 ", "n", "x"],
  [" ", "App", "("],
];

const call = new FakeCall("Console/1", { v: "1" });
const host = new FakeHost({ runApplication: () => Promise.resolve(0) });
for (const module of [appExec, appVerbose, funcEnv, funcMath]) await module.load?.(host);

const encoder = new TextEncoder();

/** Bytes as they trickle in: a few at a time. */
function trickle(text: string, push: (bytes: Uint8Array) => unknown): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += 5) push(bytes.subarray(at, at + 5));
}

const read = (name: string) => (text: string) => host.functions.get(name)!.read!(call, text);

const FUNCTIONS: Readonly<Record<string, (text: string) => unknown>> = {
  splitArguments: (text) => splitArguments(text),
  "splitArguments raw": (text) => splitArguments(text, { separator: ":", limit: 2, raw: true }),
  parseTemplate,
  formatRecord: (text) => formatRecord([{ kind: "quote", parts: [{ kind: "field", name: "a" }] }], { a: text }),
  csvQuote,
  fileNameFault,
  decodeDelimiter,
  parseRanges,
  parseCut,
  "parseCut ranges": (text) => parseCut(`v,-,${text}`),
  cutFields: (text) => cutFields(text, { delimiter: text[0]!, ranges: [{ first: 1, last: Infinity }] }),
  "cutFields ranges": (text) => {
    let told = 0;
    cutFields("a-b", { delimiter: "-", ranges: parseRanges(text) }, () => told++);
    assertEquals(told <= 1, true);
  },
  sortKeys,
  extensions: (text) => readExtensions(readConfig("e", `[a]\nexten => s,${text.replace(/[\n;]/g, " ")}`)),
  parseGosub,
  "parseGosub arguments": (text) => parseGosub(`s,1(${text})`),
  checkCondition,
  chooseBranch,
  hookFields,
  planHook: (text) => planHook({ application: text, args: "", interval: "1" }),
  "planHook interval": (text) => planHook({ application: "A", args: "", interval: text }),
  fillHookArgs: (text) => fillHookArgs(text, { HOOK_ID: "1" }),
  parseSwitch,
  prefersJson,
  isLocalName,
  HeadReader: (text) => trickle(`GET / HTTP/1.1\r\na: ${text}`, (bytes) => reading.push(bytes)),
  LineReader: (text) => {
    const reader = new LineReader();
    trickle(text, (bytes) => reader.read(bytes));
  },
  MessageReader: (text) => {
    const reader = new MessageReader();
    trickle(text, (bytes) => reader.push(bytes));
  },
  "MessageReader at once": (text) => new MessageReader().push(encoder.encode(`a: ${text}\r\n\r\n`)),
  printableLine,
  isBlacklisted,
  readAclRules: (text) => readAclRules(true, text),
  readClasses,
  readEventMask,
  evaluateMath,
  "evaluateMath right": (text) => evaluateMath(`1+${text}`),
  number,
  wholeNumber,
  formatMetrics: (text) =>
    formatMetrics([{ name: "a", help: text, type: "gauge", samples: [{ labels: { a: text }, value: 1 }] }]),
  sameSecret: (text) => sameSecret(text, "secret"),
  uriDecode,
  uriEncode,
  joinLine: (text) => joinLine("a", [text]),
  Exec: (text) => host.applications.get("Exec")!(call, text),
  ExecIf: (text) => host.applications.get("ExecIf")!(call, `1?${text}`),
  Verbose: (text) => host.applications.get("Verbose")!(call, text),
  Log: (text) => host.applications.get("Log")!(call, text),
  BASENAME: read("BASENAME"),
  DIRNAME: read("DIRNAME"),
  MAX: read("MAX"),
  ABS: read("ABS"),
  INC: read("INC"),
};

let reading = new HeadReader();

/** The shortest of several times that a function takes, in milliseconds. It may refuse the text. */
async function shortest(run: (text: string) => unknown, text: string): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 3 && best > 5; round++) {
    reading = new HeadReader();
    const begin = performance.now();
    try {
      await run(text);
    } catch {
      // It is no text of the kind.
    }
    best = Math.min(best, performance.now() - begin);
    host.said.length = 0;
  }
  return best;
}

/** Below this, in milliseconds, nobody would notice; what is quadratic takes many times as long. */
const UNNOTICED = 100;

/** Other programs want the machine, too: only what is slow each time is slow. */
const TRIES = 4;

for (const [name, run] of Object.entries(FUNCTIONS)) {
  Deno.test(`${name} takes time in proportion to the text`, async () => {
    for (const [unit, before = "", after = ""] of SHAPES) {
      const text = (length: number) => before + unit.repeat(length / unit.length) + after;
      const measured: string[] = [];
      while (measured.length < TRIES) {
        const long = await shortest(run, text(4 * LENGTH));
        if (long < UNNOTICED) break;
        const short = await shortest(run, text(LENGTH));
        if (long < 8 * short + UNNOTICED) break;
        measured.push(`${short} ms, four times the text ${long} ms`);
      }
      const shape = JSON.stringify([before, unit, after]);
      assertEquals(measured.length < TRIES, true, `${shape}: ${measured.join("; ")}`);
    }
  });
}
