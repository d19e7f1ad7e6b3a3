/**
 * A module with a secret that it uses in every way that modules do. Each use says whether it came to what it should:
 * a neighbor must neither see the secret nor change what comes of it.
 */
import { defineModule, LoadResult } from "asterism";

const bytes = (text) => new TextEncoder().encode(text);
const plain = (data) => new TextDecoder().decode(data);
const HMAC = { name: "HMAC", hash: "SHA-256" };
const hidden = new WeakMap();
const kept = new Map();
const later = [];

class Keeper {
  #secret;
  constructor(secret) {
    this.#secret = secret;
    hidden.set(this, secret);
    kept.set("secret", secret);
  }
  get length() {
    return this.#secret.length;
  }
  [Symbol.toPrimitive]() {
    return this.#secret;
  }
  toJSON() {
    return { secret: this.#secret };
  }
  static [Symbol.hasInstance](value) {
    return hidden.has(value);
  }
}

const USES = {
  closure: (secret) => (() => secret)() === secret,
  "private field": (secret) => new Keeper(secret).length === secret.length,
  "weak map": (secret) => hidden.get(keeperOf(secret)) === secret,
  map: (secret) => kept.set("k", secret).get("k") === secret && [...kept.values()].includes(secret),
  set: (secret) => new Set([secret]).has(secret) && [...new Set([secret])][0] === secret,
  primitive: (secret) => `${new Keeper(secret)}` === secret,
  instance: (secret) => new Keeper(secret) instanceof Keeper,
  json: (secret) => JSON.stringify(new Keeper(secret)) === `{"secret":"${secret}"}`,
  "json read": (secret) => JSON.parse(`{"a":"${secret}"}`).a === secret,
  match: (secret) => /^(SECRET)-(.*)$/.exec(secret)?.[1] === "SECRET" && secret.match(/-(\d+)/)?.index > 0,
  "all matches": (secret) => [...secret.matchAll(/(.)/g)].map(([one]) => one).join("") === secret,
  replace: (secret) => secret.replace(/SECRET-(.*)/, "$1").length === secret.length - 7,
  split: (secret) => secret.split("-").join("-") === secret,
  list: (secret) => [secret, "b"].map((one) => one).filter((one) => one === secret).concat([1])[0] === secret,
  sort: (secret) => ["zz", secret].sort((a, b) => (a < b ? -1 : 1))[0] === secret,
  indices: (secret) => {
    const list = [];
    list[0] = secret;
    list.push(secret);
    return list[0] === list[1];
  },
  spread: (secret) => Object.assign({}, { ...{ secret } }).secret === secret && [...[secret]][0] === secret,
  properties: (secret) => {
    const state = {};
    state.secret = secret;
    state.password = secret;
    state[Symbol.for("secret")] = secret;
    return Object.entries(state)[0][1] === secret && Object.values(state).length === 2;
  },
  "own property": (secret) => Object.prototype.hasOwnProperty.call({ [secret]: 1 }, secret),
  "kind of value": (secret) => Object.prototype.toString.call([secret]) === "[object Array]",
  apply: (secret) => ((...args) => args[0]).apply(null, [secret]) === ((one) => one).call(null, secret),
  bind: (secret) => ((one) => one).bind(null, secret)() === secret,
  reflect: (secret) =>
    Reflect.get({ secret }, "secret") === secret && Reflect.apply((one) => one, null, [secret]) === secret,
  proxy: (secret) => new Proxy({ secret }, { get: (target, key) => Reflect.get(target, key) }).secret === secret,
  generator: (secret) => {
    const generator = (function* () {
      yield yield secret;
    })();
    return generator.next().value === secret && generator.next(secret).value === secret;
  },
  iterator: (secret) => Iterator.from([secret]).map((one) => one).toArray()[0] === secret,
  destructuring: (secret) => {
    const [first] = [secret];
    const { second } = { second: secret };
    return first === second;
  },
  "tagged template": (secret) => String.raw`${secret}` === secret,
  text: (secret) => [...secret].join("") === secret && secret.concat("").slice(0).trim() === secret,
  bytes: (secret) => plain(bytes(secret)) === secret && plain(Uint8Array.from(bytes(secret)).subarray(0)) === secret,
  view: (secret) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint8(0, secret.charCodeAt(0));
    return view.getUint8(0) === secret.charCodeAt(0);
  },
  base64: (secret) => atob(btoa(secret)) === secret && decodeURIComponent(encodeURIComponent(secret)) === secret,
  clone: (secret) => structuredClone({ secret }).secret === secret,
  locale: (secret) =>
    new Intl.ListFormat("en").format([secret]) === secret && new Intl.Collator("en").compare(secret, secret) === 0 &&
    [...new Intl.Segmenter("en").segment(secret)].map(({ segment }) => segment).join("") === secret,
  number: (secret) => new Intl.NumberFormat("en").format(Number(secret.slice(7))) !== "",
  error: (secret) => {
    try {
      throw new Error(secret, { cause: { secret } });
    } catch (error) {
      return error.message === secret && error.cause.secret === secret && error.stack.includes("Error: ");
    }
  },
  "error of its own": (secret) => {
    class Wrong extends Error {
      constructor(message) {
        super();
        this.message = message;
        this.name = "Wrong";
      }
    }
    return String(new Wrong(secret)) === `Wrong: ${secret}`;
  },
  promise: async (secret) => (await Promise.all([secret, Promise.resolve(secret)]))[1] === secret,
  "promise that is kept": async (secret) => {
    const { promise, resolve } = Promise.withResolvers();
    resolve(secret);
    return await promise.then((one) => one).finally(() => {}) === secret;
  },
  "promise that is broken": async (secret) =>
    await Promise.reject(new Error(secret)).catch(({ message }) => message) === secret,
  "async iteration": async (secret) => {
    for await (
      const one of (async function* () {
        yield secret;
      })()
    ) return one === secret;
  },
  "list from an iteration": async (secret) => (await Array.fromAsync([secret]))[0] === secret,
  microtask: (secret) => new Promise((resolve) => queueMicrotask(() => resolve(secret.length > 0))),
  timeout: (secret) => new Promise((resolve) => setTimeout((given) => resolve(given === secret), 5, secret)),
  interval: (secret) =>
    new Promise((resolve) => {
      const timer = setInterval(
        (given) => {
          clearInterval(timer);
          resolve(given === secret);
        },
        5,
        secret,
      );
    }),
  immediate: (secret) =>
    new Promise((resolve) => globalThis.setImmediate((given) => resolve(given === secret), secret)),
  "signal that ends": (secret) =>
    new Promise((resolve) => {
      const signal = AbortSignal.any([AbortSignal.timeout(5)]);
      signal.addEventListener("abort", () => resolve(signal.reason.name === "TimeoutError" && secret.length > 0));
    }),
  "reason of a signal": (secret) => {
    const controller = new AbortController();
    controller.abort(secret);
    return controller.signal.reason === secret;
  },
  event: (secret) => {
    const target = new EventTarget();
    let seen;
    target.addEventListener("told", ({ detail }) => seen = detail);
    target.dispatchEvent(new CustomEvent("told", { detail: secret }));
    return seen === secret;
  },
  "weak reference": (secret) => {
    const object = { secret };
    new FinalizationRegistry(() => {}).register(object, secret);
    return new WeakRef(object).deref().secret === secret;
  },
  disposal: (secret) => {
    let seen;
    const stack = new DisposableStack();
    stack.adopt(secret, (value) => seen = value);
    stack.dispose();
    return seen === secret;
  },
  address: (secret) => {
    const url = new URL(`http://user:${secret}@x.example/?token=${secret}`);
    return url.password === secret && url.searchParams.get("token") === secret &&
      [...url.searchParams][0][1] === secret;
  },
  "pattern of addresses": (secret) =>
    new URLPattern({ pathname: "/:token" }).exec(`http://x.example/${secret}`).pathname.groups.token === secret,
  headers: (secret) => {
    const request = new Request("http://x.example/", { headers: { authorization: secret } });
    return request.headers.get("authorization") === secret && [...request.headers].flat().includes(secret);
  },
  form: (secret) => {
    const form = new FormData();
    form.append("secret", secret);
    return form.get("secret") === secret && [...form][0][1] === secret;
  },
  request: async (secret) => await new Request("http://x.example/", { method: "POST", body: secret }).text() === secret,
  response: async (secret) => (await Response.json({ secret }).json()).secret === secret,
  "form of a response": async (secret) =>
    (await new Response(new URLSearchParams({ secret })).formData()).get("secret") === secret,
  blob: async (secret) => {
    const blob = new Blob([secret, bytes(secret)]);
    return await blob.text() === secret + secret && await blob.slice(0, secret.length).text() === secret;
  },
  stream: async (secret) => {
    const parts = [];
    for await (const part of ReadableStream.from([secret])) parts.push(part);
    return parts[0] === secret;
  },
  reader: async (secret) => {
    const reader = new ReadableStream({ pull: (controller) => controller.enqueue(secret) }).getReader();
    return (await reader.read()).value === secret;
  },
  "stream through": async (secret) => {
    const packed = new Blob([secret]).stream().pipeThrough(new CompressionStream("gzip"));
    return await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text() === secret;
  },
  writer: async (secret) => {
    let seen;
    const writer = new WritableStream({ write: (chunk) => void (seen = chunk) }).getWriter();
    await writer.write(secret);
    return seen === secret;
  },
  tee: async (secret) => {
    const [one, other] = new Blob([secret]).stream().tee();
    return await new Response(one).text() === secret && await new Response(other).text() === secret;
  },
  "key that is hidden": async (secret) => {
    const key = await crypto.subtle.importKey("raw", bytes(secret), HMAC, false, ["sign", "verify"]);
    return await crypto.subtle.verify("HMAC", key, await crypto.subtle.sign("HMAC", key, bytes(secret)), bytes(secret));
  },
  "key that is open": async (secret) => {
    const key = await crypto.subtle.importKey("raw", bytes(secret), HMAC, true, ["sign"]);
    return plain(await crypto.subtle.exportKey("raw", key)) === secret;
  },
  cipher: async (secret) => {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const cipher = { name: "AES-GCM", iv: new Uint8Array(12) };
    return plain(await crypto.subtle.decrypt(cipher, key, await crypto.subtle.encrypt(cipher, key, bytes(secret)))) ===
      secret;
  },
  console: (secret) => {
    console.log({ secret });
    console.group(secret);
    console.time(secret);
    console.timeEnd(secret);
    console.count(secret);
    console.groupEnd();
    return true;
  },
  inspection: (secret) => Deno.inspect({ secret }).includes(secret),
  log: (secret, host) => {
    host.log.verbose(3, secret);
    host.log.debug(secret);
    return true;
  },
  configuration: async (secret, host) => (await host.config("victim.conf")).section("general").get("secret") === secret,
  database: async (secret, host) => {
    await host.db.put("secret", secret);
    return await host.db.get("secret") === secret && (await host.db.tree()).get("secret") === secret;
  },
  service: async (secret, host) => {
    const vault = await host.use("service=vault");
    const kept = await vault.service.keep(secret);
    await vault.release();
    return kept === secret.length;
  },
  "callback of a service": async (secret, host) => {
    const vault = await host.use("service=vault");
    const seen = await vault.service.ask(() => secret);
    await vault.release();
    return seen === secret.length;
  },
};

