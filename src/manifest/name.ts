/** Endings that people write after a module's name; none is part of it. */
const ENDING_REGEXP = /\.(so|js|mjs|ts)$/i;

/** A module's name as files and tables use it: letters, digits, `_` and `-`, beginning with a letter or digit. */
const NAME_REGEXP = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** A module name as typed, without an ending; Asterisk's rule: only when something stands before it. */
export function baseName(typed: string): string {
  // Nearly always so, and asked for every line of every manifest.
  if (!typed.includes(".")) return typed;
  const bare = typed.replace(ENDING_REGEXP, "");
  return bare === "" ? typed : bare;
}

/** Two names are equal when their base names are, in any case of letters (Asterisk's rule for all look-ups). */
export function nameKey(typed: string): string {
  return baseName(typed).toLowerCase();
}

/** Whether a text can be a module's name: no path, no control characters, no look-alikes. */
export function isModuleName(text: string): boolean {
  return NAME_REGEXP.test(text);
}
