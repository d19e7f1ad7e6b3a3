/**
 * Nonsense on the port of the manager interface: the program stays up, a well-behaved client notices nothing, memory stays
 * bounded. `deno task fuzz-manager SEED ROUNDS` runs it longer.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { random } from "../support/random.ts";
import { type Managed, startManager } from "./_manager.ts";

const [SEED = Date.now() % 1_000_000, ROUNDS = 30] = Deno.args.map(Number);
/** Clients at once in a round. */
const CLIENTS = 8;
/** Most that the program may grow by over all rounds, in bytes, once it is warm. */
const GROWTH = 200 * 1024 * 1024;

const WORDS = [
  ...[
    "Action",
    "ActionID",
    "Login",
    "Ping",
    "Events",
    "WaitEvent",
    "ListCommands",
    "ModuleLoad",
    "ModuleCheck",
    "Reload",
  ],
  ...[
    "GetConfig",
    "GetConfigJSON",
    "Filename",
    "Filter",
    "Category",
    "CoreShowChannels",
    "Challenge",
    "AuthType",
    "MD5",
  ],
  ...[
    "Module",
    "LoadType",
    "load",
    "unload",
    "refresh",
    "func_uri",
    "func_cut.so",
    "manager.conf",
    "Timeout",
    "0",
    "-1",
  ],
  ...[
    "EventMask",
    "on",
    "off",
    "9999999999999999999999",
    "Recursive",
    "yes",
    "Command",
    "module show",
    "core show help",
  ],
  ...[
    "\0",
    "\r",
    "ä✓\u202e",
    "../../etc/passwd",
    "TEMPLATES=include",
    "a=(a|aa)*b,c=[",
    "constructor",
    "__proto__",
    "",
  ],
];

/** Bytes that a client sends: messages, broken messages, no messages. */
function nonsense(next: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const many = (most: number, part: () => string) => Array.from({ length: Math.ceil(next() * most) }, part).join("");
  const shape = next();
  if (shape < 0.15) return Uint8Array.from({ length: Math.floor(next() * 5000) }, () => next() * 256);
  if (shape < 0.25) return new TextEncoder().encode(pick(WORDS).repeat(Math.floor(next() * 20_000)));
  const end = () => pick(["\r\n", "\r\n", "\r\n", "\n", "\r", ""]);
  const message = () => `Action: ${pick(WORDS)}\r\n${many(12, () => `${pick(WORDS)}: ${pick(WORDS)}${end()}`)}\r\n`;
  return new TextEncoder().encode(many(20, message));
}

/** One client: logs in or not, sends, reads some of what comes or nothing, and goes, politely or not. */
async function misbehave(managed: Managed, next: () => number): Promise<void> {
  const client = await managed.connect();
  try {
    if (next() < 0.6) await client.send("Action: Login\nUsername: lab\nSecret: lab\n\n");
    const writing = (async () => {
      for (let part = 0; part < 3; part++) await client.sendBytes(nonsense(next));
    })().catch(() => {});
    if (next() < 0.5) await client.until(/Response: /).catch(() => {});
    if (next() < 0.3) await client.send("\n\nAction: Logoff\n\n").catch(() => {});
    if (next() < 0.5) await Promise.race([writing, client.until(/Goodbye|failed/).catch(() => {})]);
  } finally {
    client.close();
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

Deno.test(`manager stands nonsense (seed ${SEED}, ${ROUNDS} rounds)`, async () => {
  await using managed = await startManager({ general: "authtimeout = 1\nwritetimeout = 1000", users: FUZZED });
  const witness = await managed.login("watch");
  const next = random(SEED);
  let warm = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const clients = Array.from({ length: CLIENTS }, () => misbehave(managed, random(next() * 2 ** 32)));
    const answer = await witness.ask("Action: CoreStatus\nActionID: witness");
    assertMatch(
      answer,
      /^Response: Success\nActionID: witness\nCoreStartupDate: [^\n]+\n(?:Core\w+: [^\n]+\n)+\n$/,
      `round ${round}`,
    );
    await Promise.all(clients);
    if (round === Math.floor(ROUNDS / 3)) warm = await residentBytes(managed.session.pid);
  }
  const grown = await residentBytes(managed.session.pid) - warm;
  assert(grown < GROWTH, `grown by ${grown} bytes`);
  assertMatch(await (await managed.login("watch")).ask("Action: Ping"), /Ping: Pong/);
  managed.session.signal("SIGTERM");
  assertEquals(await managed.session.ended(), 0);
});

/** `watch` is sent no event that others cause. */
const FUZZED = "[lab]\nsecret = lab\nread = all\nwrite = system,reporting,config,agent,user\n" +
  "[watch]\nsecret = watch\nread = call\nwrite = reporting\n";
