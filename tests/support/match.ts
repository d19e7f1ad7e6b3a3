/** What a program wrote against what a specification expects. */

const WILDCARD_REGEXP = /(\[WILDCARD\]|\[WILDLINE\])/;

/** Takes out what differs from run to run: times, process ids, the directory of the run. */
export function normalize(text: string, directory: string): string {
  return text.replaceAll(directory, "{{dir}}")
    .replace(/^\[[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\] /gm, "[TIME] ")
    .replace(/\b(ERROR|WARNING|NOTICE|DEBUG)\[\d+\]/g, "$1[PID]");
}

/**
 * Whether a text is as expected. `[WILDCARD]` stands for any text, `[WILDLINE]` for any text within a line.
 *
 * @throws {SyntaxError} when nothing but wildcards is expected: that would say nothing
 */
export function matches(actual: string, expected: string): boolean {
  const parts = expected.split(WILDCARD_REGEXP);
  if (parts.length > 1 && parts.every((part) => part.trim() === "" || WILDCARD_REGEXP.test(part))) {
    throw new SyntaxError("Nothing but wildcards is expected: fixed text must stand beside them");
  }
  const pattern = parts.map((part) => {
    if (part === "[WILDCARD]") return "[^]*?";
    return part === "[WILDLINE]" ? "[^\\n]*?" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${pattern.join("")}$`).test(actual);
}
