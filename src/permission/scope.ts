import { isAbsolute, normalize } from "@std/path";
import { printable } from "../fault/mod.ts";
import { HOST_CAPABILITIES, NODE_BUILTINS, type PermissionKind } from "./kind.ts";

/** Everything of a kind, written `*`; Deno's `true`. */
export const EVERYTHING = "*";

/** How the values of a kind are checked and compared. */
interface Comparison {
  /** The value in the one form in which it is compared, or why it cannot be one. */
  normalize(value: string): { value: string } | { fault: string };
  /** The value for what both allow, if there is such a thing. Both are normalized, neither is `*`. */
  meet(a: string, b: string): string | undefined;
}

const exact: Comparison = {
  normalize: (value) => ({ value }),
  meet: (a, b) => (a === b ? a : undefined),
};

/** Commas separate values, and the rest has no place in a name that people are shown. */
// deno-lint-ignore no-control-regex -- finding them is the purpose
const UNFIT_REGEXP = /[,\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const path: Comparison = {
  normalize(value) {
    if (/[*?[\]{}]/.test(value)) return { fault: `"${value}" is a pattern; Deno's paths have none, name a directory` };
    if (!isAbsolute(value)) return { fault: `"${value}" is not an absolute path` };
    const clean = normalize(value);
    return { value: clean.length > 1 ? clean.replace(/\/+$/, "") : clean };
  },
  meet: (a, b) => narrower(a, b, (wide, narrow) => wide === "/" || narrow.startsWith(`${wide}/`)),
};

/** A name, possibly `*.` and a name for all below it, an IPv4 or `[IPv6]` address; then a port or all ports. */
const NET_REGEXP = /^(\[[0-9a-f:.]+\]|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::(\d{1,5}))?$/;

const net: Comparison = {
  normalize(value) {
    const [, name, port] = NET_REGEXP.exec(value.toLowerCase()) ?? [];
    if (name === undefined || Number(port ?? 0) > 65535) {
      return { fault: `"${value}" is not a host or host:port, such as 127.0.0.1:8088` };
    }
    return { value: port === undefined ? name : `${name}:${Number(port)}` };
  },
  meet(a, b) {
    const [, hostA = "", portA] = NET_REGEXP.exec(a) ?? [];
    const [, hostB = "", portB] = NET_REGEXP.exec(b) ?? [];
    // As Deno has it, `*.example.com` is also `example.com` itself.
    const name = narrower(
      hostA,
      hostB,
      (wide, narrow) => wide.startsWith("*.") && `.${narrow}`.endsWith(wide.slice(1)),
    );
    if (name === undefined || (portA !== undefined && portB !== undefined && portA !== portB)) return undefined;
    const port = portA ?? portB;
    return port === undefined ? name : `${name}:${port}`;
  },
};

const env: Comparison = {
  normalize(value) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*\*?$/.test(value)) {
      return { fault: `"${value}" is not a variable name; a * may only end it` };
    }
    return { value };
  },
  meet: (a, b) =>
    narrower(a, b, (wide, narrow) => wide.endsWith("*") && narrow.replace(/\*$/, "").startsWith(wide.slice(0, -1))),
};

const sys: Comparison = {
  normalize(value) {
    return /^[A-Za-z]+$/.test(value) ? { value } : { fault: `"${value}" is no kind of system information` };
  },
  meet: exact.meet,
};

const host: Comparison = {
  normalize(value) {
    if ((HOST_CAPABILITIES as readonly string[]).includes(value)) return { value };
    return { fault: `"${value}" is no host capability; there are ${HOST_CAPABILITIES.join(", ")}` };
  },
  meet: exact.meet,
};

const node: Comparison = {
  normalize(value) {
    const name = value.replace(/^node:/, "");
    if ((NODE_BUILTINS as readonly string[]).includes(name)) return { value: name };
    return {
      fault: `"${value}" is no built-in module of Node that can be granted; there are ${NODE_BUILTINS.join(", ")}`,
    };
  },
  meet: exact.meet,
};

/** The comparison of every kind; a new kind does not compile until it has one. */
const COMPARISONS: Record<PermissionKind, Comparison> = {
  read: path,
  write: path,
  ffi: path,
  net,
  import: net,
  env,
  sys,
  run: exact,
  node,
  host,
};

/** Brings a value of a kind into the form in which values are compared, or says what is wrong with it. */
export function normalizeScope(kind: PermissionKind, value: string): { value: string } | { fault: string } {
  if (value === EVERYTHING) return { value };
  if (value === "") return { fault: "an empty value; leave the line out or write a value" };
  const unfit = UNFIT_REGEXP.exec(value)?.[0];
  if (unfit !== undefined) {
    return { fault: `"${printable(value)}" has ${unfit === "," ? "a comma" : "a control character"}` };
  }
  return COMPARISONS[kind].normalize(value);
}

/** The value for what both allow, or undefined when nothing is allowed by both. Both normalized. */
export function meetScopes(kind: PermissionKind, a: string, b: string): string | undefined {
  if (a === EVERYTHING) return b;
  return b === EVERYTHING ? a : COMPARISONS[kind].meet(a, b);
}

/** Whether `wide` allows all that `narrow` allows. Both normalized. */
export function scopeContains(kind: PermissionKind, wide: string, narrow: string): boolean {
  return meetScopes(kind, wide, narrow) === narrow;
}

/** The one that the other contains, by a rule that need not know equal values; undefined when neither does. */
function narrower(a: string, b: string, contains: (wide: string, narrow: string) => boolean): string | undefined {
  if (a === b || contains(a, b)) return b;
  return contains(b, a) ? a : undefined;
}
