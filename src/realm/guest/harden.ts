/**
 * The first code of a realm, before any module's: takes away what even a Worker without permissions can do to the
 * program around it. Evaluated on import, ahead of everything else in the guest.
 *
 * Permissions decide what a module may touch outside; this decides what it may do to the process, the terminal and its
 * neighbors. The kinds of attack are listed in docs/security.md.
 */

import { installStacks } from "./stack.ts";

/** Ends this realm for good; only the guest's own code has it. */
export const closeRealm: () => void = globalThis.close.bind(globalThis);

// deno-lint-ignore no-explicit-any -- members are looked up by name
const deno = Deno as any;
// deno-lint-ignore no-explicit-any -- members are looked up by name
const scope = globalThis as any;

/** Members of `Deno` that reach the process or the operator's terminal without asking for a permission. */
const PROCESS_MEMBERS = [
  "addSignalListener",
  "removeSignalListener",
  "stdin",
  "stdout",
  "stderr",
  "umask",
  "consoleSize",
  "test",
  "bench",
  "telemetry",
  "openKv",
  "cron",
  "unsafeProto",
  "exitCode",
  "internal",
  "permissions",
];

/** Global names that reach other realms, other code, the operator's terminal or a store shared by all. */
const SHARED_GLOBALS = [
  "Worker",
  "BroadcastChannel",
  "alert",
  "confirm",
  "prompt",
  "localStorage",
  "sessionStorage",
  "caches",
  "importScripts",
  "postMessage",
  "onmessage",
  "onmessageerror",
];

function refuse(what: string): () => never {
  return () => {
    throw new Error(
      `${what} is not available to a module: return a LoadResult from load instead`,
    );
  };
}

/** Removes a member, or makes it undefined where it cannot be removed. */
function remove(target: object, name: PropertyKey): void {
  try {
    if (Reflect.deleteProperty(target, name)) return;
    Reflect.defineProperty(target, name, { value: undefined, writable: false, configurable: false });
  } catch {
    // A member that is fixed by the runtime stays; the tests of hostile modules show which.
  }
}

function replace(target: object, name: PropertyKey, value: unknown): void {
  Reflect.defineProperty(target, name, { value, writable: false, configurable: false, enumerable: false });
}

function harden(): void {
  installStacks();
  // Deno's internals: hundreds of raw operations, some without a permission check.
  for (const symbol of Object.getOwnPropertySymbols(deno)) remove(deno, symbol);
  for (const name of PROCESS_MEMBERS) remove(deno, name);
  for (const name of SHARED_GLOBALS) {
    for (let owner = scope; owner !== null; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) remove(owner, name);
    }
  }
  // Exits are silent: no event would reach the host, and the neighbors in this realm would go too.
  replace(deno, "exit", refuse("Deno.exit"));
  replace(scope, "close", refuse("self.close"));
  const process = scope.process;
  if (process !== undefined) {
    for (const name of ["exit", "reallyExit", "abort", "kill"]) replace(process, name, refuse(`process.${name}`));
    for (const name of ["binding", "_linkedBinding", "dlopen", "stdin", "stdout", "stderr", "umask", "on", "once"]) {
      remove(process, name);
    }
  }
}

harden();
