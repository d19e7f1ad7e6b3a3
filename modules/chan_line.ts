/*** MODULEINFO
  <support_level>extended</support_level>
  <load_priority>channel_driver</load_priority>
  <config>chan_line.conf</config>
  <canuse type="dialplan">*</canuse>
  <provide type="channel">Line</provide>
  <permission type="net">127.0.0.1</permission>
  <permission type="read">${astrundir}/line.sock</permission>
  <permission type="write">${astrundir}/line.sock</permission>
***/

/*** DOCUMENTATION
  <command name="line show sessions">
    <synopsis>Show sessions of lines</synopsis>
    <description>
      <para>Lists where connections are taken and the sessions there are.</para>
    </description>
  </command>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";
import { acceptAll, Refusals } from "./_accept.ts";
import { LineSession } from "./_line_session.ts";
import { type LineSettings, readLineSettings } from "./_line_settings.ts";

const CONFIG_FILE = "chan_line.conf";

/** What takes connections, with its label. */
interface Door {
  /** The place as the settings have it. */
  readonly place: string;
  readonly label: string;
  readonly peer: string;
  readonly listener: Deno.Listener;
}

let settings: LineSettings;
let doors: Door[] = [];
/** Every connection from the moment it is accepted until nothing of it is left. */
const sessions = new Set<LineSession>();
let refusals: Refusals | undefined;

/**
 * Opens the places that are new and then closes those that are no longer wanted: when one cannot be opened, all stays as
 * it was.
 *
 * @returns the new ones
 */
function apply({ tcp, path }: LineSettings): Door[] {
  const wanted = new Map<string, () => Door>();
  if (tcp !== undefined) wanted.set(`${tcp.hostname}:${tcp.port}`, () => openTcp(tcp));
  if (path !== undefined) wanted.set(path, () => openSocket(path));
  const opened: Door[] = [];
  try {
    for (const [place, open] of wanted) if (doors.every((door) => door.place !== place)) opened.push(open());
  } catch (fault) {
    close(opened);
    throw fault;
  }
  const left = doors.filter(({ place }) => !wanted.has(place));
  doors = [...doors.filter(({ place }) => wanted.has(place)), ...opened];
  close(left);
  return opened;
}

function openTcp(tcp: { hostname: string; port: number }): Door {
  const place = `${tcp.hostname}:${tcp.port}`;
  const listener = listening(place, () => Deno.listen(tcp));
  const { hostname, port } = listener.addr as Deno.NetAddr;
  return { place, label: `${hostname}:${port}`, peer: "tcp", listener };
}

function openSocket(path: string): Door {
  removeSocket(path);
  const listener = listening(path, () => Deno.listen({ transport: "unix", path }));
  return { place: path, label: path, peer: "unix", listener };
}

/** Listens; a fault names the place. */
function listening(label: string, listen: () => Deno.Listener): Deno.Listener {
  try {
    return listen();
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound ? "; its directory must be there" : "";
    throw new Error(`Cannot listen on ${label}: ${error instanceof Error ? error.message : error}${missing}`, {
      cause: error,
    });
  }
}

/** A socket that an earlier run left behind keeps nobody. */
function removeSocket(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function close(which: readonly Door[]): void {
  for (const { listener } of which) {
    try {
      listener.close();
    } catch {
      // It is closed.
    }
  }
}

function accept(host: ModuleHost, door: Door): void {
  void acceptAll(door.listener, {
    welcome: (connection) => welcome(host, connection, door.peer),
    isOpen: () => doors.includes(door),
    refusals: refusals!,
  });
}

/** Counted before anything else is waited for, or many would come in at once. */
function welcome(host: ModuleHost, connection: Deno.Conn, peer: string): void {
  const { maxSessions } = settings;
  if (sessions.size >= maxSessions) {
    connection.close();
    return refusals!.tell("sessions", `A connection is refused: there are ${maxSessions} sessions already`);
  }
  const session = new LineSession(connection, settings);
  sessions.add(session);
  void serve(host, session, peer).finally(async () => {
    session.close();
    await session.released;
    sessions.delete(session);
  });
}

/** One session from its connection to its end. Never rejects. */
async function serve(host: ModuleHost, session: LineSession, peer: string): Promise<void> {
  const { context, extension, callerId } = settings;
  try {
    const channel = await host.pbx.channel({ technology: "Line", peer, context, extension, caller: callerId }, {
      write: (line) => session.write(line),
      hangup: () => session.close(),
    });
    session.name = channel.name;
    await session.receive((line) => channel.receive(line));
    if (session.why !== undefined) host.log.verbose(2, `${channel.name} is hung up: ${session.why}`);
    await channel.hangup();
  } catch (error) {
    refusals?.tell("session", `A session cannot go on: ${error instanceof Error ? error.message : error}`);
  }
}

/** Reads the settings and applies them; false, which has been logged, when that cannot be done. Sessions go on. */
async function configure(host: ModuleHost): Promise<boolean> {
  try {
    const wanted = readLineSettings(await host.config(CONFIG_FILE), host.directories.astrundir!);
    if (wanted.tcp === undefined && wanted.path === undefined) {
      host.log.notice(`${CONFIG_FILE} has neither bindport nor socket: there is nothing to do`);
      return false;
    }
    const opened = apply(wanted);
    // Before the first connection comes, which asks for them.
    settings = wanted;
    refusals ??= new Refusals((text) => host.log.warning(text));
    for (const door of opened) {
      accept(host, door);
      host.log.notice(`Lines are taken on ${door.label}`);
    }
    return true;
  } catch (error) {
    host.log.error(error instanceof Error ? error.message : String(error));
    return false;
  }
}

function show(): string {
  const names = [...sessions].flatMap(({ name }) => name ?? []).sort();
  const lines = [...doors.map(({ label }) => `Taken on ${label}`), ...names];
  return `${lines.join("\n")}\n${sessions.size} of ${settings.maxSessions} sessions\n`;
}

/** Connections of lines of text, each a call that runs through the dialplan. */
export default defineModule({
  license: "MIT",
  description: "Line Channel Driver",
  loadPriority: "channel_driver",
  async load(host) {
    if (!await configure(host)) return LoadResult.DECLINE;
    host.command({
      command: "line show sessions",
      summary: "Show sessions of lines",
      usage: "line show sessions\n       Lists where connections are taken and the sessions there are.\n",
      handler: show,
    });
    return LoadResult.SUCCESS;
  },
  async reload(host) {
    return await configure(host) ? 0 : -1;
  },
  unload() {
    const open = doors;
    doors = [];
    close(open);
    refusals?.close();
    for (const session of sessions) session.close();
  },
});
