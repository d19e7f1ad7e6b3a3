/**
 * A neighbor that tries to get at the victim's secret: it is loaded first, sets its traps, and looks around while the
 * victim works and afterwards. Each way is a function that may return another one, which is called on each look. Whatever
 * a way gets hold of it hands to `take`.
 */
import { defineModule, LoadResult } from "asterism";

const bytesOf = (value) => ArrayBuffer.isView(value) ? new Uint8Array(value.buffer) : new Uint8Array(value);

/** Whatever it is, as a text in which the secret would be seen. */
function textOf(value, depth = 0, seen = new Set()) {
  if (typeof value === "string") return value;
  if (value === null || typeof value !== "object") return typeof value === "function" ? value.name : String(value);
  if (seen.has(value) || depth > 4) return "";
  seen.add(value);
  const parts = [];
  try {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) parts.push(new TextDecoder().decode(bytesOf(value)));
    if (value instanceof Map || value instanceof Set) {
      parts.push(...[...value].map((one) => textOf(one, depth + 1, seen)));
    }
    if (value instanceof Headers) parts.push(textOf([...value], depth + 1, seen));
    if (value instanceof URL || value instanceof Error) parts.push(String(value), String(value.stack));
  } catch { /* not what it looks like */ }
  for (let one = value; one !== null && one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    for (const key of Reflect.ownKeys(one)) {
      if (typeof key === "string") parts.push(key);
      try {
        parts.push(textOf(Reflect.get(value, key), depth + 1, seen));
      } catch { /* an accessor for something else */ }
    }
  }
  return parts.join(" ");
}

/** Runs all of these; each may be refused. */
function attempt(...tries) {
  for (const one of tries) {
    try {
      const result = one();
      if (result instanceof Promise) result.catch(() => {});
    } catch { /* refused */ }
  }
}

/** Puts a function that tells of its arguments in place of one. */
function hook(object, key, take) {
  const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
  const wrap = (original) =>
    function (...args) {
      take([this, args]);
      const result = new.target === undefined
        ? Reflect.apply(original, this, args)
        : Reflect.construct(original, args, new.target);
      take(result);
      if (result instanceof Promise) void result.then(take, take);
      return result;
    };
  const { value, get, set } = descriptor ?? {};
  const spy = wrap(typeof value === "function" ? value : get ?? (() => undefined));
  attempt(
    () => void (object[key] = spy),
    () => Object.defineProperty(object, key, { value: spy, configurable: true, writable: true }),
    () =>
      Object.defineProperty(object, key, {
        get: get === undefined ? () => spy : wrap(get),
        set: set && wrap(set),
        configurable: true,
      }),
    () => delete object[key] && void (object[key] = spy),
    () => Object.setPrototypeOf(object, new Proxy({}, { get: (_, name) => (take(name), undefined) })),
    () => Object.prototype.__defineGetter__.call(object, key, wrap(get ?? (() => value))),
  );
}

const hookAll = (object, take, keys = object === null ? [] : Reflect.ownKeys(object)) =>
  keys.forEach((key) => hook(object, key, take));
const prototypeOf = (value) => Object.getPrototypeOf(value);
/** What symbols of an instance and its classes lead to. */
function inside(value) {
  const found = [];
  for (let one = value; one !== null; one = prototypeOf(one)) {
    for (const symbol of Object.getOwnPropertySymbols(one)) attempt(() => found.push(value[symbol]));
  }
  return found.filter((one) => typeof one === "object" && one !== null);
}
const hookInside = (value, take) => inside(value).forEach((one) => hookAll(prototypeOf(one), take));

