/**
 * A program that embeds the host and knows how long its thread was held: it looks at the clock every millisecond, and takes
 * off what the thread waited for a processor. It has a control socket, writes its log to stdout, and lines like
 * `HELD 120.5 ms`.
 *
 *     measured_host.ts asterism.conf
 *
 * @module
 */
import { createHost, type LogRecord, serveRealmProcess } from "../../mod.ts";
import { formatRecord } from "../../src/log/mod.ts";
import { openControlSocket } from "../../src/program/control_socket.ts";

/** Milliseconds between two looks. */
const LOOK_MS = 1;

/** Holds that are told of one by one, in milliseconds. */
const TOLD_MS = 50;

/** Milliseconds that this thread was ready to run and had no processor, since it began. */
function waited(): number {
  try {
    return Number(Deno.readTextFileSync(`/proc/${Deno.pid}/task/${Deno.pid}/schedstat`).split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Tells of every time that the thread was held for long, and once a second of the longest. */
function recordHolds(say: (line: string) => void): void {
  let last = performance.now();
  let lastWaited = waited();
  let longest = 0;
  let told = last;
  setInterval(() => {
    const [now, nowWaited] = [performance.now(), waited()];
    const held = Math.max(0, now - last - LOOK_MS - (nowWaited - lastWaited));
    if (held >= TOLD_MS) say(`HELD ${held.toFixed(1)} ms`);
    longest = Math.max(longest, held);
    if (now - told >= 1000) {
      say(`LONGEST ${longest.toFixed(1)} ms`);
      [longest, told] = [0, now];
    }
    [last, lastWaited] = [now, nowWaited];
  }, LOOK_MS);
}

/** The longest hold in what such a program has written, in milliseconds. */
export function longestHold(written: string): number {
  return Math.max(0, ...[...written.matchAll(/^(?:HELD|LONGEST) ([\d.]+) ms$/gm)].map(([, held]) => Number(held)));
}

if (import.meta.main) {
  await serveRealmProcess(Deno.args);
  const say = (line: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  const write = (record: LogRecord) => {
    const { level } = record;
    if (level !== "verbose" && level !== "debug") say(formatRecord(record, { pid: Deno.pid }).trimEnd());
  };
  await using host = await createHost({ config: Deno.args[0], sinks: [{ write }] });
  const { status } = await host.boot();
  if (status !== 0) Deno.exit(status);
  const control = openControlSocket(host, {
    format: () => ({ pid: Deno.pid }),
    channel: { levels: new Set() },
    asksWho: () => false,
  });
  recordHolds(say);
  say("Asterism Ready.");
  await new Promise<void>((resolve) => Deno.addSignalListener("SIGTERM", resolve));
  await host.stop("now");
  control?.close();
  Deno.exit(0);
}
