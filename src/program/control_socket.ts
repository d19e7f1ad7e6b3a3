import { isAbsolute, join } from "@std/path";
import { messageOf } from "../fault/mod.ts";
import { type Host, VERSION } from "../host/mod.ts";
import type { ConsoleChannel, FormatOptions } from "../log/mod.ts";
import { ControlServer, listenUnix, peerCredentials, type SocketAccess } from "../remote/mod.ts";
import { type ControlFile, DEFAULT_CONTROL, type Settings } from "../settings/mod.ts";
import type { ConsoleSession } from "../registry/mod.ts";
import { findGroup, findUser } from "./accounts.ts";
import { NOBODY } from "./cli_files.ts";

/** What the consoles at the other end are shown. */
export interface ControlView {
  /** How lines of the log look at the time. */
  readonly format: () => FormatOptions;
  /** What may reach a console at all. */
  readonly channel: ConsoleChannel;
  /** Whether it matters whose a console is. */
  readonly asksWho: () => boolean;
}

/** Where the control socket of a configuration is. */
export function controlPath({ control = DEFAULT_CONTROL, directories }: Settings): string {
  return isAbsolute(control.name) ? control.name : join(directories.astrundir, control.name);
}

/**
 * Serves remote consoles. Whoever calls it has made sure that nobody else does on that socket.
 *
 * @returns undefined when there can be no socket; the log says why, and the host goes on without
 */
export function openControlSocket(host: Host, { format, channel, asksWho }: ControlView): ControlServer | undefined {
  const { settings, interpreter, log } = host;
  const path = controlPath(settings);
  const warn = (message: string) => log.child({ area: "asterism" }).warning(message);
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    const listener = listenUnix(path, accessOf(settings.control ?? DEFAULT_CONTROL, warn), warn);
    return new ControlServer({
      listener,
      interpreter,
      log,
      identity: { hostname: hostName(), pid: Deno.pid, version: VERSION, own: true },
      format,
      channel,
      hideConnect: settings.options.hideConnect,
      userOf: whoseFunction(path, asksWho),
    });
  } catch (error) {
    warn(`Unable to bind socket to ${path}: ${messageOf(error)}; there are no remote consoles`);
    return undefined;
  }
}

/** The name of the machine, or what stands for it when it may not be asked. */
export function hostName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "localhost";
  }
}

function accessOf({ mode, owner, group }: ControlFile, warn: (message: string) => void): SocketAccess {
  const uid = owner === undefined ? undefined : findUser(owner)?.uid;
  const gid = group === undefined ? undefined : findGroup(group)?.gid;
  if (owner !== undefined && uid === undefined) warn(`Unable to find uid of user ${owner}`);
  if (group !== undefined && gid === undefined) warn(`Unable to find gid of group ${group}`);
  return { mode, uid, gid };
}

/** Whose a connection is. Where nobody may more than another, or the system does not tell, it is nobody's. */
function whoseFunction(path: string, asksWho: () => boolean): () => NonNullable<ConsoleSession["user"]> {
  let ask: (() => ConsoleSession["user"]) | undefined;
  return () => {
    if (!asksWho()) return NOBODY;
    try {
      return (ask ??= peerCredentials(path))() ?? NOBODY;
    } catch {
      return NOBODY;
    }
  };
}
