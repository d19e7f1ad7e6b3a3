import type { Lexer } from "./lexer.ts";
import type { ReadState } from "./state.ts";

/** Reads a line that begins with `#`. */
export function readDirective(_state: ReadState, _lexer: Lexer): void {}
