/**
 * Where an ELF program ends. Why it exists: `deno compile` appends its data behind the last section header of `denort`,
 * so that place tells how large denort is and lets it be cut out of a compiled program.
 *
 * @module
 */
import { ToolError } from "./process.ts";

/** Bytes of an ELF64 header: all that {@linkcode elfEnd} needs. */
export const ELF_HEADER_BYTES = 64;

/** Whether bytes begin as an ELF file. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/**
 * Size of an ELF program without what was appended to it: the end of its section header table.
 *
 * @param head at least the first {@linkcode ELF_HEADER_BYTES} bytes
 * @throws {ToolError} when they are no header of a 64-bit little-endian ELF file
 */
export function elfEnd(head: Uint8Array): number {
  const ELF64 = 2;
  const LITTLE_ENDIAN = 1;
  if (head.length < ELF_HEADER_BYTES || !isElf(head) || head[4] !== ELF64 || head[5] !== LITTLE_ENDIAN) {
    throw new ToolError("Cannot read the program's header: it is no 64-bit little-endian ELF file");
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const tableOffset = Number(view.getBigUint64(0x28, true));
  const entryBytes = view.getUint16(0x3a, true);
  const entries = view.getUint16(0x3c, true);
  if (tableOffset === 0 || entries === 0) {
    throw new ToolError("Cannot read the program's header: it has no section header table");
  }
  return tableOffset + entries * entryBytes;
}
