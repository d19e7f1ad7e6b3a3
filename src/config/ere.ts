import { compileEre as compile, type Ere, type Spend } from "../ere/mod.ts";
import { encodeText } from "./text.ts";

// deno-lint-ignore no-control-regex -- ASCII is the class meant
const NON_ASCII_REGEXP = /[^\x00-\x7f]/;

/** An expression over the bytes of a text, as the C library has it outside any locale. */
export interface ByteEre {
  /** Whether it matches anywhere in the text; `spend` is told of the work done. */
  test(text: string, spend: Spend): boolean;
}

/**
 * Compiles a POSIX extended regular expression over bytes.
 *
 * @throws {EreError} when it is none, or too big
 */
export function compileEre(pattern: string): ByteEre {
  const ere: Ere = compile(bytesOf(pattern));
  return { test: (text, spend) => ere.test(bytesOf(text), spend) };
}

/** A text with a character for each byte. */
function bytesOf(text: string): string {
  if (!NON_ASCII_REGEXP.test(text)) return text;
  return Array.from(encodeText(text), (byte) => String.fromCharCode(byte)).join("");
}
