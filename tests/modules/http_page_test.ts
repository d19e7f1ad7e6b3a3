import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MINIMUM_TOKEN, performAction, readToken } from "../../modules/_http_actions.ts";
import { MAXIMUM_STREAMS } from "../../modules/_http_live.ts";
import { isSameOrigin } from "../../modules/_http_routes.ts";
// @ts-types="./_layout.d.ts"
import { formatSpan, layoutGraph, moodOf } from "../../modules/_page/layout.js";
import module from "../../modules/res_http.ts";
import { random } from "../support/random.ts";
import { DETAIL, FakeAdmin } from "./_fake_admin.ts";
import { FakeHost, readConfig } from "./_fake_host.ts";

const TOKEN = "correct-horse-battery";

/** The module with a page, on a port of the system's choice. */
async function page(services = {}) {
  const fake = new FakeAdmin();
  const conf = "[general]\nenabled = yes\nbindport = 0\npage = yes\n";
  const host = new FakeHost({ files: { "http.conf": conf }, modules: [], admin: fake.admin, services });
  assertEquals(await module.load?.(host), 0);
  const base = `http://${/Bound to (\S+)/.exec(await host.type("http show status"))?.[1]}`;
  return { base, fake, host, [Symbol.asyncDispose]: async () => void await module.unload?.(host) };
}

/** What a stream of events brings, one event after the other. */
async function* eventsOf(response: Response): AsyncGenerator<[event: string, data: unknown]> {
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      yield [event, JSON.parse(data)];
    }
  }
}

Deno.test("res_http serves the page with a policy that lets nothing in from elsewhere", async () => {
  await using http = await page();
  for (
    const [path, type] of [["/", "text/html"], ["/page/page.js", "text/javascript"], ["/page/style.css", "text/css"]]
  ) {
    const response = await fetch(http.base + path);
    const text = await response.text();
    assertEquals(response.status, 200, path);
    assertStringIncludes(response.headers.get("content-type")!, type!);
    assertStringIncludes(response.headers.get("content-security-policy")!, "default-src 'none'; script-src 'self'");
    assertEquals(/<script(?![^>]*\bsrc=)|\son\w+=|style=|https?:\/\/(?!www\.w3\.org)/.exec(text), null, path);
  }
  const status = await (await fetch(`${http.base}/status.json`)).json();
  assertEquals([status.version, status.modules.length, status.actions], ["1.2.3", 1, false]);
  assertStringIncludes(await http.host.type("http show status"), "/ => Status Page\n");
});

Deno.test("res_http tells open pages what changes, and new lines of the log", async () => {
  await using http = await page();
  http.fake.lines = [{ number: 1, level: "notice", area: "loader", message: "first", time: 0 }];
  const events = eventsOf(await fetch(`${http.base}/events`));
  const next = async () => (await events.next()).value as [string, Record<string, unknown>];
  const [event, status] = await next();
  assertEquals([event, (status.modules as unknown[]).length], ["status", 1]);
  assertEquals((await next())[0], "log");
  http.fake.details = [{ ...DETAIL, state: "failed", reason: "its realm ended" }];
  http.fake.lines.push({ number: 2, level: "error", area: "loader", message: "second", time: 0 });
  http.fake.tell({ type: "failed", module: "res_http", reason: "its realm ended" });
  const [, changed] = await next();
  assertEquals((changed.modules as { state: string }[])[0]?.state, "failed");
  assertEquals((await next())[1], [{ number: 2, level: "error", area: "loader", message: "second", time: 0 }] as never);
  await events.return(undefined);
});

Deno.test("res_http keeps so many pages up to date, and lets them go when it stops", async () => {
  const http = await page();
  const open = await Promise.all(Array.from({ length: MAXIMUM_STREAMS }, () => fetch(`${http.base}/events`)));
  const refused = await fetch(`${http.base}/events`);
  assertEquals([refused.status, await refused.text()], [503, "Service Unavailable\n"]);
  const ends = open.map(async (response) => {
    for await (const _event of eventsOf(response));
  });
  await http[Symbol.asyncDispose]();
  await Promise.all(ends);
});

Deno.test("res_http takes the page away when it is told so", async () => {
  await using http = await page();
  http.host.files["http.conf"] = "[general]\nenabled = yes\nbindport = 0\npage = no\n";
  assertEquals(await module.reload?.(http.host), 0);
  const response = await fetch(`${http.base}/`);
  assertEquals([response.status, await response.text()], [404, "Not Found\n"]);
});

