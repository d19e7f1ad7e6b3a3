/** Freezing what modules of a realm have in common, at its start or when the first of its kind appears. */

/**
 * Freezes objects and everything that their properties and prototypes lead to. In every realm's start, hence without
 * property descriptors: each would be garbage.
 */
export function freezeAll(roots: readonly unknown[]): void {
  const { freeze, getPrototypeOf, hasOwn } = Object;
  // deno-lint-ignore no-explicit-any -- methods that the types leave out
  const { __lookupGetter__: getter, __lookupSetter__: setter } = Object.prototype as any;
  const open: object[] = [];
  const seen = new Set<unknown>([globalThis]);
  const add = (one: unknown, root = false) => {
    if (one === null || (typeof one !== "object" && typeof one !== "function") || seen.has(one)) return;
    seen.add(one);
    freeze(one);
    // Functions that make nothing have nothing but a name and a length.
    if (root || typeof one !== "function" || hasOwn(one, "prototype")) open.push(one);
  };
  for (const root of roots) add(root, true);
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    add(getPrototypeOf(one));
    for (const key of Reflect.ownKeys(one)) {
      const get = getter.call(one, key);
      const set = setter.call(one, key);
      if (get === undefined && set === undefined) add(Reflect.get(one, key));
      add(get);
      add(set);
    }
  }
}

/**
 * Takes a class away from its instances: one that no name leads to takes the numbers of what the realm has open, or other
 * things that the runtime alone should give. What stands there instead has the same name, and makes nothing.
 */
export function hideClass(prototype: object): void {
  const { value, configurable } = Object.getOwnPropertyDescriptor(prototype, "constructor") ?? {};
  if (typeof value !== "function" || configurable !== true) return;
  const { name } = value;
  const hidden = {
    [name]: function () {
      throw new TypeError("Illegal constructor");
    },
  }[name];
  Object.defineProperty(hidden, "prototype", { value: prototype, writable: false });
  Object.defineProperty(prototype, "constructor", { value: hidden, writable: false, configurable: false });
}

/** Prototypes of instances that were handed out already, with all that these lead to. */
const locked = new WeakSet<object>();

/**
 * Locks the classes of what a module is about to be handed, and of what that has in its properties. What is called
 * by no name is first seen here: no module has had one before. Only the classes: the object itself is the module's.
 *
 * @returns the same value
 */
export function lockClasses<T>(value: T, depth = 2): T {
  if (typeof value !== "object" || value === null) return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || locked.has(prototype)) return value;
  const plain = prototype === Object.prototype || prototype === Array.prototype;
  if (!plain) {
    // Those that a name leads to are locked since the realm's start.
    for (let one = prototype; one !== null; one = Object.getPrototypeOf(one)) hideClass(one);
    locked.add(prototype);
    freezeAll([prototype]);
  }
  if (depth > 0) { for (const inside of insidesOf(value)) lockClasses(inside, depth - 1); }
  return value;
}

/** What the own properties of an object have. Accessors are left alone: some make a stream that then reads. */
function insidesOf(value: object): unknown[] {
  return Reflect.ownKeys(value).map((key) => Object.getOwnPropertyDescriptor(value, key)?.value);
}

/** A function that hands out nothing of which the class is open to change. */
export function handingOut<A extends unknown[], R>(original: (...args: A) => R): (...args: A) => R {
  return function (this: unknown, ...args) {
    const result = Reflect.apply(original, this, args);
    return result instanceof Promise ? result.then((value) => lockClasses(value)) as R : lockClasses(result);
  };
}
