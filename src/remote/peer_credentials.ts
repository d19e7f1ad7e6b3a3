/** Who a process is, as the kernel knows. */
export interface Credentials {
  /** User. */
  readonly uid: number;
  /** Group. */
  readonly gid: number;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** The flags that `/proc/net/unix` shows of a listener. */
const LISTENING = "00010000";

/** The call of the C library that asks the kernel; Deno has none. */
type GetSockOpt = (fd: number, level: number, option: number, value: BufferSource, length: BufferSource) => number;

/**
 * Makes a function that says whose the connection is that was accepted last on a unix socket. The kernel is asked through
 * the C library (`SO_PEERCRED`), and the descriptor, which Deno keeps to itself, is found by the socket's path in `/proc`.
 *
 * @returns undefined for a connection when it cannot be found out
 * @throws {Error} when there is no Linux, no C library, or no permission `ffi`
 */
export function peerCredentials(path: string): () => Credentials | undefined {
  if (Deno.build.os !== "linux") throw new Error(`the system is ${Deno.build.os}, only Linux is asked`);
  const { symbols } = Deno.dlopen("libc.so.6", {
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  });
  let known = new Map<string, string>();
  return () => {
    const open = acceptedSockets(path);
    const added = [...open].filter(([inode]) => !known.has(inode));
    known = open;
    // Connections are accepted one after the other, so exactly one is new; anything else is no basis for permissions.
    const [only, ...others] = added;
    return only === undefined || others.length > 0 ? undefined : credentials(symbols.getsockopt, Number(only[1]));
  };
}

function credentials(getsockopt: GetSockOpt, fd: number): Credentials | undefined {
  const value = new Int32Array(3);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, new Uint32Array([value.byteLength])) !== 0) return undefined;
  const [, uid = 0, gid = 0] = value;
  return { uid, gid };
}

/** Descriptors of this process that are connections accepted on that path, by inode. */
function acceptedSockets(path: string): Map<string, string> {
  const inodes = new Set<string>();
  for (const line of Deno.readTextFileSync("/proc/net/unix").split("\n")) {
    const [, flags, inode, name] = /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+) (.*)$/.exec(line) ?? [];
    if (name === path && flags !== LISTENING && inode !== undefined) inodes.add(inode);
  }
  const sockets = new Map<string, string>();
  for (const { name: fd } of Deno.readDirSync("/proc/self/fd")) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/self/fd/${fd}`))?.[1];
    if (inode !== undefined && inodes.has(inode)) sockets.set(inode, fd);
  }
  return sockets;
}

function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
