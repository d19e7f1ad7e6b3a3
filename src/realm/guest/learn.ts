/**
 * Notes every permission that a module is denied, swallowed or not, in a realm that is to find out what the module needs.
 * An error of the runtime is given its name by assignment; what stands on the prototype hears of it.
 */
import { LEARNING_LABEL } from "../wire.ts";

let tell: ((message: string) => void) | undefined;
const early: string[] = [];

/** Tells of every denial from now on, and of those before. */
export function onDenied(listener: (message: string) => void): void {
  tell = listener;
  early.splice(0).forEach(listener);
}

function install(): void {
  const name = "NotCapable";
  Object.defineProperty(Deno.errors.NotCapable.prototype, "name", {
    get: () => name,
    set(this: Error, value: unknown) {
      Object.defineProperty(this, "name", { value, writable: true, configurable: true });
      const message = String(this.message);
      if (tell === undefined) early.push(message);
      else tell(message);
    },
  });
}

if (String(globalThis.name ?? "").startsWith(LEARNING_LABEL)) install();
