/**
 * The pure part of func_strings.
 *
 * @module
 */
import { compileEre } from "../src/ere/mod.ts";

/** `\n`, `\t`, `\x2c` and the like in a delimiter or a set of characters; any other character stands for itself. */
export function unescape(text: string): string {
  const letters: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
  return text.replace(/\\(x[0-9a-fA-F]{2}|[^])/g, (_, escaped: string) => {
    if (escaped.length === 3) return String.fromCharCode(parseInt(escaped.slice(1), 16));
    return letters[escaped] ?? escaped;
  });
}

/** Keeps the allowed characters: single ones, and ranges such as `a-z`. */
export function filterCharacters(allowed: string, text: string): string {
  const characters = [...unescape(allowed)];
  const ranges = characters.flatMap((from, index): (readonly [from: string, to: string])[] => {
    if (characters[index - 1] === "-" && index > 1) return [];
    const to = characters[index + 1] === "-" ? characters[index + 2] : undefined;
    if (from === "-" && index > 0 && characters[index + 1] !== undefined) return [];
    return [[from, to ?? from]];
  });
  return [...text].filter(memberOf(ranges)).join("");
}

/** Whether a character is in one of the ranges; sorted, for there may be as many as the text is long. */
function memberOf(ranges: readonly (readonly [from: string, to: string])[]): (character: string) => boolean {
  const merged: [from: string, to: string][] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)) {
    const last = merged.at(-1);
    if (last === undefined || from > last[1]) merged.push([from, to]);
    else if (to > last[1]) last[1] = to;
  }
  return (character) => {
    let [low, high] = [0, merged.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (merged[middle]![0] <= character) low = middle + 1;
      else high = middle;
    }
    return low > 0 && character <= merged[low - 1]![1];
  };
}

/** Every character of `find` becomes `replacement`, or goes. */
export function replaceCharacters(text: string, find: string, replacement: string): string {
  const characters = unescape(find);
  const units = new Set([...characters, ...characters.split("")]);
  const other = unescape(replacement).charAt(0);
  return [...text].map((character) => units.has(character) ? other : character).join("");
}

/** Replaces a text, at most so many times. */
export function replaceText(
  text: string,
  find: string,
  { replacement, most }: { replacement: string; most: number },
): string {
  if (find === "") return text;
  const parts = text.split(find);
  const head = parts.slice(0, most + 1).join(replacement);
  return parts.length > most + 1 ? [head, ...parts.slice(most + 1)].join(find) : head;
}

/** What stands between two texts, or nothing. */
export function between(text: string, before: string, after: string): string {
  const start = text.indexOf(before);
  if (start < 0) return "";
  const end = text.indexOf(after, start + before.length);
  return end < 0 ? "" : text.slice(start + before.length, end);
}

/** The digits of a telephone's keys for letters; digits stay, everything else goes. */
export function keypad(text: string): string {
  const keys = "22233344455566677778889999";
  return [...text].map((character) => {
    if (/[0-9*#]/.test(character)) return character;
    const letter = /[a-z]/i.test(character) ? character.toUpperCase().charCodeAt(0) - 65 : -1;
    return letter < 0 ? "" : keys[letter]!;
  }).join("");
}

/** Steps that one match may take, some tens of milliseconds: whoever calls must not hold up the other modules. */
const MAX_STEPS = 2_000_000;

/**
 * Whether `"expression" text` matches. A backslash in the expression is taken off, as Asterisk does with arguments.
 *
 * @throws {SyntaxError} when it is not of that form
 * @throws {RangeError} when it takes too many steps
 */
export function matchRegex(args: string): boolean {
  const [, pattern, text = ""] = /^\s*"((?:[^"\\]|\\[^])*)"[ \t](.*)$/s.exec(args) ?? [];
  if (pattern === undefined) throw new SyntaxError('syntax: REGEX("<regular expression>" <string>)');
  let left = MAX_STEPS;
  return compileEre(pattern.replace(/\\([^])/g, "$1")).test(text, (steps) => {
    left -= steps;
    if (left < 0) throw new RangeError(`it takes over ${MAX_STEPS} steps on a text of ${text.length} characters`);
  });
}

/** A text in quotes, quotes and backslashes in it escaped. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A text as a CSV field. */
export function csvQuote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The list without an item; every other stays in its place. */
export function withoutItem(list: string, delimiter: string, item: string): string {
  return list.split(delimiter).filter((each) => each !== item).join(delimiter);
}

/** Parts of a date in a time zone, as the formats need them. */
function dateParts(date: Date, timeZone: string | undefined): Record<string, string> {
  const options: Intl.DateTimeFormatOptions = {
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    weekday: "long",
    timeZoneName: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  };
  const parts = new Intl.DateTimeFormat("en-US", options).formatToParts(date).map(({ type, value }) => [type, value]);
  const offset = new Intl.DateTimeFormat("en-US", { ...options, timeZoneName: "longOffset" }).formatToParts(date)
    .find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  return { ...Object.fromEntries(parts), offset: offset === "GMT" ? "+0000" : offset.slice(3).replace(":", "") };
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/**
 * A time by C's `strftime`.
 *
 * @param milliseconds since the epoch
 * @throws {RangeError} when there is no such time zone
 */
export function formatTime(
  milliseconds: number,
  { format, timeZone }: { format: string; timeZone?: string | undefined },
): string {
  const {
    year = "",
    month = "",
    day = "",
    hour = "",
    minute = "",
    second = "",
    weekday = "",
    timeZoneName = "",
    offset = "",
  } = dateParts(new Date(milliseconds), timeZone);
  const name = MONTHS[Number(month) - 1]!;
  const hour12 = String(Number(hour) % 12 || 12).padStart(2, "0");
  const days = Math.round((Date.UTC(+year, +month - 1, +day) - Date.UTC(+year, 0, 1)) / 86_400_000) + 1;
  const codes: Record<string, string> = {
    ...{ Y: year, m: month, d: day, H: hour, M: minute, S: second, y: year.slice(-2), C: year.slice(0, -2) },
    ...{ A: weekday, a: weekday.slice(0, 3), B: name, b: name.slice(0, 3), h: name.slice(0, 3), I: hour12 },
    ...{ p: Number(hour) < 12 ? "AM" : "PM", e: String(+day).padStart(2), j: String(days).padStart(3, "0") },
    ...{ s: String(Math.floor(milliseconds / 1000)), Z: timeZoneName, z: offset, n: "\n", t: "\t", "%": "%" },
    ...{ F: `${year}-${month}-${day}`, T: `${hour}:${minute}:${second}`, R: `${hour}:${minute}` },
    D: `${month}/${day}/${year.slice(-2)}`,
    c: `${weekday.slice(0, 3)} ${name.slice(0, 3)} ${String(+day).padStart(2)} ${hour}:${minute}:${second} ${year}`,
    x: `${month}/${day}/${year.slice(-2)}`,
    X: `${hour}:${minute}:${second}`,
  };
  return format.replace(/%(\d?q|[^])/g, (whole, code: string) => {
    if (code.endsWith("q")) {
      return String(milliseconds % 1000).padStart(3, "0").slice(0, Number(code.slice(0, -1) || 3));
    }
    return codes[code] ?? whole;
  });
}
