/**
 * Which events a user is sent: `eventfilter` of manager.conf, in its plain form and with criteria in parentheses.
 *
 * @module
 */
import { compileEre } from "../src/ere/mod.ts";

/** A line `eventfilter`. */
export interface EventFilter {
  /** Whether it keeps events from the user. */
  readonly excludes: boolean;
  /** Whether it is about an event, given its name and the whole of it as it is sent. */
  matches(event: string, text: string): boolean;
}

type Test = (text: string) => boolean;

/** How a text is compared with what stands behind the equal sign. */
const METHODS: Readonly<Record<string, (pattern: string) => Test>> = {
  regex: readRegex,
  exact: (pattern) => (text) => text === pattern,
  starts_with: (pattern) => (text) => text.startsWith(pattern),
  ends_with: (pattern) => (text) => text.endsWith(pattern),
  contains: (pattern) => (text) => text.includes(pattern),
  none: () => () => true,
};

/** Most work on one event, in steps of the engine: events that take longer are not sent. */
const MAX_STEPS = 10_000_000;

/** Whether a key is that of a filter. */
export function isEventFilter(key: string): boolean {
  return /^eventfilter(?:\s*\(|$)/i.test(key);
}

/**
 * Whether an event is sent: all are without filters; with some that include, only what one of them matches; and nothing
 * that one matches which excludes.
 */
export function passesFilters(filters: readonly EventFilter[], event: string, text: string): boolean {
  if (filters.length === 0) return true;
  const including = filters.filter(({ excludes }) => !excludes);
  try {
    const included = including.length === 0 || including.some((one) => one.matches(event, text));
    return included && !filters.some((one) => one.excludes && one.matches(event, text));
  } catch {
    return false;
  }
}

/**
 * Reads a line.
 *
 * @param key `eventfilter`, or with criteria: `eventfilter(action(exclude),name(Newchannel),header(Channel),method(exact))`
 * @param value what is looked for; a `!` in front excludes, unless the criteria say what to do
 * @throws {SyntaxError} when Asterisk would not take it
 */
export function readEventFilter(key: string, value: string): EventFilter {
  const marked = value.startsWith("!");
  const pattern = marked ? value.slice(1) : value;
  const criteria = /^eventfilter\s*\((.*)\)\s*$/i.exec(key)?.[1];
  if (criteria === undefined) {
    if (key.includes("(")) throw new SyntaxError("its criteria do not end with a parenthesis");
    if (pattern === "") throw new SyntaxError("it has no value: expected a regular expression");
    const test = readRegex(pattern);
    return { excludes: marked, matches: (_, text) => test(text) };
  }
  const { action, name, header, method = "none" } = readCriteria(criteria);
  checkCriteria({ name, header, method }, pattern);
  const test = METHODS[method]!(pattern);
  const about = header === undefined ? test : (text: string) => valuesOf(text, header).some(test);
  return {
    excludes: action === undefined ? marked : action === "exclude",
    matches: (event, text) => (name === undefined || event === name) && about(text),
  };
}

interface Criteria {
  action?: string | undefined;
  name?: string | undefined;
  header?: string | undefined;
  method?: string | undefined;
}

function readCriteria(text: string): Criteria {
  const found: Criteria = {};
  let rest = text.trim();
  while (rest !== "") {
    const [whole, word, argument = ""] =
      /^(action|name|header|method)\(\s*([^()\s,]+)\s*\)\s*(?:,\s*|\s+|$)/.exec(rest) ?? [];
    if (whole === undefined) {
      throw new SyntaxError(`"${rest}" is no criterion: expected action(…), name(…), header(…) or method(…)`);
    }
    found[word as keyof Criteria] = argument;
    rest = rest.slice(whole.length);
  }
  const { action = "include", method = "none" } = found;
  if (action !== "include" && action !== "exclude") {
    throw new SyntaxError(`"${action}" is no action: expected include or exclude`);
  }
  if (!Object.hasOwn(METHODS, method)) {
    throw new SyntaxError(`"${method}" is no method: expected ${Object.keys(METHODS).join(", ")}`);
  }
  return found;
}

function checkCriteria({ name, header, method }: Criteria, pattern: string): void {
  if (pattern === "" && method !== "none") throw new SyntaxError(`method(${method}) needs a value`);
  if (pattern !== "" && method === "none") throw new SyntaxError("a value needs a method other than none");
  if (method === "none" && name === undefined && header === undefined) {
    throw new SyntaxError("it has neither name(…), header(…) nor a value");
  }
}

/** Values of a header in the text of an event, without those that are empty. */
function valuesOf(text: string, header: string): string[] {
  const start = header.endsWith(":") ? header : `${header}:`;
  return text.split("\r\n").filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length).trimStart()).filter((value) => value !== "");
}

function readRegex(pattern: string): Test {
  let expression: ReturnType<typeof compileEre>;
  try {
    expression = compileEre(pattern);
  } catch (error) {
    throw new SyntaxError(`"${pattern}" is no regular expression: ${(error as Error).message}`);
  }
  return (text) => {
    let steps = 0;
    return expression.test(text, (more) => {
      steps += more;
      if (steps > MAX_STEPS) throw new RangeError("it takes too long");
    });
  };
}
