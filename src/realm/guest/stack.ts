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

const SOURCE_REGEXP = /^asterism:([A-Za-z0-9_-]+\.js)\?\d+$/;

function frame(site: CallSiteLike): string[] {
  const file = SOURCE_REGEXP.exec(site.getScriptNameOrSourceURL() ?? "")?.[1];
  if (file === undefined) return [];
  return [`    at ${site.getFunctionName() ?? "module"} (${file}:${site.getLineNumber()}:${site.getColumnNumber()})`];
}

function head(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "Error";
  }
}

/** Installs the formatter for good. */
export function installStacks(): void {
  Object.defineProperty(Error, "prepareStackTrace", {
    value: (error: unknown, sites: readonly CallSiteLike[]) => [head(error), ...sites.flatMap(frame)].join("\n"),
    writable: false,
    configurable: false,
  });
}