const WAYS = {
  // The language.
  "then of promises": (take) => hookAll(Promise.prototype, take),
  "functions of Promise": (take) => hookAll(Promise, take),
  "Promise itself": (take) => hook(globalThis, "Promise", take),
  "JSON": (take) => hookAll(JSON, take),
  "methods of lists": (take) => hookAll(Array.prototype, take),
  "functions of Array": (take) => hookAll(Array, take),
  "species of lists": (take) =>
    attempt(
      () => Object.defineProperty(Array, Symbol.species, { get: () => (take(this), Array) }),
      () => Object.defineProperty(Promise, Symbol.species, { get: () => (take(this), Promise) }),
      () => Object.defineProperty(RegExp, Symbol.species, { get: () => (take(this), RegExp) }),
    ),
  "iterator of lists": (take) => hookAll(prototypeOf([][Symbol.iterator]()), take),
  "iterators of maps, sets and texts": (take) =>
    [new Map().entries(), new Set().values(), ""[Symbol.iterator](), "".matchAll(/x/g)].forEach((one) =>
      hookAll(prototypeOf(one), take)
    ),
  "helpers of iterators": (take) => {
    hookAll(Iterator.prototype, take);
    hookAll(prototypeOf([].values().map(() => 1)), take);
    hookAll(prototypeOf(Iterator.from({ next() {} })), take);
  },
  "generators": (take) => {
    const kinds = [function* () {}, async function* () {}];
    kinds.forEach((
      one,
    ) => (hookAll(prototypeOf(one).prototype, take), hookAll(prototypeOf(prototypeOf(one).prototype), take)));
  },
  "methods of texts": (take) => hookAll(String.prototype, take),
  "functions of String": (take) => hookAll(String, take),
  "methods of regular expressions": (take) => hookAll(RegExp.prototype, take),
  "last match of RegExp": (take) => () => {
    for (
      const key of [
        "$1",
        "$_",
        "$&",
        "$`",
        "$'",
        "$+",
        "input",
        "lastMatch",
        "lastParen",
        "leftContext",
        "rightContext",
      ]
    ) take(RegExp[key]);
    class Mine extends RegExp {}
    take([Mine.lastMatch, Mine.input, Reflect.get(RegExp, "$1", Mine)]);
  },
  "last match behind a pattern": (take) => () => {
    for (const one of inside(new URLPattern({ pathname: "/:x" }))) {
      for (const part of Object.values(one)) {
        for (let at = part?.regexp; at; at = prototypeOf(at)) {
          take([at.constructor.lastMatch, at.constructor.input, at.constructor.$1]);
        }
      }
    }
  },
  "maps and sets": (take) =>
    [Map, Set, WeakMap, WeakSet].forEach((one) => (hookAll(one.prototype, take), hook(globalThis, one.name, take))),
  "weak references": (take) => (hookAll(WeakRef.prototype, take), hookAll(FinalizationRegistry.prototype, take)),
  "methods of objects": (take) => hookAll(Object.prototype, take),
  "functions of Object": (take) => hookAll(Object, take),
  "call, apply and bind": (take) => hookAll(Function.prototype, take),
  "call of a shared method": (take) =>
    [
      Object.prototype.hasOwnProperty,
      Object.prototype.toString,
      Array.prototype.slice,
      Function.prototype.call,
      Promise.prototype.then,
    ]
      .forEach((one) => ["call", "apply", "bind"].forEach((key) => hook(one, key, take))),
  "call of an accessor": (take) =>
    ["toString", "hasOwnProperty"].forEach((key) => {
      const { get, set } = Object.getOwnPropertyDescriptor(Object.prototype, key);
      [get, set].forEach((one) => one && ["call", "apply"].forEach((name) => hook(one, name, take)));
    }),
  "setters of properties": (take) =>
    ["secret", "password", "token", "authorization", "detail", "value", "then", "toJSON"].forEach((key) =>
      attempt(
        () => Object.defineProperty(Object.prototype, key, { set: take, get: () => undefined, configurable: true }),
        () => void (Object.prototype[key] = take),
        () => Object.prototype.__defineSetter__(key, take),
      )
    ),
  "setters of indices": (take) =>
    [0, 1, "length"].forEach((key) =>
      attempt(() => Object.defineProperty(Array.prototype, key, { set: take, configurable: true }))
    ),
  "another parent of everything": (take) => {
    const spy = new Proxy({}, {
      get: (_, key, receiver) => (take([key, receiver]), undefined),
      set: (_, key, value) => (take([key, value]), true),
    });
    [Object.prototype, Array.prototype, Error.prototype, Function.prototype, globalThis].forEach((one) =>
      attempt(() => Object.setPrototypeOf(one, spy), () => void (one.__proto__ = spy))
    );
  },
  "conversions": (take) =>
    [
      Symbol.toPrimitive,
      Symbol.hasInstance,
      Symbol.toStringTag,
      Symbol.isConcatSpreadable,
      Symbol.iterator,
      Symbol.asyncIterator,
    ].forEach((symbol) =>
      [Object.prototype, Function.prototype, String.prototype].forEach((one) => hook(one, symbol, take))
    ),
  "Reflect and Proxy": (take) => (hookAll(Reflect, take), hook(globalThis, "Proxy", take), hookAll(Proxy, take)),
  "Math, Date and symbols": (take) =>
    [Math, Date, Date.prototype, Symbol, Symbol.prototype, Number, Number.prototype].forEach((one) =>
      hookAll(one, take)
    ),
  "bytes": (take) => {
    const TypedArray = prototypeOf(Uint8Array);
    [
      TypedArray,
      TypedArray.prototype,
      Uint8Array,
      Uint8Array.prototype,
      ArrayBuffer,
      ArrayBuffer.prototype,
      DataView.prototype,
    ].forEach((one) => hookAll(one, take));
  },
  "memory that was used before": (take) => () =>
    Array.from({ length: 50 }, (_, n) => take(new ArrayBuffer(64 * (n + 1)))),
  "disposal": (take) => [DisposableStack, AsyncDisposableStack].forEach((one) => hookAll(one.prototype, take)),
  // Errors.
  "stacks": (take) =>
    attempt(
      () => void (Error.prepareStackTrace = (error, sites) => (take([error, sites]), "")),
      () => Object.defineProperty(Error, "prepareStackTrace", { value: take }),
      () => void (Error.stackTraceLimit = 1000),
      () => hook(Error, "captureStackTrace", take),
      () => take(new Error("x").stack),
    ),
  "messages of errors": (take) =>
    [Error, TypeError, RangeError, DOMException].forEach((one) => (hookAll(one.prototype, take), hookAll(one, take))),
  "accessor of stacks": (take) => {
    const { get, set } = Object.getOwnPropertyDescriptor(new Error("x"), "stack") ?? {};
    [get, set].forEach((one) => one && ["call", "apply"].forEach((key) => hook(one, key, take)));
  },
  "who calls": (take) =>
    attempt(
      () => take(Function.prototype.caller),
      () =>
        take((function mine() {
          return mine.caller;
        })()),
      () => take(Object.getOwnPropertyDescriptor(Function.prototype, "caller").get.call(take)),
      () => take(Object.getOwnPropertyDescriptor(Function.prototype, "arguments").get.call(setTimeout)),
    ),
  // Events and globals.
  "errors that nobody catches": (take) =>
    ["error", "unhandledrejection", "rejectionhandled", "message", "messageerror"].forEach((type) =>
      attempt(
        () => addEventListener(type, take),
        () => globalThis.addEventListener(type, take),
        () => EventTarget.prototype.addEventListener.call(globalThis, type, take),
        () => Reflect.apply(EventTarget.prototype.addEventListener, undefined, [type, take]),
        () => void (globalThis[`on${type}`] = take),
        () => Object.defineProperty(globalThis, `on${type}`, { value: take }),
      )
    ),
  "listeners of the realm": (take) => {
    const listener = { callback: take, options: { capture: false, once: false, passive: false } };
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      const data = globalThis[symbol];
      if (typeof data?.listeners !== "object") continue;
      attempt(
        () => void (data.listeners.unhandledrejection = [listener]),
        () => data.listeners.unhandledrejection.push(listener),
        () => void (data.listeners.error[0].callback = take),
        () => void (globalThis[symbol] = { ...data, listeners: { error: [listener], unhandledrejection: [listener] } }),
        () =>
          Object.defineProperty(globalThis, symbol, {
            value: { ...data, listeners: { unhandledrejection: [listener] } },
          }),
      );
    }
  },
  "targets and events": (take) =>
    [EventTarget, Event, CustomEvent, ErrorEvent, MessageEvent, PromiseRejectionEvent].forEach((one) =>
      hookAll(one.prototype, take)
    ),
  "insides of events": (take) => (hookInside(new EventTarget(), take), hookInside(new CustomEvent("x"), take)),
  "signals": (take) =>
    [AbortSignal, AbortSignal.prototype, AbortController.prototype].forEach((one) => hookAll(one, take)),
  "globals": (take) => Object.getOwnPropertyNames(globalThis).forEach((name) => hook(globalThis, name, take)),
  "globals to come": (take) => {
    ["secret", "state", "victim", "token", "name", "Buffer", "fetch", "window", "navigator", "location", "require"]
      .forEach((name) =>
        attempt(() => Object.defineProperty(globalThis, name, { set: take, get: () => undefined, configurable: true }))
      );
    return () => take(Object.getOwnPropertyNames(globalThis).map((name) => globalThis[name]?.secret));
  },
  "parents of the global object": (take) => {
    for (let one = prototypeOf(globalThis); one !== null; one = prototypeOf(one)) hookAll(one, take);
  },
  "channels and stores": (take) =>
    attempt(
      ...[
        "BroadcastChannel",
        "MessageChannel",
        "localStorage",
        "sessionStorage",
        "caches",
        "Worker",
        "SharedArrayBuffer",
        "indexedDB",
      ]
        .map((name) => () => take(new globalThis[name]("victim"))),
      ...["postMessage", "close", "onmessage", "name", "reportError"].map((name) => () => take(globalThis[name])),
    ),
  "performance": (take) => () =>
    attempt(() => take(performance.getEntries()), () => performance.mark("x"), () => hookAll(performance, take)),
  "console": (
    take,
  ) => (hookAll(console, take), hook(globalThis, "console", take), attempt(() => hookAll(prototypeOf(console), take))),
  "inspection": (take) =>
    attempt(
      () => void (Object.prototype[Symbol.for("Deno.customInspect")] = take),
      () => void (Object.prototype[Symbol.for("nodejs.util.inspect.custom")] = take),
      () => void (Object.prototype[Symbol.for("Deno.privateCustomInspect")] = take),
      () => hook(Deno, "inspect", take),
      () =>
        Deno.inspect({
          [Symbol.for("Deno.customInspect")]: (
            ...args
          ) => (args.forEach((one) => typeof one === "function" && hookAll(one, take)), take(args), ""),
        }),
    ),
  // Timers.
  "timers behind a signal": (take) => () => {
    for (const one of inside(AbortSignal.timeout(60_000))) {
      for (let at = one, n = 0; at && n < 50; at = at._idlePrev ?? at._idleNext, n++) {
        take([at._onTimeout, at._timerArgs, at._argv]);
      }
    }
  },
  "immediates beside an own one": (take) => () => {
    const own = globalThis.setImmediate(() => {});
    for (let at = own, n = 0; at && n < 50; at = at._idlePrev, n++) take([at._onImmediate, at._argv]);
    for (let at = own, n = 0; at && n < 50; at = at._idleNext, n++) take([at._onImmediate, at._argv]);
    hookAll(prototypeOf(own), take);
  },
  "timers by their numbers": () => () => {
    const own = Number(setTimeout(() => {}, 0));
    for (let number = 0; number < 3_000; number++) {
      attempt(() => clearTimeout(number), () => clearInterval(number), () => Deno.unrefTimer(number));
    }
    for (let near = -50; near < 50; near++) {
      attempt(() => clearTimeout(own + near), () => globalThis.clearImmediate(own + near));
    }
  },
  "functions for timers": (take) =>
    ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "queueMicrotask", "structuredClone"].forEach((name) =>
      hook(globalThis, name, take)
    ),
  // Bodies, streams, keys.
  "requests and responses": (take) =>
    [Request, Response, Headers, FormData].forEach((
      one,
    ) => (hookAll(one.prototype, take), hookAll(one, take), hook(globalThis, one.name, take))),
  "insides of bodies": (take) =>
    [new Response("x"), new Request("http://x.example/", { method: "POST", body: "x" }), new Headers()].forEach((one) =>
      hookInside(one, take)
    ),
  "iterators of headers, forms and addresses": (take) =>
    [new Headers().entries(), new FormData().entries(), new URLSearchParams().entries()].forEach((one) =>
      hookAll(prototypeOf(one), take)
    ),
  "addresses": (take) =>
    [URL, URLSearchParams, URLPattern].forEach((
      one,
    ) => (hookAll(one.prototype, take), hookAll(one, take), hook(globalThis, one.name, take))),
  "blobs": (take) => [Blob, File].forEach((one) => hookAll(one.prototype, take)),
  "insides of blobs": (take) => {
    const parts = inside(new Blob(["x"])).flat();
    parts.forEach((
      one,
    ) => (hookAll(prototypeOf(one), take),
      attempt(() => take(new one.constructor("00000000-0000-0000-0000-000000000000", 10))))
    );
  },
  "streams": (take) =>
    [ReadableStream, WritableStream, TransformStream, CompressionStream, TextDecoderStream].forEach((
      one,
    ) => (hookAll(one.prototype, take), hookAll(one, take))),
  "readers and controllers": (take) =>
    [
      ReadableStreamDefaultReader,
      ReadableStreamBYOBReader,
      ReadableStreamDefaultController,
      WritableStreamDefaultWriter,
      TransformStreamDefaultController,
    ]
      .forEach((one) => hookAll(one.prototype, take)),
  "insides of streams": (take) => {
    const stream = new ReadableStream();
    const iterator = stream[Symbol.asyncIterator]();
    void iterator.next();
    hookAll(prototypeOf(iterator), take);
    const own = [
      stream,
      new ReadableStream().getReader(),
      new WritableStream(),
      new WritableStream().getWriter(),
      new TransformStream(),
    ];
    const first = own.flatMap(inside);
    [...first, ...first.flatMap(inside)].flat().forEach((one) =>
      typeof one === "object" && one !== null && hookAll(prototypeOf(one), take)
    );
  },
  "encoders": (take) =>
    [TextEncoder, TextDecoder].forEach((one) => (hookAll(one.prototype, take), hook(globalThis, one.name, take))),
  "texts as bytes": (take) =>
    ["atob", "btoa", "encodeURIComponent", "decodeURIComponent", "escape"].forEach((name) =>
      hook(globalThis, name, take)
    ),
  "class of crypto.subtle": (take) => hookAll(prototypeOf(crypto.subtle), take),
  "crypto": (
    take,
  ) => (hookAll(crypto.subtle, take, ["importKey", "sign", "encrypt", "exportKey"]),
    hookAll(prototypeOf(crypto), take),
    hook(crypto, "subtle", take),
    hook(globalThis, "crypto", take)),
  "keys": (take) => hookAll(CryptoKey.prototype, take),
  "copies": (take) => attempt(() => hook(globalThis, "structuredClone", take), () => take(structuredClone(globalThis))),
  "locales": (take) => {
    for (const name of ["ListFormat", "NumberFormat", "Collator", "Segmenter", "DateTimeFormat"]) {
      hookAll(Intl[name].prototype, take);
    }
    hookAll(Intl, take);
    const segments = new Intl.Segmenter("en").segment("x");
    [segments, segments[Symbol.iterator]()].forEach((one) => hookAll(prototypeOf(one), take));
  },
  // What was granted.
  "members of Deno": (take) => (hookAll(Deno, take), hook(globalThis, "Deno", take)),
  "environment": (take) =>
    attempt(
      () => take(Deno.env.toObject()),
      () => take(globalThis.process.env),
      () => hookAll(globalThis.process, take),
    ),
  // The host.
  "classes of the host's objects": (take, host) => {
    for (let one = prototypeOf(host); one !== null && one !== Object.prototype; one = prototypeOf(one)) {
      hookAll(one, take);
    }
    [host.db, host.log, host.pbx, host.admin].forEach((one) => (hookAll(one, take), hookAll(prototypeOf(one), take)));
    attempt(() => take(new host.constructor({ name: "victim", directories: {}, report() {}, open() {} })));
  },
  "the host's object of another": (take, host) => {
    const { get } = Object.getOwnPropertyDescriptor(prototypeOf(host), "db");
    attempt(
      () => take(get.call({ name: "victim" })),
      () => take(get.call(Object.create(host, { name: { value: "victim" } })).get("secret").then(take)),
    );
  },
  "configuration of another": (take, host) => () => {
    for (const file of ["victim.conf", "VICTIM.CONF", "./victim.conf", "../etc/victim.conf"]) {
      attempt(() => host.config(file).then(take));
    }
  },
  "database of another": (take, host) => () => {
    for (const key of ["secret", "/victim/secret", "../victim/secret", "victim/secret", "", "/"]) {
      attempt(() => host.db.get(key).then(take), () => host.db.tree(key).then(take));
    }
    attempt(() => host.db.tree().then(take));
  },
  "service that others use": (take, host) => {
    attempt(() => host.service("vault", { keep: take, ask: take }));
    return async () => {
      const vault = await host.use("service=vault");
      hookAll(vault.service, take);
      hookAll(prototypeOf(vault.service.keep), take);
      await vault.service.ask((...args) => (take(args), "")).catch(() => {});
      await vault.release();
    };
  },
  "commands and the log": (take, host) => () => {
    for (const line of ["victim work", "database show", "module show victim"]) {
      attempt(() => host.execute(line).then(take));
    }
    attempt(() => host.admin.lines?.(100).then(take), () => host.admin.log?.(100).then(take));
  },
  "what the specifier exports": (take) => attempt(() => hookAll(defineModule, take), () => hookAll(LoadResult, take)),
  // All of it.
  "everything reachable": (take) => () => {
    const seen = new Set();
    const open = [globalThis, ...inside(globalThis)];
    while (open.length > 0) {
      const one = open.pop();
      if (one === null || (typeof one !== "object" && typeof one !== "function") || seen.has(one)) continue;
      seen.add(one);
      open.push(prototypeOf(one));
      for (const key of Reflect.ownKeys(one)) {
        const { value, get, set } = Reflect.getOwnPropertyDescriptor(one, key) ?? {};
        if (typeof value === "string") take(value);
        open.push(value, get, set);
        attempt(() => open.push(one[key]));
      }
    }
  },
  // Of this the test must hear, or it would hear of nothing.
  "control": (take) => () => take([new TextEncoder().encode("CONTROL-1"), { deep: [{ text: "CONTROL-2" }] }]),
};

