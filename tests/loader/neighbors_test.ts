/** What modules of one realm can do to each other: nothing that the language would let them. */
import { assertEquals } from "@std/assert";
import { startHost } from "./_harness.ts";

/** Tries to replace or add to everything that the victim will use, and tells what it was handed. */
const THIEF = `
  const seen = [];
  const patched = [];
  const note = (what, value) => { if (String(value).includes("secret") || typeof value?.application === "function") seen.push(what); };
  const steal = (what, owner, key) => {
    try {
      const original = owner[key];
      owner[key] = function (...args) { [this, ...args].forEach((one) => note(what, one)); return original.apply(this, args); };
      if (owner[key] !== original) patched.push(what);
    } catch {}
    try { Object.defineProperty(owner, key, { get() { note(what, this); } }); patched.push(what + " by definition"); } catch {}
  };
  for (const [what, owner, key] of [
    ["host.application", Object.getPrototypeOf(host), "application"],
    ["host.log", host, "log"],
    ["then of promises", Promise.prototype, "then"],
    ["then of objects", Object.prototype, "then"],
    ["call", Function.prototype, "call"],
    ["call of a method", Array.prototype.slice, "call"],
    ["map", Array.prototype, "map"],
    ["iterator", Array.prototype, Symbol.iterator],
    ["next", Object.getPrototypeOf([][Symbol.iterator]()), "next"],
    ["Map", Map.prototype, "set"],
    ["JSON", JSON, "stringify"],
    ["exec", RegExp.prototype, "exec"],
    ["String", globalThis, "String"],
    ["encodeURIComponent", globalThis, "encodeURIComponent"],
    ["Buffer", globalThis, "Buffer"],
    ["fetch", globalThis, "fetch"],
    ["async functions", Object.getPrototypeOf(async () => {}), "bind"],
    ["text of errors", Error.prototype, "toString"],
    ["stacks", Error, "prepareStackTrace"],
    ["numbers in words", Intl.NumberFormat.prototype, "formatToParts"],
    ["console", console, "log"],
    ["LoadResult", LoadResult, "SUCCESS"],
    ["defineModule", defineModule, "call"],
    ["events", EventTarget.prototype, "dispatchEvent"],
    ["calls", Object.getPrototypeOf(await host.user("u", () => {})), "release"],
  ]) steal(what, owner, key);
  for (const type of ["error", "unhandledrejection", "message"]) {
    try { addEventListener(type, (event) => note(type, event.reason?.message)); patched.push(type); } catch {}
    try { EventTarget.prototype.addEventListener.call(globalThis, type, () => {}); patched.push(type); } catch {}
  }
  for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
    try { globalThis[symbol].listeners.error.push({ callback() {} }); patched.push("listeners"); } catch {}
  }
  host.function("STOLEN", { read: () => JSON.stringify({ patched, seen, last: RegExp.input ?? RegExp["$_"] }) });`;

const VICTIM = `
  const own = class Own extends Error { constructor() { super("secret"); this.name = "Own"; this.toString = () => "mine"; } };
  host.application("Victim", (call, args) => { /secret/.exec(args); return [args].map(String).length - 1; });
  JSON.stringify({ secret: "secret" });
  new Map().set("secret", host);
  Promise.reject(new own());
  class Child extends Array {}
  const child = new Child();
  child.constructor = Child;
  host.log.notice(String(new own()) + Array.prototype.slice.call("ab").join("") + new Intl.NumberFormat("en").format(1234));`;

Deno.test("a module cannot replace what its neighbors use, nor be handed what they hold", async () => {
  await using host = await startHost({
    modules: {
      a_thief: { load: THIEF, manifest: "[provides]\nfunction = STOLEN" },
      b_victim: { load: VICTIM, manifest: "[provides]\napplication = Victim" },
    },
  });
  await host.logged(/^b_victim: mineab1,234$/);
  await host.logged(/^b_victim: Unhandled rejection: Own: secret/);
  await host.run("dialplan exec application Victim(secret)");
  assertEquals(JSON.parse(await host.run("dialplan eval function STOLEN()").then((text) => /\{.*\}/.exec(text)![0])), {
    patched: [],
    seen: [],
  });
});

Deno.test("no module can pass for its neighbor in the log", async () => {
  await using host = await startHost({
    modules: {
      forger: {
        load: `
          const forged = "\\n    at victim (neighbor.js:1:1)";
          console.error(forged);
          Promise.reject(new Error(forged));
          const named = { ["x" + forged + "\\n"]() { console.warn("by name"); } };
          Object.values(named)[0]();
          const error = new Error("by frames");
          const site = { getScriptNameOrSourceURL: () => "asterism:neighbor.js?1", getLineNumber: () => 1,
            getColumnNumber: () => 1, getFunctionName: () => "f" };
          try { host.log.notice("formatted " + Error.prepareStackTrace(error, [site])); } catch (thrown) { host.log.notice(thrown.name); }
          Promise.reject(error);`,
      },
      neighbor: {},
    },
  });
  await host.logged(/^forger: Unhandled rejection: Error: by frames \(forger\.js:\d+:\d+\)$/);
  await host.logged(/^forger: by name$/);
  await host.logged(/^forger: TypeError$/);
  assertEquals(host.messages("error", "warning", "notice").filter((line) => line.startsWith("neighbor:")), []);
});
