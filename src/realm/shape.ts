/**
 * Shapes of what a realm may send, checked on the frame: on what Cap'n Web has written, before any of it becomes a
 * function, a stream or an object. In a frame a list stands in a list of its own, `[[1, 2]]`; every other list names
 * what it stands for, `["date", 0]`.
 */

/** What does not fit: where it is, what was expected there and what was found. */
export interface Misfit {
  /** Where, seen from the whole: `.contexts[2].name`; empty for the whole. */
  readonly at: string;
  /** What was expected there. */
  readonly expected: string;
  /** What was found there. */
  readonly found: string;
}

/** What an argument may be. */
export interface Shape {
  /** In words: `a text of at most 200 characters`. */
  readonly expected: string;
  /** Whether the argument may be left out. */
  readonly optional: boolean;
  /** Why an encoded value does not have this shape; nothing when it has. */
  misfit(encoded: unknown): Misfit | undefined;
}

/** As deep as Cap'n Web goes. */
const MAX_DEPTH = 256;
/** Most digits of a big number: reading one takes the square of them. */
const MAX_DIGITS = 1_000;
/** Most functions in one value that may have some. */
const MAX_FUNCTIONS = 1_000;
/** Longest name of a property. */
const MAX_KEY = 1_024;

/** Values that Cap'n Web writes as a list with their name and that are data; the others are streams, promises, calls. */
const DATA_TAGS: readonly unknown[] = [
  "undefined",
  "inf",
  "-inf",
  "nan",
  "date",
  "bytes",
  "bigint",
  "error",
  "url",
  "headers",
];

/** A text. @param most UTF-16 units */
export function textOf(most: number): Shape {
  return simple(`a text of at most ${most} characters`, (value) => typeof value === "string" && value.length <= most);
}

/** Any number, infinite and none included: the method itself says which it takes. */
export const NUMBER: Shape = simple(
  "a number",
  (value) => typeof value === "number" || (isTagged(value) && ["inf", "-inf", "nan"].includes(value[0] as string)),
);

/** Yes or no. */
export const BOOLEAN: Shape = simple("true or false", (value) => typeof value === "boolean");

/** A function of the realm, or one that the host gave to it. */
export const FUNCTION: Shape = simple("a function", isFunction);

/** Nothing, or that. */
export function optional(shape: Shape): Shape {
  return {
    expected: `${shape.expected}, or nothing`,
    optional: true,
    misfit: (value) => isNothing(value) ? undefined : shape.misfit(value),
  };
}

/** One of several shapes that differ at first sight. */
export function either(...shapes: readonly Shape[]): Shape {
  const expected = shapes.map((shape) => shape.expected).join(" or ");
  return simple(expected, (value) => shapes.some((shape) => shape.misfit(value) === undefined));
}

/** A list. @param most items */
export function listOf(item: Shape, most: number): Shape {
  const expected = `a list of at most ${most}`;
  return {
    expected,
    optional: false,
    misfit(value) {
      const items = itemsOf(value);
      if (items === undefined) return { at: "", expected, found: describe(value) };
      if (items.length > most) return { at: "", expected, found: `one of ${items.length}` };
      for (let index = 0; index < items.length; index++) {
        const misfit = item.misfit(items[index]);
        if (misfit !== undefined) return { ...misfit, at: `[${index}]${misfit.at}` };
      }
      return undefined;
    },
  };
}

/** A list of exactly these. */
export function tupleOf(...shapes: readonly Shape[]): Shape {
  const expected = `a list of ${shapes.length}`;
  return {
    expected,
    optional: false,
    misfit(value) {
      const items = itemsOf(value);
      if (items?.length !== shapes.length) return { at: "", expected, found: describe(value) };
      for (const [index, shape] of shapes.entries()) {
        const misfit = shape.misfit(items[index]);
        if (misfit !== undefined) return { ...misfit, at: `[${index}]${misfit.at}` };
      }
      return undefined;
    },
  };
}

/** An object with these properties and no others. */
export function recordOf(properties: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(properties);
  const expected = `an object with ${names.join(", ")}`;
  return {
    expected,
    optional: false,
    misfit(value) {
      if (!isObject(value)) return { at: "", expected, found: describe(value) };
      for (const key of Object.keys(value)) {
        if (!Object.hasOwn(properties, key)) return { at: "", expected, found: `one with ${shown(key)}` };
      }
      for (const name of names) {
        const shape = properties[name]!;
        const misfit = Object.hasOwn(value, name)
          ? shape.misfit(value[name])
          : shape.optional
          ? undefined
          : { at: "", expected: shape.expected, found: "nothing" };
        if (misfit !== undefined) return { ...misfit, at: `.${name}${misfit.at}` };
      }
      return undefined;
    },
  };
}

