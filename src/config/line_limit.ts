import { decodeText, encodeText } from "./text.ts";

/** The longest line that is read, its line feed not counted; a CR counts. */
export const MAX_LINE_BYTES = 8190;

/** What Asterisk's buffer holds at once: a longest line with its line feed. */
const CHUNK_BYTES = MAX_LINE_BYTES + 1;
const SHOWN_BYTES = 32;
const NUL = 0;

/** A line longer than the buffer, as Asterisk gets to see it. */
export interface LinePieces {
  /** What is read, each as a line of its own; each may hold a NUL that ends it. */
  pieces: string[];
  /** The beginnings of what is passed over. */
  skipped: string[];
}

/**
 * Splits a line that does not fit Asterisk's buffer. A NUL hides how full the buffer is: up to it is then a line, and
 * what did not fit is read as the next one; otherwise the line is passed over, to its end or to the first part that
 * does not fill the buffer.
 *
 * @param line The line without its line feed.
 */
export function linePieces(line: string): LinePieces {
  const bytes = encodeText(line);
  const result: LinePieces = { pieces: [], skipped: [] };
  let at = 0;
  while (at < bytes.length) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    at += CHUNK_BYTES;
    if (chunk.length < CHUNK_BYTES || chunk.includes(NUL)) {
      result.pieces.push(decodeText(chunk));
      continue;
    }
    result.skipped.push(decodeText(chunk.subarray(0, SHOWN_BYTES)));
    at = skipEnd(bytes, at);
  }
  return result;
}

/** Where reading goes on after the part before `at` was passed over. */
function skipEnd(bytes: Uint8Array, at: number): number {
  while (at < bytes.length) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    at += CHUNK_BYTES;
    if (chunk.length < CHUNK_BYTES || chunk.includes(NUL)) break;
  }
  return at;
}
