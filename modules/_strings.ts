/**
 * The pure part of func_strings.
 *
 * @module
 */

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
  const tests = characters.flatMap((from, index): ((character: string) => boolean)[] => {
    if (characters[index - 1] === "-" && index > 1) return [];
    const to = characters[index + 1] === "-" ? characters[index + 2] : undefined;
    if (from === "-" && index > 0 && characters[index + 1] !== undefined) return [];
    return [(character) => to === undefined ? character === from : character >= from && character <= to];
  });
  return [...text].filter((character) => tests.some((test) => test(character))).join("");
}

/** Every character of `find` becomes `replacement`, or goes. */
export function replaceCharacters(text: string, find: string, replacement: string): string {
  const characters = unescape(find);
  const other = unescape(replacement).charAt(0);
  return [...text].map((character) => characters.includes(character) ? other : character).join("");
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

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`{-~",
  xdigit: "0-9A-Fa-f",
};

/**
 * Whether `"expression" text` matches.
 *
 * @throws {SyntaxError} when it is not of that form
 */
export function matchRegex(args: string): boolean {
  const [, pattern, text] = /^\s*"((?:[^"\\]|\\[^])*)"\s(.*)$/s.exec(args) ?? [];
  if (pattern === undefined) throw new SyntaxError('syntax: REGEX("<regular expression>" <string>)');
  const source = pattern.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole);
  return new RegExp(source).test(text!);
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
