/**
 * The first code of a realm, before any module's: takes away what even a Worker without permissions can do to the
 * program around it. Evaluated on import, ahead of everything else in the guest; `lock.ts` is the last.
 *
 * Permissions decide what a module may touch outside; this decides what it may do to the process, the terminal and its
 * neighbors. The kinds of attack are listed in docs/security.md.
 */

import { kindsOfName } from "../wire.ts";
import { allowedGlobals, allowedMembers, PROBED } from "./allowed.ts";
import { guardOpeners, guardWebOpeners } from "./files.ts";
import { tameNetwork } from "./network.ts";
import { tamePatterns } from "./hidden.ts";
import { installStacks } from "./stack.ts";
import { guardTimers, keepSignal, tameTimers, TIMER_CLASSES } from "./timers.ts";

// deno-lint-ignore no-explicit-any -- members are looked up by name
type Anything = any;

const scope: Anything = globalThis;
const deno: Anything = Deno;
const { apply } = Reflect;

/** Ends this realm for good; only the guest's own code has it. */
export const closeRealm: () => void = scope.close.bind(scope);

/** Listens on the realm itself, which modules may not. */
export const listen: (type: string, listener: (event: Event) => void) => void = scope.addEventListener.bind(scope);

/** Shows a value as Deno does. */
export const inspect: typeof Deno.inspect = Deno.inspect;

/** Writes to shared memory, which modules do not have. */
export const storePlace: typeof Atomics.store = Atomics.store;

let uncaught: (thrown: unknown) => void = () => {};

/**
 * Has what nobody catches told there. The runtime would take apart whatever was thrown: of what has accessors that throw it
 * ends the program, and it writes to the terminal.
 */
export function onUncaught(listener: (thrown: unknown) => void): void {
  uncaught = listener;
}

/** What no name leads to, but a message, a port, a timer or a listener of this realm has. */
export const HIDDEN_PROTOTYPES: readonly object[] = [
  MessagePort.prototype,
  MessageEvent.prototype,
  Worker.prototype,
  ...TIMER_CLASSES,
];

/** Members of `process` that reach the process itself; Node's built-in modules keep the others. */
const PROCESS_MEMBERS = [
  ...["exit", "reallyExit", "abort", "kill", "binding", "_linkedBinding", "dlopen", "stdin", "stdout", "stderr"],
  ...["umask", "chdir", "on", "once", "addListener", "prependListener", "prependOnceListener", "getBuiltinModule"],
  ...["mainModule", "report", "_rawDebug", "loadEnvFile", "setuid", "setgid", "seteuid", "setegid", "setgroups"],
  ...["initgroups", "title", "argv", "argv0", "execArgv", "execPath", "_debugProcess", "_startProfilerIdleNotifier"],
];

/** Properties of `RegExp` that tell what any code of the realm matched last. */
const LAST_MATCH_REGEXP = /^(?:\$.*|input|last(?:Match|Paren)|(?:left|right)Context)$/;

/** Removes a member, or makes it undefined where it cannot be removed. */
function remove(target: object, name: PropertyKey): void {
  if (Reflect.deleteProperty(target, name)) return;
  Reflect.defineProperty(target, name, { value: undefined, writable: false, configurable: false });
}

function replace(target: object, name: PropertyKey, value: unknown): void {
  Reflect.defineProperty(target, name, { value, writable: false, configurable: false, enumerable: false });
}

/** Deno as the realm's permissions have it: a new object, so that nothing leads to the one with its internals. */
function denoFor(kinds: readonly string[]): object {
  const allowed = allowedMembers(kinds);
  const kept: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(deno)) if (allowed.has(name)) kept[name] = deno[name];
  tameNetwork(kept);
  guardOpeners(kept);
  guardTimers(kept);
  return Object.freeze(kept);
}

/** Keeps what is on the list, also of what the global object inherits. */
function stripGlobals(kinds: readonly string[]): void {
  const allowed = allowedGlobals(kinds);
  for (const name of Object.getOwnPropertyNames(scope)) if (!allowed.has(name)) remove(scope, name);
  for (const name of PROBED) if (!allowed.has(name)) replace(scope, name, undefined);
  replace(scope, "self", scope);
  // Node's built-in modules have their warnings told by the global one.
  const emitWarning = (warning: unknown) => console.warn(String(warning));
  replace(scope, "process", Object.freeze({ env: Object.freeze({}), emitWarning }));
  replace(scope, "Deno", denoFor(kinds));
  const { now, timeOrigin } = performance;
  replace(scope, "performance", Object.freeze({ now: now.bind(performance), timeOrigin }));
  for (const name of ["createObjectURL", "revokeObjectURL"]) remove(URL, name);
  for (const name of Object.getOwnPropertyNames(RegExp)) if (LAST_MATCH_REGEXP.test(name)) remove(RegExp, name);
}

