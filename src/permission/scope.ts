import { isAbsolute, normalize } from "@std/path";
import { HOST_CAPABILITIES, type PermissionKind } from "./kind.ts";

/** Everything of a kind, written `*`; Deno's `true`. */
export const EVERYTHING = "*";

/** How the values of a kind are checked and compared. */
interface Comparison {
  /** The value in the one form in which it is compared, or why it cannot be one. */
  normalize(value: string): { value: string } | { fault: string };
  /** Whether everything that `narrow` allows is allowed by `wide`. Both are normalized, neither is `*`. */
  contains(wide: string, narrow: string): boolean;
}

const exact: Comparison = {
  normalize: (value) => ({ value }),
  contains: (wide, narrow) => wide === narrow,
};

const path: Comparison = {
  normalize(value) {
    if (/[*?[\]{}]/.test(value)) return { fault: `"${value}" is a pattern; Deno's paths have none, name a directory` };
    if (!isAbsolute(value)) return { fault: `"${value}" is not an absolute path` };
    const clean = normalize(value);
    return { value: clean.length > 1 ? clean.replace(/\/+$/, "") : clean };
  },
  contains: (wide, narrow) => wide === narrow || wide === "/" || narrow.startsWith(`${wide}/`),
};

const NET_REGEXP = /^(\[[0-9a-f:.]+\]|[^\s:/?#[\]]+)(?::(\d{1,5}))?$/;

const net: Comparison = {
  normalize(value) {
    const lower = value.toLowerCase();
    const port = NET_REGEXP.exec(lower)?.[2];
    if (!NET_REGEXP.test(lower) || Number(port ?? 0) > 65535) {
      return { fault: `"${value}" is not a host or host:port, such as 127.0.0.1:8088` };
    }
    return { value: lower };
  },
  contains(wide, narrow) {
    if (wide === narrow) return true;
    const [, wideHost, widePort] = NET_REGEXP.exec(wide) ?? [];
    return widePort === undefined && wideHost === NET_REGEXP.exec(narrow)?.[1];
  },
};

const env: Comparison = {
  normalize(value) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*\*?$/.test(value)) {
      return { fault: `"${value}" is not a variable name; a * may only end it` };
    }
    return { value };
  },
  contains: (wide, narrow) =>
    wide === narrow || (wide.endsWith("*") && narrow.replace(/\*$/, "").startsWith(wide.slice(0, -1))),
};

const host: Comparison = {
  normalize(value) {
    if ((HOST_CAPABILITIES as readonly string[]).includes(value)) return { value };
    return { fault: `"${value}" is no host capability; there are ${HOST_CAPABILITIES.join(", ")}` };
  },
  contains: exact.contains,
};

/** The comparison of every kind; a new kind does not compile until it has one. */
const COMPARISONS: Record<PermissionKind, Comparison> = {
  read: path,
  write: path,
  ffi: path,
  net,
  import: net,
  env,
  sys: exact,
  run: exact,
  host,
};

/** Brings a value of a kind into the form in which values are compared, or says what is wrong with it. */
export function normalizeScope(kind: PermissionKind, value: string): { value: string } | { fault: string } {
  if (value === EVERYTHING) return { value };
  if (value === "") return { fault: "an empty value; leave the line out or write a value" };
  return COMPARISONS[kind].normalize(value);
}

/** Whether `wide` allows all that `narrow` allows. Both normalized. */
export function scopeContains(kind: PermissionKind, wide: string, narrow: string): boolean {
  if (wide === EVERYTHING) return true;
  return narrow !== EVERYTHING && COMPARISONS[kind].contains(wide, narrow);
}