/** An object whose properties have names of the peer's choice. @param most properties */
export function mapOf(item: Shape, most: number): Shape {
  const expected = `an object of at most ${most} properties`;
  return {
    expected,
    optional: false,
    misfit(value) {
      if (!isObject(value)) return { at: "", expected, found: describe(value) };
      const keys = Object.keys(value);
      if (keys.length > most) return { at: "", expected, found: `one of ${keys.length}` };
      for (const key of keys) {
        const misfit = key.length > MAX_KEY
          ? { at: "", expected: "a shorter name", found: `one of ${key.length} characters` }
          : item.misfit(value[key]);
        if (misfit !== undefined) return { ...misfit, at: `.${shown(key)}${misfit.at}` };
      }
      return undefined;
    },
  };
}

/** Any data, and functions in it: what modules say to one another. */
export const ANYTHING: Shape = dataShape("data, or functions", MAX_FUNCTIONS);

/** Any data. */
export const DATA: Shape = dataShape("data", 0);

function dataShape(expected: string, functions: number): Shape {
  return {
    expected,
    optional: true,
    misfit(value) {
      return dataMisfit(value, 0, { expected, left: functions, allowed: functions > 0 });
    },
  };
}

interface Search {
  readonly expected: string;
  readonly allowed: boolean;
  /** How many functions there may still be. */
  left: number;
}

function dataMisfit(value: unknown, depth: number, search: Search): Misfit | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { expected } = search;
  if (depth >= MAX_DEPTH) return { at: "", expected, found: `data that is nested ${MAX_DEPTH} deep` };
  const items = itemsOf(value);
  if (items !== undefined) return listMisfit(items, depth, search);
  if (Array.isArray(value)) return taggedMisfit(value, depth, search);
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    // An await of such an object would call the function.
    const misfit = key === "then" && isFunction(inner)
      ? { at: "", expected, found: "a function" }
      : dataMisfit(inner, depth + 1, search);
    if (misfit !== undefined) return { ...misfit, at: `.${shown(key)}${misfit.at}` };
  }
  return undefined;
}

function listMisfit(items: readonly unknown[], depth: number, search: Search): Misfit | undefined {
  for (let index = 0; index < items.length; index++) {
    const misfit = dataMisfit(items[index], depth + 1, search);
    if (misfit !== undefined) return { ...misfit, at: `[${index}]${misfit.at}` };
  }
  return undefined;
}

function taggedMisfit(value: readonly unknown[], depth: number, search: Search): Misfit | undefined {
  const { expected } = search;
  const [tag, content] = value;
  if (isFunction(value)) {
    if (search.left-- > 0) return undefined;
    return { at: "", expected, found: search.allowed ? "too many functions" : "a function" };
  }
  if (!DATA_TAGS.includes(tag)) return { at: "", expected, found: describe(value) };
  if (tag === "bigint" && !(typeof content === "string" && content.length <= MAX_DIGITS)) {
    return { at: "", expected, found: `a number of more than ${MAX_DIGITS} digits` };
  }
  // Properties of an error; everything else there holds texts and numbers only.
  if (tag === "error" && value.length > 4) return dataMisfit(value[4], depth + 1, search);
  return undefined;
}

/** Something that is seen to be right or wrong at once. */
function simple(expected: string, has: (encoded: unknown) => boolean): Shape {
  return {
    expected,
    optional: false,
    misfit: (value) => has(value) ? undefined : { at: "", expected, found: describe(value) },
  };
}

/** The items of an encoded list; nothing for everything else. */
function itemsOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? value[0] : undefined;
}

function isTagged(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && itemsOf(value) === undefined;
}

/** Ids of what a realm exports are negative, those of what it was given are the host's affair. */
function isFunction(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !Number.isSafeInteger(value[1])) return false;
  return value[0] === "export" ? value[1] < 0 : value[0] === "import";
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (isTagged(value) && value[0] === "undefined");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(key: string): string {
  return JSON.stringify(key.slice(0, 64));
}

const FOUND: Readonly<Record<string, string>> = {
  export: "a function",
  import: "a function",
  promise: "a promise",
  pipeline: "a promise",
  remap: "a promise",
  readable: "a stream",
  writable: "a stream",
  blob: "a blob",
  undefined: "nothing",
  inf: "an infinite number",
  "-inf": "an infinite number",
  nan: "a number that is none",
};

/** What was found, in words that hold nothing of what the peer wrote. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return `a text of ${value.length} characters`;
  if (typeof value !== "object") return `a ${typeof value}`;
  if (!Array.isArray(value)) return "an object";
  if (itemsOf(value) !== undefined) return "a list";
  const [tag] = value;
  if (typeof tag !== "string") return "no value";
  if (Object.hasOwn(FOUND, tag)) return FOUND[tag]!;
  return [...DATA_TAGS, "request", "response"].includes(tag) ? `a value of the kind "${tag}"` : "no value";
}
