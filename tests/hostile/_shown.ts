/** What may not be in anything that a host shows: pure, so that a test can see each fault found. */

/** What hostile texts have where a line would begin, if the host let it begin. */
export const FORGED = "FORGED-9f3";

/** How far the start is, on a line that is erased. */
// deno-lint-ignore no-control-regex -- sequences of a terminal
const PROGRESS_REGEXP = /(?:Loading modules \d+\/\d+)?\r\u001b\[K|Loading modules \d+\/\d+$/g;
/** Colors that the host gives to its own words, and how its console shows a line above what is typed. */
// deno-lint-ignore no-control-regex -- sequences of a terminal
const OWN_SEQUENCES_REGEXP = /\u001b\[(?:0|0;33|1;3[01237])m|\u001b\[(?:\d+G|0J|0K|K)/g;
/** The prompt of the console, with where the cursor is put. */
// deno-lint-ignore no-control-regex -- the same
const PROMPT_REGEXP = /(?:\r|\u001b\[1G|\u001b\[0J)*\*CLI> (?:\u001b\[7G)/g;

/** What is obeyed, hides text or turns it around. Said anew here: the host's own expression is what is tested. */
const UNSAFE_REGEXP =
  // deno-lint-ignore no-control-regex -- finding them is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}-\u{180f}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{feff}\u{ffa0}\u{fff0}-\u{fffb}\u{e0000}-\u{e0fff}\u{d800}-\u{dfff}]/u;

/** A line of the log with a header: on a console, and in a file. */
const HEADER_REGEXP = /^\[[^\]]*\] (?:ERROR|WARNING|NOTICE|DEBUG|VERBOSE)\[\d+\]:? ([^:]*): /;
/** How a line begins that passes for the host's. */
const BEGIN = String
  .raw`^(?:\[\w{3} [ \d]\d [\d:]+\] [A-Z]+\[\d+\]:? (?:(?:loader|manager): )?|\w*\*CLI> | {2}== | {4}-- | {7,}> )?`;
const FORGED_REGEXP = new RegExp(`${BEGIN}${FORGED}`);

/** What a terminal was sent, without what the host's console sends itself. */
export function withoutOwnSequences(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(PROGRESS_REGEXP, "").replace(PROMPT_REGEXP, "").replace(
    OWN_SEQUENCES_REGEXP,
    "",
  );
}

/** Faults of any text that is shown: characters that are obeyed, lines that a module forged. */
export function shownFaults(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    const unsafe = UNSAFE_REGEXP.exec(line);
    if (unsafe !== null) {
      found.push(`U+${unsafe[0].codePointAt(0)?.toString(16)} is shown as it is: ${shortened(line)}`);
    }
    if (FORGED_REGEXP.test(line)) found.push(`a module has begun a line: ${shortened(line)}`);
  }
  return found;
}

/** Lines that the host writes of itself at `-vvvvv`, without a header. */
const HOST_LINES: readonly RegExp[] = [
  /^$/,
  /^(?: {2}== )?(?:Loaded )?(\w+) => \(.*\)$/,
  /^(?:Loading (?:\w+)\.|Unloading (?:\w+)|Asterism Dynamic Loader Starting:|Asterism Ready\.)$/,
  /^ {4}-- (?:Remote UNIX connection(?: disconnected)?|Reloading module '\w+' \(.*\))$/,
  /^(?:Asterism |Beginning asterism |Waiting for inactivity|Connected to |Created by|Type |This is|-{10,}|={10,}|Executing last minute|\* )/,
  /^(?:Copyright|Some modules could not)/,
];

/**
 * Faults of a log as a console shows it, or a file has it: a line whose author nobody sees.
 *
 * @param names the modules
 */
export function logFaults(text: string, names: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    const area = HEADER_REGEXP.exec(line)?.[1];
    const rest = line.replace(HEADER_REGEXP, "");
    const marked = line.includes(FORGED) || line.includes("SPOOF-9f3");
    const named = area !== undefined && isNamed(area, names);
    if (named) continue;
    const author = /^(?: {2}== | {4}-- | {7,}> )?((?:module )?[\w]+|realm [\w/]+ \([^)]*\)): /.exec(rest)?.[1] ?? "";
    if (isNamed(author, names)) continue;
    // What the loader says of a module has its name in quotes.
    const quoted = /'(\w+)'/.exec(rest)?.[1] ?? "";
    if (area !== undefined && (!marked || names.has(quoted))) continue;
    if (area === undefined && !marked && HOST_LINES.some((own) => own.test(line))) continue;
    const described = /^(?: {2}== )?(?:Loaded )?(\w+) => /.exec(line)?.[1];
    if (described !== undefined && names.has(described)) continue;
    found.push(`a line without its author: ${shortened(line)}`);
  }
  return found;
}

function isNamed(area: string, names: ReadonlySet<string>): boolean {
  return names.has(area.replace(/^module /, "")) || /^realm [\w/]+ \(/.test(area);
}

function shortened(line: string): string {
  return JSON.stringify(line.length > 300 ? `${line.slice(0, 300)}…` : line);
}
