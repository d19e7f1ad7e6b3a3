/**
 * The last code of a realm before any module's: freezes all that modules of the realm have in common. Without it one could
 * replace a function of the language and be handed the arguments of its neighbors, their host objects among them.
 */

import { freezeAll } from "./freeze.ts";
import { hiddenIntrinsics } from "./hidden.ts";

/** Prototypes whose properties objects are commonly given as own ones by assignment, `this.name = "MyError"`. */
const ASSIGNED: readonly (readonly [() => object, readonly string[]])[] = [
  [() => Object.prototype, [
    ...["constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"],
    "valueOf",
  ]],
  [() => Function.prototype, ["apply", "bind", "call", "toString"]],
  ...[Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((one) =>
    [() => one.prototype, ["constructor", "message", "name", "toString"]] as const
  ),
];

/**
 * Lets an assignment make an own property although the one that is inherited is frozen: without that, the language has
 * the assignment throw.
 *
 * @returns the value, to which then nothing but the accessor leads
 */
function enableAssignment(prototype: object, name: string): unknown {
  const { value, enumerable = false } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  if (value === undefined) return undefined;
  Object.defineProperty(prototype, name, {
    get: () => value,
    set(this: object, assigned: unknown) {
      if (this === prototype) throw new TypeError(`Cannot change ${name}, which all modules of the realm share`);
      Object.defineProperty(this, name, { value: assigned, writable: true, enumerable: true, configurable: true });
    },
    enumerable,
    configurable: false,
  });
  return value;
}

/** Looking at `Intl` loads it, which takes longer than all the rest; it is locked when the first module asks for it. */
function lockIntl(): void {
  const intl = Intl;
  let locked = false;
  const get = () => {
    if (!locked) {
      const segments = new intl.Segmenter().segment("x");
      freezeAll([intl, Object.getPrototypeOf(segments), Object.getPrototypeOf(segments[Symbol.iterator]())]);
    }
    locked = true;
    return intl;
  };
  Object.defineProperty(globalThis, "Intl", { get: Object.freeze(get), configurable: false });
}

/**
 * Locks the realm. V8 lets nobody forbid new globals, so those that libraries look for are there and undefined. The
 * listeners of the realm itself are kept under a symbol of the global object; anybody could change them there.
 */
export function lock(own: readonly unknown[]): void {
  const hidden = hiddenIntrinsics();
  const assigned = ASSIGNED.flatMap(([prototype, names]) => names.map((name) => enableAssignment(prototype(), name)));
  lockIntl();
  const globals = Reflect.ownKeys(globalThis).filter((name) => name !== "Intl").map((name) => {
    const value = Reflect.get(globalThis, name);
    Object.defineProperty(globalThis, name, { value, writable: false, configurable: false });
    return value;
  });
  freezeAll([...globals, ...hidden, ...assigned, ...own]);
}
