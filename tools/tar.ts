/**
 * One file out of a `.tgz`. Why it exists: an npm package is a gzipped tar archive, one file of it is needed, and not
 * every machine has `tar`.
 *
 * @module
 */
import { ToolError } from "./process.ts";

const BLOCK_BYTES = 512;

/** Unpacks gzip. */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).bytes();
}

/**
 * A file of a tar archive, without copying it.
 *
 * @throws {ToolError} when the archive has no such file or ends inside it
 */
export function tarEntry(archive: Uint8Array<ArrayBuffer>, path: string): Uint8Array<ArrayBuffer> {
  for (let offset = 0; offset + BLOCK_BYTES <= archive.length;) {
    const header = archive.subarray(offset, offset + BLOCK_BYTES);
    const name = field(header, 0, 100);
    const size = parseInt(field(header, 124, 12), 8) || 0;
    const start = offset + BLOCK_BYTES;
    if (name === path) {
      if (start + size > archive.length) throw new ToolError(`Cannot unpack "${path}": the archive ends inside it`);
      return archive.subarray(start, start + size);
    }
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw new ToolError(`Cannot unpack "${path}": the archive has no such file`);
}

function field(header: Uint8Array, start: number, length: number): string {
  const text = new TextDecoder().decode(header.subarray(start, start + length));
  const end = text.indexOf("\0");
  return (end < 0 ? text : text.slice(0, end)).trim();
}
