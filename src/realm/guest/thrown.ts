const FRAME_REGEXP = /^ {4}at .*\(([A-Za-z0-9_-]+)\.js:(\d+):(\d+)\)$/m;

/** The stack of whatever was thrown, or an empty text: a hostile value may have a getter that throws. */
function stackOf(thrown: unknown): string {
  try {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    return typeof stack === "string" ? stack : "";
  } catch {
    return "";
  }
}

/** The module in whose code something was thrown, by its stack; empty when the stack does not tell. */
export function moduleOfStack(thrown: unknown): string {
  return FRAME_REGEXP.exec(stackOf(thrown))?.[1] ?? "";
}

/** Name, message and the place in the module: `NotCapable: Requires read access to "/x" (app_x.js:12:5)`. */
export function describeThrown(thrown: unknown): string {
  const [, module, line, column] = FRAME_REGEXP.exec(stackOf(thrown)) ?? [];
  const place = module === undefined ? "" : ` (${module}.js:${line}:${column})`;
  try {
    if (!(thrown instanceof Error)) return `thrown ${typeof thrown}: ${String(thrown).slice(0, 1000)}`;
    return `${String(thrown.name)}: ${String(thrown.message).slice(0, 4000)}${place}`;
  } catch {
    return `an error whose message cannot be read${place}`;
  }
}

/** A message of the module loader with the module's file name in place of the text it was imported from. */
export function withoutDataUrls(message: string, name: string): string {
  return message.replace(/data:text\/javascript\S*?(?=:\d+:\d+(?:\s|$)|[\s"']|$)/g, `${name}.js`);
}
