import { assertEquals, assertLess, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { HostAdmin, ModuleRow } from "asterism";
import { LivePages, pageStatus } from "../../modules/_http_live.ts";
import { HttpRoutes, isLocalName, MAXIMUM_REQUESTS, prefersJson } from "../../modules/_http_routes.ts";
import { explainFailure, parseHttpSettings, startServer } from "../../modules/_http_server.ts";
import { formatAddress } from "../../modules/_listen.ts";
import { formatMetrics } from "../../modules/_prometheus.ts";
import module from "../../modules/res_http.ts";
import { ADMIN } from "./_fake_admin.ts";
import { FakeHost, readConfig } from "./_fake_host.ts";

const ROW: ModuleRow = {
  name: "res_http",
  description: "HTTP Server",
  useCount: 1,
  status: "Running",
  state: "running",
  supportLevel: "core",
  permissions: "net=127.0.0.1:8088",
  realm: "shared/1",
};

const FACTS = {
  modules: () => Promise.resolve([]),
  uptime: () => 1,
  status: () => ADMIN.status!(),
  details: () => ADMIN.modules!(),
  realms: () => ADMIN.realms!(),
  page: {
    enabled: () => false,
    live: new LivePages(ADMIN as HostAdmin),
    status: () => pageStatus(ADMIN as HostAdmin),
    act: () => Promise.reject(new Error("no")),
  },
};

const EPHEMERAL = "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = 0\n";

/** The module with a server on a port of the system's choice. */
async function loaded(conf = EPHEMERAL) {
  const host = new FakeHost({ files: { "http.conf": conf }, modules: [ROW], admin: ADMIN });
  const result = await module.load?.(host);
  const base = async () => `http://${/Bound to (\S+)/.exec(await host.type("http show status"))?.[1]}`;
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${await base()}${path}`, init);
    return { response, text: await response.text() };
  };
  return { host, result, base, get, [Symbol.asyncDispose]: async () => void await module.unload?.(host) };
}

Deno.test("formatMetrics() writes the text exposition format", () => {
  const text = formatMetrics([
    { name: "a_total", help: "Back\\slash\nand line.", type: "counter", samples: [{ value: 1.5 }] },
    { name: "b", help: "B.", type: "gauge", samples: [{ labels: { x: 'q"\\\n', y: "z" }, value: -0 }] },
    { name: "c", help: "None.", type: "gauge", samples: [] },
  ]);
  assertEquals(
    text,
    "# HELP a_total Back\\\\slash\\nand line.\n# TYPE a_total counter\na_total 1.5\n" +
      '# HELP b B.\n# TYPE b gauge\nb{x="q\\"\\\\\\n",y="z"} 0\n' +
      "# HELP c None.\n# TYPE c gauge\n",
  );
});

Deno.test("prefersJson() weighs an Accept header", () => {
  const cases: [string | null, boolean][] = [
    [null, false],
    ["*/*", false],
    ["application/json", true],
    ["text/plain, application/json;q=0.5", false],
    ["text/plain;q=0.1, application/*", true],
    ["application/json;q=0, */*", false],
    ["application/json;q=x", false],
    ["", false],
  ];
  for (const [accept, expected] of cases) assertEquals(prefersJson(accept), expected, String(accept));
});

Deno.test("isLocalName() admits addresses and localhost", () => {
  for (const name of ["127.0.0.1", "localhost", "[::1]"]) assertEquals(isLocalName(name), true, name);
  for (const name of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""]) {
    assertEquals(isLocalName(name), false, name);
  }
});

Deno.test("parseHttpSettings() reads, defaults and refuses", () => {
  assertEquals(parseHttpSettings(undefined), {
    enabled: false,
    page: false,
    bindaddr: "127.0.0.1",
    bindport: 8088,
    place: "http.conf",
    sessionlimit: 100,
    session_inactivity: 30_000,
    session_keep_alive: 15_000,
  });
  assertEquals(parseHttpSettings(readConfig("h", EPHEMERAL)).place, "h:4");
  const faults: [string, string][] = [
    ["bindport = x", 'h:2: "x" is no value of bindport: expected a port'],
    ["bindport = 65536", "expected a port from 0 to 65535"],
    ["enabled = maybe", "expected yes or no"],
    ["bindaddr = a b", "expected an address"],
    ["sessionlimit = 0", "expected a number from 1 to 10000"],
    ["session_inactivity = 0", "expected a number from 1 to 600000"],
    ["session_keep_alive = -1", "expected a number from 0 to 600000"],
    ["prefix = x", 'h:2: unknown key "prefix"'],
  ];
  for (const [line, message] of faults) {
    assertThrows(() => parseHttpSettings(readConfig("h", `[general]\n${line}\n`)), SyntaxError, message);
  }
});

Deno.test("formatAddress() and explainFailure() say what to do", () => {
  assertEquals(formatAddress("::1", 80), "[::1]:80");
  const settings = { enabled: true, bindaddr: "127.0.0.1", bindport: 8088, place: "/etc/http.conf:4" };
  const refused = explainFailure(settings, new Deno.errors.NotCapable("no"));
  assertStringIncludes(refused, 'write "res_http = net=127.0.0.1:8088" to [permissions] of modules.conf');
  assertMatch(explainFailure(settings, new Error("boom")), /\/etc\/http\.conf:4\): boom; check bindaddr and bindport/);
});

Deno.test("res_http answers /health as text and as JSON", async () => {
  await using http = await loaded();
  const { response, text } = await http.get("/health?x=1");
  assertEquals([response.status, text], [200, "ok\n"]);
  const headers = ["x-content-type-options", "cache-control", "content-security-policy", "content-type"];
  assertEquals(headers.map((name) => response.headers.get(name)), [
    "nosniff",
    "no-store",
    "default-src 'none'",
    "text/plain; charset=utf-8",
  ]);
  const json = await http.get("/health", { headers: { accept: "application/json" } });
  assertEquals(JSON.parse(json.text), { status: "ok", uptimeSeconds: 0 });
  const head = await http.get("/health", { method: "HEAD" });
  assertEquals([head.response.status, head.text, head.response.headers.get("content-length")], [200, "", "3"]);
});

Deno.test("res_http answers /metrics and /modules", async () => {
  await using http = await loaded();
  await http.get("/health");
  await http.get("/nothing");
  const { response, text } = await http.get("/metrics");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertMatch(text, /^asterism_http_uptime_seconds [\d.]+$/m);
  assertStringIncludes(text, 'asterism_http_requests_total{path="/health",code="200"} 1\n');
  assertStringIncludes(text, 'asterism_http_requests_total{path="other",code="404"} 1\n');
  assertStringIncludes(text, 'asterism_module_state{module="res_http",state="running"} 1\n');
  assertStringIncludes(text, 'asterism_module_use_count{module="res_http"} 1\n');
  assertStringIncludes(text, 'asterism_module_restarts_total{module="res_http"} 1\n');
  assertStringIncludes(text, 'asterism_module_call_failures_total{module="res_http"} 1\n');
  assertStringIncludes(
    text,
    "# TYPE asterism_module_call_seconds histogram\n" +
      'asterism_module_call_seconds_bucket{module="res_http",le="0.001"} 2\n' +
      'asterism_module_call_seconds_bucket{module="res_http",le="0.01"} 3\n' +
      'asterism_module_call_seconds_bucket{module="res_http",le="+Inf"} 4\n' +
      'asterism_module_call_seconds_sum{module="res_http"} 0.5\n' +
      'asterism_module_call_seconds_count{module="res_http"} 4\n',
  );
  assertStringIncludes(text, 'asterism_realm_heap_bytes{realm="shared/1"} 2097152\n');
  assertMatch(text, /^asterism_info\{version="1\.2\.3"\} 1$/m);
  assertEquals(JSON.parse((await http.get("/modules")).text), [ROW]);
});

Deno.test("res_http refuses what it does not serve", async () => {
  await using http = await loaded();
  for (const path of ["/", "/health/", "/toString", "/__proto__", "/%2e%2e/etc"]) {
    assertEquals((await http.get(path)).response.status, 404, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { response } = await http.get("/health", { method });
    assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"], method);
  }
  assertEquals((await http.get("/health", { method: "POST", body: "x".repeat(100_000) })).response.status, 405);
});

/** Sends raw bytes, for fetch will not send what is not proper, and gives the status line. */
async function statusLine(base: string, text: string): Promise<string> {
  const { hostname, port } = new URL(base);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(4096);
  const count = await connection.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, count)).split("\r\n")[0]!;
}

Deno.test("res_http refuses bodies and foreign host names", async () => {
  await using http = await loaded();
  const base = await http.base();
  const local = "Host: 127.0.0.1\r\n";
  const cases: [request: string, status: string][] = [
    [`GET /health HTTP/1.1\r\n${local}\r\n`, "HTTP/1.1 200 OK"],
    [`GET /health HTTP/1.1\r\n${local}Content-Length: 5\r\n\r\nhello`, "HTTP/1.1 413 Payload Too Large"],
    [`GET /health HTTP/1.1\r\n${local}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, "HTTP/1.1 413 Payload Too Large"],
    ["GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421 Misdirected Request"],
  ];
  for (const [request, status] of cases) assertEquals(await statusLine(base, request), status);
});