export default defineModule({
  license: "MIT",
  description: "Module evil",
  load(host) {
    const { marks: [secret, ...controls] } = { marks: ["SECRET-", "CONTROL-1", "CONTROL-2"] };
    const found = new Map();
    // What is taken may have traps of this module's own.
    let taking = false;
    const takerOf = (name) => (value) => {
      if (taking) return;
      taking = true;
      const text = textOf(value);
      taking = false;
      for (const mark of [secret, ...controls]) {
        if (text.includes(mark)) found.set(`${name}: ${mark}`, text.slice(0, 300));
      }
    };
    const looks = [];
    const failures = [];
    /** Runs a way, or a look, to its end; none may be left out because it hangs. */
    const run = async (name, tried, ...args) => {
      let timer;
      const late = new Promise((_, reject) => timer = setTimeout(reject, 5_000, "it hangs"));
      try {
        return await Promise.race([tried(...args), late]);
      } catch (error) {
        failures.push(`${name}: ${error}`);
      } finally {
        clearTimeout(timer);
      }
    };
    const command = (word, handler) => host.command({ command: `evil ${word}`, summary: "Looks for secrets", handler });
    command("arm", async () => {
      for (const [name, way] of Object.entries(WAYS)) {
        const look = await run(name, way, takerOf(name), host);
        if (typeof look === "function") looks.push([name, look]);
      }
      return "armed";
    });
    command("look", async () => {
      for (const [name, look] of looks) await run(name, look);
      return "looked";
    });
    command("found", () => JSON.stringify({ ways: Object.keys(WAYS).length, found: [...found], failures }));
    return LoadResult.SUCCESS;
  },
});
