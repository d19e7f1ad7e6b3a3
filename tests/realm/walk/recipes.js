// deno-lint-ignore-file no-unused-vars -- its text becomes a part of a module
/** What makes instances of all that the calls of the walker do not come upon by themselves: name to function. */
const text = (value) => new TextEncoder().encode(value);
const HMAC = { name: "HMAC", hash: "SHA-256" };
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };

const RECIPES = {
  string: () => Object("x"),
  number: () => Object(1),
  bigint: () => Object(1n),
  symbol: () => Object(Symbol("x")),
  boolean: () => Object(true),
  list: () => ["x"],
  object: () => ({ x: 1 }),
  function: () => function () {},
  arrow: () => () => {},
  "async function": () => async () => {},
  arguments: () =>
    (function () {
      return arguments;
    })(),
  generator: () =>
    (function* () {
      yield 1;
    })(),
  "generator function": () => function* () {},
  "async generator": () =>
    (async function* () {
      yield 1;
    })(),
  "async generator function": () => async function* () {},
  class: () => class extends Array {},
  regexp: () => /(?<name>x)/dg.exec("x"),
  error: () => new Error("x", { cause: 1 }),
  "error of the engine": () => outcomeOf(() => null.x),
  "failed request": () => outcomeOf(() => new URL("")),
  abort: () => outcomeOf(() => AbortSignal.abort().throwIfAborted()),
  map: () => new Map([[1, 2]]),
  set: () => new Set([1]),
  "symbol of an error": () => structuredClone(new Error("x")),
  "stream reader": () => new Blob(["x"]).stream().getReader(),
  "byte stream": () => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 8 }),
  "byte reader": () => new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }),
  "byte controller": () => controllerOf(ReadableStream, { type: "bytes" }),
  "byte request": () =>
    new Promise((resolve) => {
      const pull = (controller) => resolve(controller.byobRequest);
      void new ReadableStream({ type: "bytes", autoAllocateChunkSize: 8, pull }).getReader().read();
    }),
  "stream controller": () => controllerOf(ReadableStream, {}),
  "sink controller": () => controllerOf(WritableStream, {}),
  "transform controller": () => controllerOf(TransformStream, {}),
  "stream of a list": () => ReadableStream.from(["x"]),
  "stream iterator": () => new Blob(["x"]).stream()[Symbol.asyncIterator]({ preventCancel: true }),
  "stream tee": () => new Blob(["x"]).stream().tee(),
  "stream through": () => new Blob(["x"]).stream().pipeThrough(new TextDecoderStream()),
  "stream that is iterated": () => busy(new ReadableStream(), (stream) => stream[Symbol.asyncIterator]().next()),
  "stream that is read": () => busy(new ReadableStream(), (stream) => stream.getReader().read()),
  "bytes that are read": () => {
    const read = (stream) => stream.getReader({ mode: "byob" }).read(new Uint8Array(1));
    return busy(new ReadableStream({ type: "bytes" }), read);
  },
  "stream that is piped": () => {
    const [from, to] = [new ReadableStream(), new WritableStream()];
    return [busy(from, () => from.pipeTo(to)), to];
  },
  "stream that is written to": () => {
    const stream = new WritableStream({ write: () => new Promise(() => {}) });
    const writer = stream.getWriter();
    return busy([stream, writer], () => Promise.all([writer.write("x"), writer.write("y")]));
  },
  "stream that was cancelled": () => busy(new ReadableStream(), (stream) => stream.cancel("x")),
  "stream that has failed": () => new ReadableStream({ start: (controller) => controller.error("x") }),
  "body that is read": () => busy(new Response(new ReadableStream()), (response) => response.text()),
  "signal that was aborted": () => AbortSignal.abort("x"),
  "signal that is listened to": () => {
    const signal = AbortSignal.any([AbortSignal.timeout(99), new AbortController().signal]);
    signal.addEventListener("abort", () => {});
    return signal;
  },
  "strategy of bytes": () => new ByteLengthQueuingStrategy({ highWaterMark: 1 }),
  "strategy of counts": () => new CountQueuingStrategy({ highWaterMark: 1 }),
  compression: () => new CompressionStream("gzip"),
  decompression: () => new DecompressionStream("gzip"),
  response: () => new Response("x", { headers: { a: "b" } }),
  "response of a stream": () => new Response(new Blob(["x"]).stream()),
  "response of a form": () => new Response(new URLSearchParams("a=b")).formData(),
  request: () => new Request("http://x.example/", { method: "POST", body: "x" }),
  "request of a form": () => new Request("http://x.example/", { method: "POST", body: formOf() }),
  form: () => formOf(),
  "file of a form": () => formOf().get("file"),
  headers: () => new Headers({ a: "b" }),
  "header iterator": () => new Headers({ a: "b" }).entries(),
  "query iterator": () => new URLSearchParams("a=b").entries(),
  "form iterator": () => formOf().entries(),
  pattern: () => new URLPattern({ pathname: "/:x" }).exec("http://x.example/y"),
  "signal of any": () => AbortSignal.any([AbortSignal.timeout(9)]),
  target: () => {
    const target = new EventTarget();
    target.addEventListener("x", () => {});
    return target;
  },
  "event that is on": () =>
    new Promise((resolve) => {
      const target = new EventTarget();
      target.addEventListener("x", resolve);
      target.dispatchEvent(new CustomEvent("x", { detail: 1 }));
    }),
  "promise rejection": () => new PromiseRejectionEvent("x", { promise: Promise.resolve(), reason: 1 }),
  "error event": () => new ErrorEvent("x", { error: new Error("x") }),
  "message event": () => new MessageEvent("x", { data: 1 }),
  "hidden key": () => crypto.subtle.generateKey(HMAC, false, ["sign"]),
  "open key": () => crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]),
  "pair of keys": () => crypto.subtle.generateKey(ECDSA, true, ["sign"]),
  "key given": () => crypto.subtle.importKey("raw", text("key"), HMAC, true, ["sign"]),
  "key taken out": async () =>
    crypto.subtle.exportKey("jwk", await crypto.subtle.importKey("raw", text("key"), HMAC, true, ["sign"])),
  digest: () => crypto.subtle.digest("SHA-256", text("x")),
  "stack of things": () => new DisposableStack(),
  "stack of promised things": () => new AsyncDisposableStack(),
  "weak reference": () => new WeakRef({}),
  registry: () => new FinalizationRegistry(() => {}),
  proxy: () => new Proxy({}, {}),
  "revocable proxy": () => Proxy.revocable({}, {}),
  shown: () => Deno.inspect({}),
  segments: () => new Intl.Segmenter("en", { granularity: "word" }).segment("a b"),
  "segment iterator": () => new Intl.Segmenter("en").segment("a b")[Symbol.iterator](),
  "names of a locale": () => new Intl.DisplayNames("en", { type: "region" }),
  locale: () => new Intl.Locale("en"),
  "date of a format": () => new Intl.DateTimeFormat("en").formatToParts(0),
  "number of a format": () => new Intl.NumberFormat("en"),
  "method of a format": () => new Intl.NumberFormat("en").format,
  "method of a collator": () => new Intl.Collator("en").compare,
  "list of a format": () => new Intl.ListFormat("en"),
  "plural of a format": () => new Intl.PluralRules("en"),
  "time of a format": () => new Intl.RelativeTimeFormat("en"),
  duration: () => new Intl.DurationFormat("en"),
  iterator: () => Iterator.from({ next: () => ({ done: true }) }),
  "iterator helper": () => [1].values().map((one) => one),
  "string iterator": () => "x"[Symbol.iterator](),
  "match iterator": () => "x".matchAll(/x/g),
  "async iterator from a list": () =>
    (async function* () {
      yield* [1];
    })(),
  "tagged template": () => ((strings) => strings)`x`,
  immediate: () => globalThis.setImmediate(() => {}),
  "signal with a time": () => AbortSignal.timeout(9),
  timer: () => setTimeout(() => {}, 0),
  temporal: () => Temporal.Now.zonedDateTimeISO("UTC"),
  "temporal duration": () => Temporal.Duration.from({ hours: 1 }),
  "temporal date": () => Temporal.PlainDate.from("2020-01-01"),
  "temporal time": () => Temporal.PlainTime.from("10:00"),
  "temporal month": () => Temporal.PlainYearMonth.from("2020-01"),
  "temporal day": () => Temporal.PlainMonthDay.from("01-01"),
  "temporal instant": () => Temporal.Now.instant(),
  "temporal date and time": () => Temporal.Now.plainDateTimeISO("UTC"),
};

/** Something of which more is asked than it has yet. */
function busy(object, ask) {
  ask(object).catch(() => {});
  return object;
}

function controllerOf(Stream, source) {
  let given;
  new Stream({ ...source, start: (controller) => void (given = controller) });
  return given;
}

function formOf() {
  const form = new FormData();
  form.append("a", "b");
  form.append("file", new File(["x"], "x.txt"));
  return form;
}
