/**
 * Holds a realm to its number of open descriptors. In a Worker they are the program's own: a realm that took them all would
 * leave none for the host. Counted is what the runtime has open for this realm, so that nothing need be told when something
 * is closed; refused is whatever would open one more.
 */

import { handingOut, lockClasses } from "./freeze.ts";

// deno-lint-ignore no-explicit-any -- members are looked up by name
type Anything = any;

/** The runtime's own table of what this realm has open, by number. */
const { resources } = (Deno as Anything)[(Deno as Anything).internal].core as { resources(): Record<string, string> };

/** Entries of the table that are no descriptors. */
const NO_DESCRIPTORS: Readonly<Record<string, true>> = { messagePort: true, httpClient: true, readableStream: true };

/** What a server of the runtime is called in the table; its connections are not in there. */
const SERVER = "http";

/** Members of `Deno` that open something, or read or write a whole file. */
const OPENERS = [
  ...["open", "openSync", "create", "createSync", "connect", "connectTls", "startTls", "listen", "listenTls"],
  ...["listenDatagram", "serve", "watchFs", "spawn", "spawnAndWait", "spawnAndWaitSync", "makeTempFile"],
  ...["readFile", "readTextFile", "writeFile", "writeTextFile", "copyFile"],
];

/** Members of `Deno` that open nothing that counts, and yet hand out what no name leads to. */
const GIVERS = ["dlopen", "readDir", "readDirSync", "resolveDns", "createHttpClient", "upgradeWebSocket"];

/** Those that start a program: its three streams and the program itself. */
const STARTERS = ["spawn", "spawnAndWait", "spawnAndWaitSync", "output", "outputSync"];
const OF_A_PROGRAM = 4;

/** Those that give something that takes connections. */
const LISTENERS = ["listen", "listenTls"];

const { apply, construct, getPrototypeOf } = Reflect;
const { values } = Object;

let limit = Infinity;
/** What is being opened and not in the table yet. */
let opening = 0;

/** From now on there may be so many. */
export function limitFiles(most: number): void {
  limit = most;
}

/** How many this realm has open, and how many servers, whose connections nobody counts. */
export function countFiles(): { files: number; servers: number } {
  let files = 0;
  let servers = 0;
  for (const name of values(resources())) {
    if (NO_DESCRIPTORS[name] !== true) files++;
    if (name === SERVER) servers++;
  }
  return { files, servers };
}

/** @throws {Error} when there is no room for so many more */
function check(more = 1): void {
  if (opening + countFiles().files + more <= limit) return;
  throw new Error(`Too many open files: this realm has ${limit}, which is its limit ("files" in [limits])`);
}

/** A function that opens something, refused when that is too much. */
function guarded(name: string, original: (...args: Anything[]) => Anything): (...args: Anything[]) => Anything {
  const accepting = LISTENERS.includes(name);
  const more = STARTERS.includes(name) ? OF_A_PROGRAM : 1;
  return {
    [name](this: unknown, ...args: Anything[]): Anything {
      check(more);
      const opened = apply(original, this, args);
      if (accepting) guardAccept(opened);
      if (!(opened instanceof Promise)) return lockOpened(opened);
      opening += more;
      const done = () => void (opening -= more);
      opened.then(done, done);
      return opened.then(lockOpened);
    },
  }[name]!;
}

/** No other code has it before its classes are locked; streams of a program are of a class of their own. */
function lockOpened<T>(opened: T): T {
  for (const name of ["stdin", "stdout", "stderr"]) {
    try {
      lockClasses((opened as Anything)[name]);
    } catch {
      // Not asked for, or it is no program.
    }
  }
  return lockClasses(opened);
}

/** Replaces the method of a prototype; one that is locked already is guarded. */
function guardMethod(prototype: Anything, name: string): void {
  const { value, writable, configurable } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  if (typeof value !== "function" || (!writable && !configurable)) return;
  Object.defineProperty(prototype, name, {
    value: guarded(name, value),
    writable: false,
    configurable: false,
    enumerable: false,
  });
}

/** No name leads to the classes of listeners: the first of its kind shows them. */
function guardAccept(listener: Anything): void {
  for (let one = getPrototypeOf(listener); one !== null; one = getPrototypeOf(one)) {
    if (Object.hasOwn(one, "accept")) return guardMethod(one, "accept");
  }
}

/** A class whose instances are connections. */
function guardedClass(original: Anything): Anything {
  const guarded = new Proxy(original, {
    construct(target, args, newTarget) {
      check();
      return construct(target, args, newTarget);
    },
  });
  Object.defineProperty(original.prototype, "constructor", { value: guarded, writable: false, configurable: false });
  return guarded;
}

/** Replaces those of these members of `Deno` that open something. */
export function guardOpeners(members: Record<string, Anything>): void {
  for (const name of OPENERS) if (members[name] !== undefined) members[name] = guarded(name, members[name]);
  for (const name of GIVERS) if (members[name] !== undefined) members[name] = handingOut(members[name]);
  const command = members.Command?.prototype;
  if (command !== undefined) { for (const name of ["spawn", "output", "outputSync"]) guardMethod(command, name); }
}

/** Replaces what of the web's API connects. */
export function guardWebOpeners(scope: Record<string, Anything>): void {
  for (const [name, guard] of WEB_OPENERS) {
    Object.defineProperty(scope, name, { value: guard(scope[name]), writable: true, configurable: true });
  }
}

const WEB_OPENERS: readonly (readonly [name: string, guard: (original: Anything) => Anything])[] = [
  ["fetch", (original) => guarded("fetch", original)],
  ["WebSocket", guardedClass],
  ["EventSource", guardedClass],
];
