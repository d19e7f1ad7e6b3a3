/** The size of the executable. */
import { assert } from "@std/assert";
import { ELF_HEADER_BYTES, elfEnd } from "../../tools/elf.ts";
import { BINARY } from "../support/program.ts";

/** What the program may add to denort: whoever embeds packages whole is over it at once. */
const LIMIT_BYTES = 4_000_000;

Deno.test({
  name: "dist/asterism is little larger than denort (measured on Linux, whose programs tell where they end)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using file = await Deno.open(BINARY);
    const { size } = await file.stat();
    const head = new Uint8Array(ELF_HEADER_BYTES);
    await file.read(head);
    const own = size - elfEnd(head);
    assert(own <= LIMIT_BYTES, `it has ${own} bytes of its own, the limit is ${LIMIT_BYTES}`);
  },
});