Deno.test("HttpRoutes answers 503 when the table is not to be had or too much is under way", async () => {
  const broken = new HttpRoutes({ ...FACTS, modules: () => Promise.reject(new Error("no")) });
  assertEquals((await broken.answer(new Request("http://127.0.0.1/modules"))).status, 503);
  const gate = Promise.withResolvers<ModuleRow[]>();
  const slow = new HttpRoutes({ ...FACTS, modules: () => gate.promise });
  const ask = () => slow.answer(new Request("http://127.0.0.1/modules"));
  const waiting = Array.from({ length: MAXIMUM_REQUESTS }, ask);
  const refused = await ask();
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  gate.resolve([]);
  assertEquals((await Promise.all(waiting)).every(({ status }) => status === 200), true);
});

Deno.test("res_http declines when the address is in use, naming http.conf", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { host, result } = await loaded(`[general]\nenabled = yes\nbindport = ${taken.addr.port}\n`);
  assertEquals(result, 1);
  assertMatch(host.said[0]!, /error: Cannot listen on 127\.0\.0\.1:\d+ \(\/etc\/http\.conf:3\): the address is in use/);
});

Deno.test("res_http declines faulty settings and runs without a server when off", async () => {
  assertEquals((await loaded("[general]\nbindport = x\n")).result, 1);
  await using off = await loaded("[general]\nenabled = no\n");
  assertEquals(off.result, 0);
  assertStringIncludes(
    await off.host.type("http show status"),
    "HTTP Server Status:\nServer: Asterism\nServer Disabled\n",
  );
});

