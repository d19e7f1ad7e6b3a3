/**
 * Stacks as a module sees them, and as the log gets them: frames of modules only, by file name. Nothing of the host's
 * paths shows, and no CallSite object, which would lead to functions and receivers of the code below.
 */

interface CallSiteLike {
  getScriptNameOrSourceURL(): string | null;
  getFunctionName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** Where in a module something was thrown or called. */
export interface Origin {
  /** Name of the module. */
  readonly module: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

const SOURCE_REGEXP = /^asterism:([A-Za-z0-9_-]+)\.js\?\d+$/;
/** Whatever else a function is called could pass for a frame of a neighbor. */
const UNUSUAL_REGEXP = /[^\w$.<># ]/g;
const { apply } = Reflect;

/** By error, the first frame of a module. A text could be forged, this cannot. */
const origins = new WeakMap<object, Origin>();

/** The methods of V8's frames; a module could make objects that only look like frames. */
let methods: CallSiteLike | undefined;

function originOfSite(site: CallSiteLike): Origin | undefined {
  if (methods === undefined) return undefined;
  const { getScriptNameOrSourceURL, getLineNumber, getColumnNumber } = methods;
  const module = SOURCE_REGEXP.exec(apply(getScriptNameOrSourceURL, site, []) ?? "")?.[1];
  if (module === undefined) return undefined;
  return { module, line: apply(getLineNumber, site, []) ?? 1, column: apply(getColumnNumber, site, []) ?? 1 };
}

function formatFrame(site: CallSiteLike, { module, line, column }: Origin): string {
  const called = methods === undefined ? null : apply(methods.getFunctionName, site, []);
  return `    at ${(called ?? "module").replace(UNUSUAL_REGEXP, "?")} (${module}.js:${line}:${column})`;
}

function head(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "Error";
  }
}

/** @throws {TypeError} when the frames are none of V8's */
function format(error: unknown, sites: readonly CallSiteLike[]): string {
  const frames: string[] = [];
  let first: Origin | undefined;
  for (const site of sites) {
    const origin = originOfSite(site);
    if (origin === undefined) continue;
    first ??= origin;
    frames.push(formatFrame(site, origin));
  }
  if (first !== undefined && typeof error === "object" && error !== null) origins.set(error, first);
  return [head(error), ...frames].join("\n");
}

/** Where an error is from, when it is from a module: a hostile value may have no stack, or one of its own. */
export function originOf(thrown: unknown): Origin | undefined {
  try {
    if (!(thrown instanceof Error)) return undefined;
    // V8 formats the stack when it is first asked for.
    void thrown.stack;
  } catch {
    // A getter or a trap of the module's own.
  }
  return origins.get(thrown as object);
}

/** Installs the formatter for good. */
export function installStacks(): void {
  Object.defineProperty(Error, "prepareStackTrace", {
    value: (_error: unknown, [site]: readonly CallSiteLike[]) => {
      methods ??= Object.getPrototypeOf(site);
    },
    configurable: true,
  });
  void new Error("asked for its frames").stack;
  Object.defineProperty(Error, "prepareStackTrace", { value: format, writable: false, configurable: false });
}
