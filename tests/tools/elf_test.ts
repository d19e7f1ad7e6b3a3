import { assertEquals, assertThrows } from "@std/assert";
import { elfEnd, isElf } from "../../tools/elf.ts";
import { ToolError } from "../../tools/process.ts";

/** A header as a linker writes it, with a section header table at the given place. */
function header({ offset = 4096, entryBytes = 64, entries = 30 } = {}): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0x28, BigInt(offset), true);
  view.setUint16(0x3a, entryBytes, true);
  view.setUint16(0x3c, entries, true);
  return bytes;
}

Deno.test("elfEnd() is the end of the section header table", () => {
  assertEquals(elfEnd(header()), 4096 + 30 * 64);
  assertEquals(elfEnd(header({ offset: 5_000_000_000, entries: 1 })), 5_000_000_064);
});

Deno.test("elfEnd() reads a view into a larger buffer", () => {
  const whole = new Uint8Array(200);
  whole.set(header(), 100);
  assertEquals(elfEnd(whole.subarray(100)), 4096 + 30 * 64);
});

Deno.test("elfEnd() refuses what it cannot read", () => {
  const elf32 = header();
  elf32[4] = 1;
  const bigEndian = header();
  bigEndian[5] = 2;
  for (const bytes of [new Uint8Array(0), header().subarray(0, 63), elf32, bigEndian, new Uint8Array(64)]) {
    assertThrows(() => elfEnd(bytes), ToolError, "no 64-bit little-endian ELF file");
  }
  assertThrows(() => elfEnd(header({ offset: 0 })), ToolError, "no section header table");
  assertThrows(() => elfEnd(header({ entries: 0 })), ToolError, "no section header table");
});

Deno.test("isElf() tells ELF from other formats", () => {
  assertEquals(isElf(header()), true);
  assertEquals(isElf(new TextEncoder().encode("MZ..")), false);
  assertEquals(isElf(new Uint8Array(0)), false);
});
