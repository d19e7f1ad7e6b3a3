import type { Lexer } from "./lexer.ts";
import type { SectionData } from "./model.ts";
import type { ReadState } from "./state.ts";

/** Whether the section is one that `(+filter)` means. */
export function matchesFilter(section: SectionData, filter: string, _by: { state: ReadState; lexer: Lexer }): boolean {
  return filter === "" && !section.template;
}