/** Nothing becomes code but what was checked; the program's V8 flag says the same where it is set. */
function refuseCodeFromText(): void {
  const kinds = [function () {}, async () => {}, function* () {}, async function* () {}];
  for (const prototype of kinds.map((one) => Object.getPrototypeOf(one))) {
    const refused = function Function() {
      throw new EvalError("a module makes no code from text");
    };
    replace(refused, "prototype", prototype);
    replace(prototype, "constructor", refused);
    if (prototype === Function.prototype) replace(scope, "Function", refused);
  }
  replace(scope, "eval", () => {
    throw new EvalError("a module makes no code from text");
  });
}

/** Nobody can close the global object; a prototype with traps would be told of what neighbors look for in it. */
function fixPrototype(): void {
  const check = (target: unknown) => {
    if (target === scope) throw new TypeError("the global object's prototype cannot be changed");
  };
  for (const one of [Object, Reflect]) {
    const { setPrototypeOf } = one;
    const checked = {
      setPrototypeOf(target: object, prototype: object | null) {
        check(target);
        return setPrototypeOf(target, prototype);
      },
    };
    replace(one, "setPrototypeOf", checked.setPrototypeOf);
  }
}

/** What reaches the realm itself — errors of neighbors, messages of the host — is not for modules. */
function guardListeners(): void {
  const prototype = EventTarget.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  // Not dispatchEvent: the runtime itself calls it by that name.
  for (const name of ["addEventListener", "removeEventListener"]) {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    const guarded = {
      [name](this: unknown, ...[type, listener, ...rest]: unknown[]): unknown {
        if (this === undefined || this === null || this === scope) {
          throw new TypeError(`${name} of the realm itself is not available to a module`);
        }
        if (type === "abort") keepSignal(this as object);
        return apply(original, this, [type, guardedListener(listener), ...rest]);
      },
    };
    replace(prototype, name, guarded[name]);
  }
}

const guardedListeners = new WeakMap<object, (this: unknown, event: Event) => unknown>();

/** A listener whose failures do not reach the runtime; always the same for the same one. */
function guardedListener(listener: Anything): unknown {
  if (listener === null || (typeof listener !== "function" && typeof listener !== "object")) return listener;
  const known = guardedListeners.get(listener);
  if (known !== undefined) return known;
  const guarded = function (this: unknown, event: Event): unknown {
    try {
      return typeof listener === "function" ? apply(listener, this, [event]) : listener.handleEvent(event);
    } catch (thrown) {
      uncaught(thrown);
    }
  };
  guardedListeners.set(listener, guarded);
  return guarded;
}

/** Node's built-in modules take numbers of descriptors: the program's own three must not be among them. */
function closeStreams(): void {
  for (const name of ["stdin", "stdout", "stderr"]) {
    try {
      // Of this Worker only; the program's stay open.
      deno[name].close();
    } catch {
      // Closed already.
    }
  }
}

/** What a handle answers when there is no such descriptor. */
const EBADF = -9;

/**
 * The handles below Node's sockets can be opened on any descriptor: the program's terminal, its control socket, what
 * other realms have open.
 */
function closeHandles(process: { binding(name: string): Record<string, Anything> }): void {
  const [{ TCP }, { Pipe }, { UDP }] = ["tcp_wrap", "pipe_wrap", "udp_wrap"].map((name) => process.binding(name)) as [
    ...[Record<string, Anything>, Record<string, Anything>, Record<string, Anything>],
  ];
  const native = Object.getPrototypeOf(new TCP(0)._nativeHandle);
  for (const prototype of [TCP.prototype, Pipe.prototype, UDP.prototype, native]) {
    for (const name of ["open", "openFromRid"]) if (name in prototype) replace(prototype, name, () => EBADF);
  }
}

function harden(): void {
  installStacks();
  closeStreams();
  deno[deno.internal].core.setReportExceptionCallback((thrown: unknown) => uncaught(thrown));
  // Real, for Node's built-in modules use it; but a listener of theirs could be made to show it.
  const { process } = scope;
  if (process !== undefined) closeHandles(process);
  for (const name of process === undefined ? [] : PROCESS_MEMBERS) remove(process, name);
  // Its warnings would go to the terminal.
  if (process !== undefined) replace(process, "emitWarning", () => {});
  guardWebOpeners(scope);
  stripGlobals(kindsOfName(String(scope.name ?? "")));
  refuseCodeFromText();
  tameTimers(scope, replace);
  tamePatterns(scope, replace);
  guardListeners();
  fixPrototype();
}

harden();
