import { EreError } from "../ere/mod.ts";
import { type ByteEre, compileEre } from "./ere.ts";
import type { Section } from "./model.ts";
import { foldCase, strip } from "./text.ts";

/** Key that asks for the kind of section instead of a line. */
const TEMPLATES = "TEMPLATES";

/** What a filter may cost, and who is told of an expression that is none. */
export interface FilterContext {
  /** Counts the work; throws when it is too much. */
  spend(steps: number): void;
  /** Told in Asterisk's words. */
  warn(message: string): void;
}

/**
 * Whether a section is one that `(+filter)` means.
 *
 * The filter is `key=value` pairs joined by `&`, both sides regular expressions of which some line must match both;
 * every pair must hold. `TEMPLATES=include` admits templates, `TEMPLATES=restrict` wants one; without either no
 * template is meant. A pair without `=` never holds, nor does an expression that is none, which is reported.
 *
 * @throws Whatever `spend` throws when the expressions take too long.
 */
export function matchesFilter(section: Section, filter: string, context: FilterContext): boolean {
  let templates = !section.template;
  if (filter === "") return templates;
  for (const pair of filter.split("&")) {
    const [key = "", value] = pair.split("=").map((each) => strip(each));
    if (value === undefined) return false;
    if (key === TEMPLATES) {
      const wanted = foldCase(value);
      if (wanted !== "include" && !(wanted === "restrict" && section.template)) return false;
      templates = true;
    } else if (!anyLineMatches(section, { key, value }, context)) return false;
  }
  return templates;
}

function anyLineMatches(section: Section, pair: { key: string; value: string }, context: FilterContext): boolean {
  const key = compile(pair.key, context);
  const value = key && compile(pair.value, context);
  if (key === undefined || value === undefined) return false;
  const spend = (steps: number) => context.spend(steps);
  return section.entries.some((entry) => key.test(entry.key, spend) && value.test(entry.value, spend));
}

function compile(pattern: string, { spend, warn }: FilterContext): ByteEre | undefined {
  spend(pattern.length);
  try {
    return compileEre(pattern);
  } catch (error) {
    if (!(error instanceof EreError)) throw error;
    warn(`Regular expression '${pattern}' failed to compile: ${error.message}`);
    return undefined;
  }
}
