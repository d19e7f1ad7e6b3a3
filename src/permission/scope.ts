import { isAbsolute, normalize } from "@std/path";
import { printable } from "../fault/mod.ts";
import { type Comparison, narrower } from "./comparison.ts";
import { isConfigName } from "./config_name.ts";
import { HOST_CAPABILITIES, isNameRight, NODE_BUILTINS, type PermissionKind, SYSTEM_KINDS } from "./kind.ts";
import { NET } from "./net.ts";

/** Everything of a kind, written `*`; Deno's `true`. */
export const EVERYTHING = "*";

/** Commas separate values, and the rest has no place in a name that people are shown. */
// deno-lint-ignore no-control-regex -- finding them is the purpose
const UNFIT_REGEXP = /[,\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const path: Comparison = {
  normalize(value) {
    if (/[*?[\]{}]/.test(value)) return { fault: `"${value}" is a pattern; Deno's paths have none, name a directory` };
    if (!isAbsolute(value)) {
      return {
        fault: `"${value}" is not an absolute path; \${astdatadir} and others stand for the host's directories`,
      };
    }
    const clean = normalize(value);
    return { value: clean.length > 1 ? clean.replace(/\/+$/, "") : clean };
  },
  meet: (a, b) => narrower(a, b, (wide, narrow) => wide === "/" || narrow.startsWith(`${wide}/`)),
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

function same(a: string, b: string): string | undefined {
  return a === b ? a : undefined;
}

const sys: Comparison = {
  normalize(value) {
    // To Deno they are the same: a denial of one must find the other.
    if (value === "username") return { value: "userInfo" };
    if ((SYSTEM_KINDS as readonly string[]).includes(value)) return { value };
    return { fault: `"${value}" is no kind of system information; there are ${SYSTEM_KINDS.join(", ")}` };
  },
  meet: same,
};

/** The name of a program, which is looked for in `PATH`, or its path. */
const run: Comparison = {
  normalize(value) {
    if (/[*?]/.test(value)) return { fault: `"${value}" is a pattern; Deno's commands have none, name each` };
    if (!value.includes("/")) return { value };
    return isAbsolute(value)
      ? { value: normalize(value) }
      : { fault: `"${value}" is not an absolute path, nor the name of a program` };
  },
  meet: same,
};

const host: Comparison = {
  normalize(value) {
    if ((HOST_CAPABILITIES as readonly string[]).includes(value) || isNameRight(value)) return { value };
    const names = "and provide: or use: with a type of names, such as provide:command or use:dialplan=incoming";
    return { fault: `"${value}" is no host capability; there are ${HOST_CAPABILITIES.join(", ")}, ${names}` };
  },
  meet: (a, b) => narrower(a, b, (wide, narrow) => !wide.includes("=") && narrow.startsWith(`${wide}=`)),
};

const node: Comparison = {
  normalize(value) {
    const name = value.replace(/^node:/, "");
    if ((NODE_BUILTINS as readonly string[]).includes(name)) return { value: name };
    return {
      fault: `"${value}" is no built-in module of Node that can be granted; there are ${NODE_BUILTINS.join(", ")}`,
    };
  },
  meet: same,
};

/** Names of files are the same in any case of letters, as they are to `extconfig.conf`. */
const config: Comparison = {
  normalize(value) {
    if (isConfigName(value)) return { value: value.toLowerCase() };
    return { fault: `"${value}" is no configuration file: a name ending in .conf, without directories` };
  },
  meet: same,
};

/** The comparison of every kind; a new kind does not compile until it has one. */
const COMPARISONS: Record<PermissionKind, Comparison> = {
  read: path,
  write: path,
  ffi: path,
  net: NET,
  import: NET,
  env,
  sys,
  run,
  node,
  host,
  config,
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
