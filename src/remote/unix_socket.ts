import { messageOf } from "../fault/mod.ts";
import type { ByteStream } from "./connection.ts";
import type { StreamListener } from "./server.ts";

/** Who may connect. */
export interface SocketAccess {
  /** Mode of the file, such as `0o660`. @default {0o600} */
  readonly mode?: number | undefined;
  /** Owner, by number. */
  readonly uid?: number | undefined;
  /** Group, by number. */
  readonly gid?: number | undefined;
}

/** Longest path a unix socket can have on Linux, in bytes. */
const MAX_PATH_BYTES = 107;

/** Connects to a unix socket. Rejects when nobody listens there. */
export function connectUnix(path: string): Promise<ByteStream> {
  return Deno.connect({ transport: "unix", path });
}

/** Who is at a socket: a program that listens; none, for there is no socket or a dead one; or nobody may ask. */
export type SocketState = "served" | "free" | { readonly denied: string };

/** Looks who is at a socket. Only a missing socket, or one that a dead program has left, is free. */
export async function socketState(path: string): Promise<SocketState> {
  try {
    (await connectUnix(path)).close();
    return "served";
  } catch (error) {
    const isFree = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused ||
      // Where no socket can be nobody listens.
      new TextEncoder().encode(path).length > MAX_PATH_BYTES;
    return isFree ? "free" : { denied: deniedBy(error) };
  }
}

/** Why a socket cannot be asked, in the system's words without its numbers. */
function deniedBy(error: unknown): string {
  return error instanceof Deno.errors.PermissionDenied ? "permission denied" : messageOf(error);
}

/**
 * Listens on a unix socket, in the place of one that a dead process has left; the caller has made sure that it is dead.
 * The file is removed when the listener is closed, unless another process has taken its place.
 *
 * @param warn told when mode or owner cannot be set; the socket then stays its maker's alone
 * @throws {Error} when the socket cannot be made
 */
export function listenUnix(path: string, access: SocketAccess, warn: (message: string) => void): StreamListener {
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES) {
    throw new Error(`the path is longer than ${MAX_PATH_BYTES} bytes, the most a socket can have`);
  }
  removeSocket(path);
  // For nobody else until mode and owner are right.
  const before = Deno.umask(0o177);
  let listener: Deno.UnixListener;
  try {
    listener = Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
  setAccess(path, access, warn);
  const made = fileMark(path);
  let closed = false;
  return {
    accept: () => listener.accept(),
    close() {
      // Deno removes the file with the listener, even one that another process has put in its place: then the listener,
      // which nobody can reach any more, ends with this process.
      if (!closed && fileMark(path) === made) {
        listener.close();
        // As long as somebody waits for the next connection, Deno keeps the file.
        removeSocket(path);
      }
      closed = true;
    },
  };
}

/** Tells one file of a path from a later one. */
function fileMark(path: string): string | undefined {
  try {
    const { ino, mtime } = Deno.lstatSync(path);
    return `${ino} ${mtime?.getTime()}`;
  } catch {
    return undefined;
  }
}

function setAccess(path: string, { mode, uid, gid }: SocketAccess, warn: (message: string) => void): void {
  try {
    if (uid !== undefined || gid !== undefined) Deno.chownSync(path, uid ?? null, gid ?? null);
  } catch (error) {
    return warn(`Unable to change ownership of ${path}: ${messageOf(error)}`);
  }
  try {
    if (mode !== undefined) Deno.chmodSync(path, mode);
  } catch (error) {
    warn(`Unable to change file permissions of ${path}: ${messageOf(error)}`);
  }
}

/** Removes a socket; what is none stays, and binding to its place fails. */
function removeSocket(path: string): void {
  try {
    if (Deno.lstatSync(path).isSocket) Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
