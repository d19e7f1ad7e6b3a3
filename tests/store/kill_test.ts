/**
 * The program is killed while a module keeps values, again and again over one database. Two rounds in the gate;
 * `deno task kill` makes 50, with 10 000 writes each.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { launch } from "../support/program.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";
import { Session } from "../support/session.ts";

const ROUNDS = Number(Deno.env.get("ASTERISM_KILL_ROUNDS") ?? 2);
const WRITES = Number(Deno.env.get("ASTERISM_KILL_WRITES") ?? 2_000);
/** Writes that are under way at the same time. */
const LANES = 8;

/** Writes `count` values and tells a socket of each that was acknowledged. */
function writer(port: number): string {
  return `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module writer",
  async load(host) {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port: ${port} });
    const out = socket.writable.getWriter();
    const encoder = new TextEncoder();
    const round = (await host.db.get("round")) ?? "0";
    const next = String(Number(round) + 1);
    await host.db.put("round", next);
    let index = 0;
    const lane = async () => {
      while (index < ${WRITES}) {
        const key = "k/" + index++;
        await host.db.put(key, next);
        await out.write(encoder.encode(key + "=" + next + "\\n"));
      }
    };
    for (let each = 0; each < ${LANES}; each++) void lane();
    return 0;
  } });
`;
}

/** Reads acknowledgements until so many have come, then calls `enough`, and goes on to the end of the connection. */
async function collect(listener: Deno.Listener, wanted: number, enough: () => void): Promise<string[]> {
  using socket = await listener.accept();
  let text = "";
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65_536);
  let lines = 0;
  for (;;) {
    const count = await socket.read(chunk).catch(() => null);
    if (count === null) break;
    const part = decoder.decode(chunk.subarray(0, count), { stream: true });
    text += part;
    lines += part.split("\n").length - 1;
    if (lines >= wanted) enough();
  }
  return text.split("\n").slice(0, -1);
}

Deno.test("kill -9 loses no acknowledged write of host.db, and the database opens", async () => {
  const seed = Number(Deno.env.get("ASTERISM_KILL_SEED") ?? Date.now() % 1_000_000);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = (listener.addr as Deno.NetAddr).port;
  await using staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": `[modules]\nload = writer\n[permissions]\nwriter = net=127.0.0.1:${port}\nwriter = host=db\n`,
      "writer.js": writer(port),
    },
    manifest: { writer: `[permissions]\nnet = 127.0.0.1:${port}\nhost = db` },
  });
  const acknowledged = new Map<string, string>();
  let state = seed;
  for (let round = 1; round <= ROUNDS; round++) {
    // A small generator is enough to choose moments, and the seed is printed.
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const moment = 1 + state % WRITES;
    const { command, args, env } = launch("binary", staged.directory);
    await using session = Session.start({ command, args: [...args, "-C", "asterism.conf"], env }, {
      cwd: staged.directory,
    });
    const lines = await collect(listener, moment, () => session.signal("SIGKILL"));
    await session.ended();
    for (const line of lines) acknowledged.set(line.split("=")[0]!, line.split("=")[1]!);
    assert(lines.length >= Math.min(moment, WRITES), `round ${round} of seed ${seed}: ${lines.length} lines`);
    check(`${staged.directory}/astdb.sqlite3`, { acknowledged, round, seed });
  }
  console.log(`${ROUNDS} rounds of seed ${seed}, ${acknowledged.size} keys acknowledged`);
});

function check(
  path: string,
  { acknowledged, round, seed }: { acknowledged: Map<string, string>; round: number; seed: number },
): void {
  using file = new DatabaseSync(path);
  assertEquals(file.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
  const kept = new Map(file.prepare("SELECT key, value FROM astdb").all().map(({ key, value }) => [key, value]));
  for (const [key, value] of acknowledged) {
    // A later write may have been kept although its acknowledgement never came.
    const found = Number(kept.get(`/writer/${key}`));
    assert(found >= Number(value), `round ${round} of seed ${seed}: ${key} is ${found}, acknowledged was ${value}`);
  }
}
