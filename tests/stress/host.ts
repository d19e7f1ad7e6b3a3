/**
 * A program that embeds the host and knows how long its thread was held: it looks at the clock every millisecond, and takes
 * off what the thread waited for a processor. Run by `stress.ts`.
 *
 * @module
 */
import { createHost, type LogRecord, serveRealmProcess } from "../../mod.ts";

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
  setInterval(() => {
    const [now, nowWaited] = [performance.now(), waited()];
    const held = Math.max(0, now - last - LOOK_MS - (nowWaited - lastWaited));
    if (held >= TOLD_MS) say(`HELD ${held.toFixed(1)} ms`);
    longest = Math.max(longest, held);
    [last, lastWaited] = [now, nowWaited];
  }, LOOK_MS);
  setInterval(() => {
    say(`LONGEST ${longest.toFixed(1)} ms`);
    longest = 0;
  }, 1000);
}

if (import.meta.main) {
  await serveRealmProcess(Deno.args);
  const say = (line: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  const write = ({ level, area, message }: LogRecord) => {
    if (level !== "verbose" && level !== "debug") {
      say(`[embedded] ${level.toUpperCase()}[${Deno.pid}]: ${area}: ${message}`);
    }
  };
  await using host = await createHost({ config: Deno.args[0], sinks: [{ write }] });
  const { status } = await host.boot();
  if (status !== 0) Deno.exit(status);
  recordHolds(say);
  say("Asterism Ready.");
  await new Promise<void>((resolve) => Deno.addSignalListener("SIGTERM", resolve));
  await host.stop("now");
  Deno.exit(0);
}
