/** Hostile clients: seeded, bounded; the host stays up, other clients are not disturbed, and nothing is left behind. */
import { assert, assertEquals } from "@std/assert";
import { RawClient, serve } from "./_server.ts";

/** Other seeds are tried with `ASTERISM_FUZZ_SEED`, more rounds with `ASTERISM_FUZZ_ROUNDS`. */
const SEED = Number(Deno.env.get("ASTERISM_FUZZ_SEED") ?? 1);
const ROUNDS = Number(Deno.env.get("ASTERISM_FUZZ_ROUNDS") ?? 400);

/** Numbers from 0 to below 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = [
  "cli quit after ",
  "core ping",
  "echo ",
  "fill 3000",
  "logger mute",
  "core set verbose 9",
  '_COMMAND MATCHESARRAY "',
  '"',
  "\\",
  " ",
  "\n",
  "\0",
  "\0\0\0",
  "\x1b[2J",
  "x".repeat(511),
  "y".repeat(600),
  "\u202e",
];

/** Bytes that may be anything: known pieces, random ones, all mixed up. */
function hostileBytes(next: () => number): Uint8Array<ArrayBuffer> {
  const parts = Array.from({ length: 1 + Math.floor(next() * 12) }, () => {
    const piece = PIECES[Math.floor(next() * PIECES.length * 1.3)];
    if (piece !== undefined) return new TextEncoder().encode(piece);
    return Uint8Array.from({ length: Math.floor(next() * 700) }, () => Math.floor(next() * 256));
  });
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}

/** A client that sends nonsense, in pieces, and goes away somehow: reading or not, at once or later. */
async function attack(path: string, next: () => number): Promise<void> {
  const connection = await Deno.connect({ transport: "unix", path });
  const reading = next() < 0.5
    ? connection.read(new Uint8Array(1 + Math.floor(next() * 4000))).catch(() => {})
    : undefined;
  try {
    for (let writes = 1 + Math.floor(next() * 4); writes > 0; writes--) {
      await connection.write(hostileBytes(next));
    }
    if (next() < 0.3) await connection.closeWrite();
  } catch (error) {
    // The server has closed it, as it should after `cli quit after`.
    assert(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset, String(error));
  } finally {
    connection.close();
    await reading;
  }
}

Deno.test(`the control socket survives ${ROUNDS} hostile clients (seed ${SEED})`, async () => {
  await using served = await serve();
  await using bystander = await RawClient.connect(served.path);
  await bystander.until("\n");
  const next = random(SEED);
  const before = Deno.memoryUsage().rss;
  for (let round = 0; round < ROUNDS; round += 20) {
    const attacks = Array.from({ length: 20 }, () => attack(served.path, random(Math.floor(next() * 2 ** 32))));
    await bystander.send(`echo round ${round}\0`);
    assertEquals(await bystander.until("\n"), `round ${round}\n`);
    await Promise.all(attacks);
  }
  while (served.server.size > 1) {
    await bystander.send("core ping\0");
    assertEquals(await bystander.until("\n"), "Pong\n");
  }
  const grown = Deno.memoryUsage().rss - before;
  assert(grown < 200 * 2 ** 20, `the memory has grown by ${grown} bytes`);
  for (const message of served.sink.messages("error")) assertEquals(message, "Command too long! Skipping");
});
