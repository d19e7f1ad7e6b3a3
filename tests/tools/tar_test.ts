import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "../../tools/process.ts";
import { gunzip, tarEntry } from "../../tools/tar.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A tar archive of files, each with its header and padded to blocks of 512 bytes. */
function archive(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const head = new Uint8Array(512);
    head.set(encode(name));
    head.set(encode(`${text.length.toString(8).padStart(11, "0")} `), 124);
    const body = new Uint8Array(Math.ceil(text.length / 512) * 512);
    body.set(encode(text));
    return [...head, ...body];
  });
  return new Uint8Array([...blocks, ...new Uint8Array(1024)]);
}

Deno.test("tarEntry() finds a file behind others of any size", () => {
  const tar = archive({ "package/a": "", "package/b": "x".repeat(513), "package/c": "here" });
  assertEquals(tarEntry(tar, "package/c"), encode("here"));
  assertEquals(tarEntry(tar, "package/a").length, 0);
});

Deno.test("tarEntry() refuses an archive without the file or with half of it", () => {
  const tar = archive({ "package/a": "x".repeat(2000) });
  assertThrows(() => tarEntry(tar, "package/b"), ToolError, '"package/b": the archive has no such file');
  assertThrows(() => tarEntry(tar.subarray(0, 1024), "package/a"), ToolError, "the archive ends inside it");
});

Deno.test("gunzip() unpacks what gzip packed", async () => {
  const packed = new Blob([encode("text")]).stream().pipeThrough(new CompressionStream("gzip"));
  assertEquals(await gunzip(await new Response(packed).bytes()), encode("text"));
});
