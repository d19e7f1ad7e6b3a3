import { compileEre, type Ere, EreError } from "./ere.ts";
import type { Lexer } from "./lexer.ts";
import type { SectionData } from "./model.ts";
import type { ReadState } from "./state.ts";
import { foldCase, strip } from "./text.ts";

/** Key that asks for the kind of section instead of a line. */
const TEMPLATES = "TEMPLATES";

/** Who asks, and where. */
export interface FilterContext {
  /** Counts the work and takes the warnings. */
  state: ReadState;
  /** Stands at the header with the filter. */
  lexer: Lexer;
}

/**
 * Whether a section is one that `(+filter)` means.
 *
 * The filter is `key=value` pairs joined by `&`, both sides regular expressions of which some line must match both;
 * every pair must hold. `TEMPLATES=include` admits templates, `TEMPLATES=restrict` wants one; without either no
 * template is meant. A pair without `=` never holds, nor does an expression that is none, which is reported.
 *
 * @throws {LimitFault} When the expressions of one reading take too long.
 */
export function matchesFilter(section: SectionData, filter: string, context: FilterContext): boolean {
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

function anyLineMatches(section: SectionData, pair: { key: string; value: string }, context: FilterContext): boolean {
  const key = compile(pair.key, context);
  const value = key && compile(pair.value, context);
  if (key === undefined || value === undefined) return false;
  const { state, lexer } = context;
  const spend = (steps: number) => state.countMatching(steps, lexer);
  return section.entries.some((entry) => key.test(entry.key, spend) && value.test(entry.value, spend));
}

function compile(pattern: string, { state, lexer }: FilterContext): Ere | undefined {
  state.countMatching(pattern.length, lexer);
  try {
    return compileEre(pattern);
  } catch (error) {
    if (!(error instanceof EreError)) throw error;
    state.warn(lexer.position, `Regular expression '${pattern}' failed to compile: ${error.message}`, "error");
    return undefined;
  }
}