Deno.test("buttons work for whoever has the token, from this page only", async () => {
  const asked: string[][] = [];
  const service = {
    act: (...words: string[]) => {
      asked.push(words);
      return Promise.resolve({ ok: words[0] === TOKEN, text: "answered" });
    },
  };
  await using http = await page({ "service=http_actions": service });
  const press = async (headers: Record<string, string>, method = "POST") => {
    const response = await fetch(`${http.base}/actions?action=unload&module=x`, { method, headers });
    return [response.status, (await response.text()).trim()];
  };
  assertEquals(await press({ authorization: `Bearer ${TOKEN}` }), [200, "answered"]);
  assertEquals(await press({}), [403, "answered"]);
  assertEquals(await press({ authorization: `Bearer ${TOKEN}`, origin: "http://evil.example" }), [403, "Forbidden"]);
  assertEquals(await press({}, "GET"), [405, "Method Not Allowed"]);
  assertEquals(asked, [[TOKEN, "unload", "x"], ["", "unload", "x"]]);
  assertEquals(isSameOrigin(new Request("http://127.0.0.1/", { headers: { "sec-fetch-site": "cross-site" } })), false);
});

Deno.test("buttons do nothing when nobody provides them", async () => {
  await using without = await page();
  const response = await fetch(`${without.base}/actions?action=load&module=x`, { method: "POST" });
  assertEquals([response.status, await response.text()], [
    403,
    "That could not be done: the log says why\n",
  ]);
});

Deno.test("performAction() does what is asked with the right token, and is slow with a wrong one", async () => {
  const { admin, done } = new FakeAdmin() as FakeAdmin & { done: string[] };
  const act = (action: string, module: string, token = TOKEN) =>
    performAction(admin as never, TOKEN, { token, action, module });
  assertEquals(await act("load", "x"), { ok: true, text: "x is loaded" });
  assertEquals(await act("reload", "x"), { ok: true, text: "x is reloaded" });
  assertEquals(await act("refresh", "x"), { ok: true, text: "x is loaded anew" });
  assertEquals(await act("unload", "stuck"), { ok: false, text: "Could not unload stuck: the log says why" });
  assertEquals(await act("constructor", "x"), { ok: false, text: 'There is no action "constructor"' });
  assertEquals(done, ["load x", "reload x", "refresh x", "unload stuck"]);
  const began = performance.now();
  assertEquals(await act("load", "x", "wrong"), { ok: false, text: "The token is wrong" });
  assert(performance.now() - began >= 1000);
});

Deno.test("readToken() wants a token that cannot be guessed", () => {
  assertEquals(readToken(undefined), undefined);
  assertEquals(readToken(readConfig("h", `[actions]\ntoken = ${TOKEN}\n`)), TOKEN);
  const short = "x".repeat(MINIMUM_TOKEN - 1);
  assertThrows(
    () => readToken(readConfig("h", `[actions]\ntoken = ${short}\n`)),
    SyntaxError,
    "h:2: the token is too short",
  );
  assertThrows(() => readToken(readConfig("h", "[actions]\ntokn = x\n")), SyntaxError, 'h:2: unknown key "tokn"');
});

Deno.test("layoutGraph() puts whoever uses a module to its left, nothing upon another, and bears rings", () => {
  const seed = Date.now() % 1_000_000;
  const next = random(seed);
  for (let round = 0; round < 200; round++) {
    const ringless = round % 2 === 0;
    const names = Array.from({ length: 1 + Math.floor(next() * 15) }, (_, index) => `m${index}`);
    const modules = names.map((name, index) => {
      const others = names.filter((_, other) => next() < 0.2 && (!ringless || other > index));
      return { name, uses: others.map((to) => ({ to, kind: "uses", what: `module=${to}` })) };
    });
    const { nodes, edges, width, height, left } = layoutGraph(modules);
    const at = new Map(nodes.map((node) => [node.name, node]));
    assertEquals(nodes.length + left, names.length, `seed ${seed}`);
    for (const { from, to } of edges) if (ringless) assert(at.get(from)!.x < at.get(to)!.x, `seed ${seed}`);
    for (const a of nodes) {
      assert(a.x + a.width <= width && a.y + a.height <= height, `seed ${seed}`);
      assertEquals(nodes.filter((b) => overlap(a, b)).length, 1, `seed ${seed}`);
    }
  }
  assertEquals(layoutGraph([]).nodes, []);
});

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

Deno.test("moodOf() and formatSpan() say it shortly", () => {
  assertEquals(["running", "failed", "declined", "stopping", "not loaded"].map(moodOf), [
    "good",
    "bad",
    "bad",
    "wait",
    "off",
  ]);
  assertEquals([0, 61_000, 90_061_000].map(formatSpan), ["0 s", "1 min 1 s", "1 d 1 h"]);
});
