/** Makes recorded and own lines comparable. */
import { ONLY_HERE, OTHERWISE } from "./differences.ts";

/** What of a recorded console text the loader itself says: its own log lines, and those of the test modules. */
const LOG_REGEXP = /^\[[^\]]*\] (ERROR|WARNING|NOTICE)\[\d+\]: (?:loader|config|asterisk)\.c:\d+ \w+: (.*)$/;
const VERBOSE_REGEXP =
  /^(?: {1}| {2}== | {4}-- | {7,}> )(Asterisk Dynamic Loader.*|Loading \S+\.|Loaded \S+ => .*|Unloading \S+|Reloading module .*|\[tm\] .*|The previous reload.*|\S+ => \(.*\))$/;
/** Some modules could not be unloaded … is printed as it is. */
const PLAIN_REGEXP = /^(Some modules could not be unloaded, switching to fast shutdown)$/;

/** A recorded console text as `LEVEL: text` lines of the loader, as Asterism words them. */
export function recordedLog(lines: readonly string[]): string[] {
  return lines.flatMap((prompted) => {
    const line = prompted.replace(/^\*CLI> /, "");
    const log = LOG_REGEXP.exec(line);
    if (log !== null) return otherwise(`${log[1]}: ${log[2]}`);
    const verbose = VERBOSE_REGEXP.exec(line) ?? PLAIN_REGEXP.exec(line);
    return verbose === null ? [] : otherwise(`VERBOSE: ${verbose[1]}`);
  }).filter((_, index, all) => !isRepeated(all, index)).map(ours).sort(readerFirst);
}

/** What cannot be opened is tried in every pass, and complained of three times; here once. */
function isRepeated(lines: readonly string[], index: number): boolean {
  const line = lines[index] as string;
  return /^ERROR: Module '.*' (?:did not|could not|does not)/.test(line) && lines.indexOf(line) < index;
}

/** modules.conf is read before the loader begins: what its reader warns of comes first. */
function readerFirst(one: string, other: string): number {
  return Number(other.startsWith("WARNING: No '='")) - Number(one.startsWith("WARNING: No '='"));
}

function otherwise(line: string): string[] {
  for (const { recorded, here } of OTHERWISE) {
    if (recorded.test(line)) return here === undefined ? [] : [line.replace(recorded, here)];
  }
  return [line];
}

/** Names without extension, and the program's own name. */
export function ours(line: string): string {
  return line.replaceAll("Asterisk", "Asterism").replaceAll("ASTERISK", "ASTERISM")
    .replace(/(?<=[\w])\.so(?=\W|$)/gi, "").replace(/( in line \d+) of .*$/, "$1")
    .replace(/^(ERROR: Unable to open modules directory).*$/, "$1");
}

/** What Asterism logged, without what only it says. */
export function ownLog(lines: readonly string[]): string[] {
  return lines.filter((line) => !ONLY_HERE.some((only) => only.line.test(line)))
    .map((line) => line.replace(/^(ERROR: Error loading module '.*?'): .*$/, "$1: …"))
    // Where a line of modules.conf stands comes before what is wrong with it, what to do about it after.
    .map((line) => line.replace(/^(\w+: )\S+\.conf:\d+:\d+: /, "$1").replace(/ \(\S+ at \S+\)$/, ""))
    .map(ours);
}

/** A row of `module show` without extension: columns as they are. */
export function withoutExtensions(line: string): string {
  const [, name, rest] = /^(\S+)\.so\s+(\S.*)$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) return line;
  // A description is padded to its width, and what follows is not.
  return `${name.padEnd(30)} ${rest}`;
}
