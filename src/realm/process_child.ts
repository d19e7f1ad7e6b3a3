import { messageOf } from "../fault/mod.ts";
import { DENO_KINDS } from "../permission/mod.ts";
import { FRAME, FrameReader, FrameWriter } from "./frames.ts";
import { PROCESS_FLAG, type ProcessInit, processVariables } from "./process_command.ts";
import { environment } from "./process_environment.ts";
import { WorkerCarrier } from "./worker_carrier.ts";
import { MAX_FRAME_BYTES, MAX_WAITING_BYTES } from "./wire.ts";

/** Whether the program has called {@linkcode serveRealmProcess}. */
let asked = false;

/** What a program lacks whose process realms would start the whole program again. */
const UNSERVED = "the program does not serve the processes of its realms: call `await serveRealmProcess(Deno.args)` " +
  "before anything else in its main file";

/**
 * Whether processes of realms are served: in a compiled program only when it has called {@linkcode serveRealmProcess};
 * otherwise they have an entry of their own.
 *
 * @returns what the program lacks; nothing when they are served
 */
export function unservedProcesses(): string | undefined {
  return asked || !Deno.build.standalone ? undefined : UNSERVED;
}

/**
 * Ends this process when it is to be that of a realm and the program has gone on to something else: each of its realms
 * would start the program again, and so on without an end.
 */
export function endUnserved(): void {
  if (Deno.args[0] !== PROCESS_FLAG || asked) return;
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`asterism: ${UNSERVED}\n`));
  } finally {
    Deno.exit(UNSERVED_STATUS);
  }
}

/** Exit status of a process that the program does not serve: EX_SOFTWARE of the system's own list. */
const UNSERVED_STATUS = 70;

// The program has until its first wait: whatever it does then, it does not do it in the processes of realms.
if (Deno.args[0] === PROCESS_FLAG) setTimeout(endUnserved, 0);

/**
 * Serves as the process of a realm when the arguments say so, and then never returns; otherwise does nothing. A program
 * that is compiled with a host in it calls this before anything else.
 *
 * The thread that runs this only passes messages on and watches the pipe from the host: the module is in a Worker, and
 * however long that one loops, the end of the host is noticed.
 *
 * @example
 * ```ts ignore
 * await serveRealmProcess(Deno.args);
 * await using host = await createHost({ config: "app.conf" });
 * ```
 */
export async function serveRealmProcess(args: readonly string[]): Promise<void> {
  asked = true;
  if (args[0] !== PROCESS_FLAG) return;
  const writer = new FrameWriter(Deno.stdout.writable, {
    maxBytes: MAX_WAITING_BYTES,
    fault: () => endProcess(),
  });
  let carrier: WorkerCarrier | undefined;
  const reader = new FrameReader(MAX_FRAME_BYTES, (kind, text) => {
    if (kind === FRAME.init) carrier ??= tryRealm(JSON.parse(text), writer);
    else if (kind === FRAME.message) carrier?.port.postMessage(text);
    else if (kind === FRAME.resetPlace) carrier?.resetPlace();
    else if (kind === FRAME.place) void carrier?.place().then((place) => writer.send(FRAME.place, String(place)));
  });
  try {
    for await (const bytes of Deno.stdin.readable) reader.push(bytes);
  } catch {
    // The host is gone or beside itself; either way this is the end.
  }
  endProcess();
}

/** The realm; when it cannot be started the host is told why, and ends this process. */
function tryRealm(init: ProcessInit, writer: FrameWriter): WorkerCarrier | undefined {
  try {
    return startRealm(init, writer);
  } catch (error) {
    writer.send(FRAME.fault, messageOf(error));
    return undefined;
  }
}

function startRealm({ label, permissions, learning, init }: ProcessInit, writer: FrameWriter): WorkerCarrier {
  const names = Object.keys(environment());
  const granted = processVariables({ permissions, learning }, names);
  for (const name of names) if (!granted.includes(name)) Deno.env.delete(name);
  const carrier = new WorkerCarrier(label, permissions, learning ? { kinds: DENO_KINDS } : {});
  carrier.port.onmessage = ({ data }) => {
    if (typeof data === "string") writer.send(FRAME.message, data);
    else writer.send(FRAME.fault, "it sent a message that is no text");
  };
  carrier.port.onmessageerror = () => writer.send(FRAME.fault, "it sent a message that cannot be read");
  carrier.begin(init, (what) => writer.send(FRAME.fault, what));
  return carrier;
}

/** Ends this process and whatever it has started, for certain. */
function endProcess(): never {
  try {
    Deno.kill(-Deno.pid, "SIGKILL");
  } catch {
    // Not permitted to signal; then there is nothing else to end.
  }
  Deno.exit(1);
}
