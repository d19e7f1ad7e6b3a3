/**
 * What no name leads to, but an object or syntax does: classes inside the runtime that all modules of a realm have in
 * common. A module that changed one would be handed its neighbors' keys, bodies and passwords. `tests/realm/walk_test.ts`
 * finds what is missing here.
 */

import { hideClass } from "./freeze.ts";

// deno-lint-ignore no-explicit-any -- members are looked up by name
type Anything = any;

const { apply, construct, getPrototypeOf } = Reflect;
const { getOwnPropertySymbols, setPrototypeOf, values } = Object;

/** One of each; nobody else has them. */
function instances(): object[] {
  const stream = new ReadableStream();
  const bytes = new ReadableStream({ type: "bytes" });
  const blob = new Blob(["x"]);
  const generators = [function* () {}, async function* () {}];
  return [
    crypto.subtle,
    ...[[][Symbol.iterator](), ""[Symbol.iterator](), new Map().values(), new Set().values(), "".matchAll(/x/g)],
    ...generators,
    ...generators.map((one) => one.prototype),
    async () => {},
    ...[new URLSearchParams().entries(), new Headers().entries(), new FormData().entries()],
    [].values().map((one) => one),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    ...[stream[Symbol.asyncIterator](), new ReadableStream().getReader(), bytes, bytes.getReader({ mode: "byob" })],
    ...[new WritableStream(), new TransformStream()],
    ...[blob, blob.stream(), new Response("x", { headers: { "content-type": "a/b;c=d" } })],
    AbortSignal.any([new AbortController().signal]),
  ];
}

/** What symbols of an object lead to, its own and those of its prototypes: accessors are read. */
function insides(object: object): unknown[] {
  const found: unknown[] = [];
  for (let one: object | null = object; one !== null; one = getPrototypeOf(one)) {
    for (const symbol of getOwnPropertySymbols(one)) {
      try {
        found.push(Reflect.get(object, symbol));
      } catch {
        // Not for this kind of object.
      }
    }
  }
  return found;
}

/** What the runtime throws at code that calls the insides of a stream. */
function misuses(): unknown[] {
  let controller: Anything;
  new ReadableStream({ start: (given) => void (controller = given) });
  return insides(controller).filter((one) => typeof one === "function").map((one) => {
    try {
      return apply(one as () => unknown, controller, []);
    } catch (thrown) {
      return thrown;
    }
  });
}

/** Iterators of the runtime's own maps and sets, which are not those of the language. */
function iteratorsOf(inside: Anything): unknown[] {
  const maps = [inside, inside?.parameters].filter((one) => typeof one?.entries === "function");
  return maps.flatMap((one) => [one.entries(), one.keys(), one.values(), one[Symbol.iterator]()]);
}

/** Whether a name leads to a class. */
function named(prototype: Anything): boolean {
  const { constructor } = prototype;
  return typeof constructor !== "function" || Reflect.get(globalThis, constructor.name) === constructor;
}

/** All of it, to be locked. */
export function hiddenIntrinsics(): unknown[] {
  const { get, set } = Object.getOwnPropertyDescriptor(new Error(), "stack") ?? {};
  const inside = instances().flatMap((one) => [one, ...insides(one).flat()]);
  for (const one of inside) {
    const prototype = typeof one === "object" && one !== null ? getPrototypeOf(one) : null;
    if (prototype !== null && !named(prototype)) hideClass(prototype);
  }
  const strategies = [ByteLengthQueuingStrategy, CountQueuingStrategy];
  return [
    ...strategies.map((one) => new one({ highWaterMark: 1 }).size),
    ...[getPrototypeOf(globalThis), Function.prototype, Proxy.revocable, get, set],
    ...misuses(),
    ...inside,
    ...inside.flatMap(iteratorsOf),
  ];
}

/**
 * Patterns of addresses keep regular expressions of a class of the runtime's own, which tells what any code of the realm
 * matched last and cannot be changed. They work as well as usual ones.
 */
export function tamePatterns(scope: Anything, replace: (target: object, name: string, value: unknown) => void): void {
  const original = scope.URLPattern;
  const { prototype } = RegExp;
  const tamed = new Proxy(original, {
    construct(target, args, newTarget) {
      const pattern = construct(target, args, newTarget);
      for (const inside of insides(pattern)) {
        if (typeof inside !== "object" || inside === null) continue;
        for (const part of values(inside)) if (part?.regexp !== undefined) setPrototypeOf(part.regexp, prototype);
      }
      return pattern;
    },
  });
  replace(original.prototype, "constructor", tamed);
  replace(scope, "URLPattern", tamed);
}
