/** What of the C library the program needs and Deno does not have. Only on Linux, and with the permission `ffi`. */

const AF_UNIX = 1;
/** `SOCK_DGRAM | SOCK_CLOEXEC` */
const DATAGRAM = 2 | 0o2000000;
const MSG_NOSIGNAL = 0x4000;

/** Why the C library cannot be called, if so. */
export function libcFault(): string | undefined {
  if (Deno.build.os !== "linux") return `this needs Linux, the system is ${Deno.build.os}`;
  const { state } = Deno.permissions.querySync({ name: "ffi" });
  return state === "granted" ? undefined : "the program was not granted the permission ffi";
}

/**
 * Puts the same program into this process anew, with the same arguments and environment: the process id stays. Comes
 * back only when it fails.
 *
 * @throws {Error} when it cannot
 */
export function executeAgain(): never {
  const { symbols } = Deno.dlopen("libc.so.6", {
    execv: { parameters: ["buffer", "buffer"], result: "i32" },
  });
  const args = Deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(0, -1).map(cString);
  const pointers = new BigUint64Array(args.length + 1);
  args.forEach((text, index) => pointers[index] = Deno.UnsafePointer.value(Deno.UnsafePointer.of(text)));
  symbols.execv(cString(Deno.execPath()), pointers);
  throw new Error(`the system would not run ${Deno.execPath()}`);
}

/**
 * Sends a datagram to a unix socket; a name that begins with `@` is an abstract one, as systemd writes it.
 *
 * @throws {Error} when it cannot be sent
 */
export function sendDatagram(path: string, text: string): void {
  using library = opened(Deno.dlopen("libc.so.6", {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  }));
  const { symbols } = library;
  const data = new TextEncoder().encode(text);
  const address = unixAddress(path);
  const socket = symbols.socket(AF_UNIX, DATAGRAM, 0);
  const sent = symbols.sendto(socket, data, BigInt(data.length), MSG_NOSIGNAL, address, address.length);
  symbols.close(socket);
  if (Number(sent) !== data.length) throw new Error(`nothing listens on ${path}`);
}

/** A library that is closed when its scope ends. */
function opened<T extends Deno.ForeignLibraryInterface>(library: Deno.DynamicLibrary<T>) {
  return { symbols: library.symbols, [Symbol.dispose]: () => library.close() };
}

/** A `sockaddr_un`: the family in two bytes, then the path; an abstract name begins with a NUL and has no other. */
function unixAddress(path: string): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`);
  const address = new Uint8Array(2 + name.length);
  address[0] = AF_UNIX;
  address.set(name, 2);
  return address;
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