Deno.test("stop() lets open requests finish, but only for so long", async () => {
  const settings = parseHttpSettings(readConfig("h", EPHEMERAL));
  for (const [graceMs, answered] of [[10_000, true], [20, false]] as const) {
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const server = startServer(settings, async () => {
      asked.resolve();
      await gate.promise;
      return new Response("late");
    }, { graceMs });
    const answer = fetch(`http://${server.address}/`).then(async (response) =>
      `${response.status} ${await response.text()}`
    );
    await asked.promise;
    const stopped = server.stop();
    if (answered) gate.resolve();
    await stopped;
    assertEquals(await answer, answered ? "200 late" : "503 Service Unavailable\n");
    gate.resolve();
  }
});

Deno.test("stop() does not wait for a client that never finishes its request", async () => {
  const server = startServer(parseHttpSettings(readConfig("h", EPHEMERAL)), () => Promise.resolve(new Response()), {
    graceMs: 20,
  });
  const { hostname, port } = new URL(`http://${server.address}`);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode("GET /health HTTP/1.1\r\n"));
  const begin = performance.now();
  await server.stop();
  assertLess(performance.now() - begin, 5000);
});

Deno.test("res_http reload moves, keeps and restores the server", async () => {
  await using http = await loaded();
  const first = await http.base();
  assertEquals(await module.reload?.(http.host), 0);
  assertEquals(await http.base(), first);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  http.host.files["http.conf"] = EPHEMERAL.replace("bindport = 0", `bindport = ${taken.addr.port}`);
  assertEquals(await module.reload?.(http.host), -1);
  assertEquals((await http.get("/health")).text, "ok\n");
  http.host.files["http.conf"] = EPHEMERAL.replace("yes", "no");
  assertEquals(await module.reload?.(http.host), 0);
  assertStringIncludes(await http.host.type("http show status"), "Server Disabled");
});