let keeper;
function keeperOf(secret) {
  return keeper ??= new Keeper(secret);
}

/** Leaves things open that have the secret and are not over: until `victim end`. */
async function begin(secret) {
  const { promise: over, resolve: end } = Promise.withResolvers();
  const waiting = [
    new Promise((resolve) => {
      const timer = setTimeout((given) => resolve(given === secret), 60_000, secret);
      void over.then(() => (clearTimeout(timer), resolve(true)));
    }),
    (async () => {
      const stream = new ReadableStream({ start: (controller) => void over.then(() => controller.enqueue(secret)) });
      for await (const part of stream) return part === secret;
    })(),
    new Response(
      new ReadableStream({
        start: (controller) => void over.then(() => (controller.enqueue(bytes(secret)), controller.close())),
      }),
    ).text().then((text) => text === secret),
  ];
  later.push({ end, waiting });
  // What nobody catches is for the log alone.
  void Promise.reject(new Error(`uncaught ${secret}`));
  setTimeout(() => {
    throw new Error(`thrown ${secret}`);
  }, 0);
  return await Promise.resolve("begun");
}

export default defineModule({
  license: "MIT",
  description: "Module victim",
  async load(host) {
    const secret = (await host.config("victim.conf")).section("general").get("secret");
    const command = (word, handler) => host.command({ command: `victim ${word}`, summary: "Uses the secret", handler });
    command("begin", () => begin(secret));
    command("work", async () => {
      const results = {};
      for (const [name, use] of Object.entries(USES)) {
        try {
          results[name] = await use(secret, host);
        } catch (error) {
          results[name] = String(error).replaceAll(secret, "…");
        }
      }
      return JSON.stringify(results);
    });
    command("end", async () => {
      const { end, waiting } = later.pop();
      end();
      return JSON.stringify(await Promise.all(waiting));
    });
    return LoadResult.SUCCESS;
  },
});
