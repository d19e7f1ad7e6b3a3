const FRAME_REGEXP = /^ {4}at .*\(([A-Za-z0-9_-]+)\.js:(\d+):(\d+)\)$/m;

const ADVICE_REGEXP = /, (?:run again with the --allow-\w+ flag|specify the required permissions .*)$/;

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
    // Deno's advice is for whoever starts a program; a module gets its permissions from modules.conf.
    const message = String(thrown.message).slice(0, 4000).replace(
      ADVICE_REGEXP,
      ", which was not granted to this module",
    );
    return `${String(thrown.name)}: ${message}${place}`;
  } catch {
    return `an error whose message cannot be read${place}`;
  }
}

/**
 * The first line of a message of the module loader, with the module's file name in place of the text it was imported
 * from. Further lines quote the source and the chain of imports, in colors.
 */
export function importFault(message: string, name: string): string {
  const [line = ""] = message.split("\n");
  return line.replace(/data:text\/javascript\S*?(?=:\d+:\d+(?:\s|$)|[\s"']|$)/g, `${name}.js`);
}

/** A handler whose failures cross as text: a class and a stack would not survive the way to the host. */
export function crossing<A extends unknown[], R>(
  handler: (...args: A) => R | PromiseLike<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      throw new Error(describeThrown(error));
    }
  };
}
