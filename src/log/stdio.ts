import type { Writers } from "./console_sink.ts";

/**
 * The program's own output and error stream, written at once: a line must be out before the program ends.
 *
 * A stream that nobody reads any more is no reason to end the host, so what cannot be written is dropped.
 */
export function stdioWriters(): Writers {
  const encoder = new TextEncoder();
  return {
    out: (text) => writeAll(Deno.stdout, encoder.encode(text)),
    err: (text) => writeAll(Deno.stderr, encoder.encode(text)),
  };
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  try {
    // A pipe may take less than it was given.
    for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.WouldBlock)) throw error;
  }
}
