/**
 * What the HTTP server answers, apart from any server.
 *
 * @module
 */
import { printableData, printableJson, printableText } from "../src/fault/printable.ts";
import type { HostStatus, ModuleOverview, ModuleRow, RealmRow } from "asterism";
import type { LivePages, PageStatus } from "./_http_live.ts";
import { PAGE_FILES, PAGE_POLICY } from "./_http_page.ts";
import { formatMetrics, hostMetrics, moduleMetrics, PROMETHEUS_TYPE, realmMetrics } from "./_prometheus.ts";

/** Most requests answered at once; each may ask the host for the module table. */
export const MAXIMUM_REQUESTS = 64;

const METHODS = "GET, HEAD";

/** A browser must neither guess a type, nor keep anything, nor tell others, nor run what is no page. */
const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "default-src 'none'",
};

/** What the answers are made of. */
export interface HttpFacts {
  /** The module table. */
  modules(): Promise<readonly ModuleRow[]>;
  /** Seconds since the module was loaded. */
  uptime(): number;
  /** The host's times and counts. */
  status(): Promise<HostStatus>;
  /** Every installed module. */
  details(): Promise<readonly ModuleOverview[]>;
  /** Every realm. */
  realms(): Promise<readonly RealmRow[]>;
  /** The status page. */
  readonly page: {
    /** Whether there is one now. */
    enabled(): boolean;
    readonly live: LivePages;
    status(): Promise<PageStatus>;
    /** What a button does, for whoever has the token: what to answer and whether it was done. */
    act(token: string, request: { action: string; module: string }): Promise<{ ok: boolean; text: string }>;
  };
}

/** What is sent: type and text, and the policy for a browser when it is not the strictest. */
interface Page {
  readonly type: string;
  readonly text: string;
  readonly policy?: string;
}

type Route = (request: Request) => Page | Response | Promise<Page | Response>;

/** Paths with what they are, as `http show status` lists them. */
export const HTTP_PATHS: Readonly<Record<string, string>> = {
  "/health": "Asterism Health Check",
  "/": "Status Page",
  "/metrics": "Prometheus Metrics",
  "/modules": "Module Table",
};

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

/** How much an Accept header wants a type, 0 to 1. */
function quality(accept: string, type: string): number {
  const ranges = accept.toLowerCase().split(",").map((range) => {
    const [name = "", ...parameters] = range.split(";").map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    return { name, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
  });
  for (const name of [type, `${type.split("/")[0]}/*`, "*/*"]) {
    const range = ranges.find((one) => one.name === name);
    if (range !== undefined) return range.weight;
  }
  return 0;
}

/** Whether an Accept header wants JSON more than plain text. */
export function prefersJson(accept: string | null): boolean {
  return accept !== null && quality(accept, "application/json") > quality(accept, "text/plain");
}

/**
 * Whether a request was meant for a server on this machine. A page from elsewhere can make a browser ask us under the
 * page's own host name (DNS rebinding) and would then be allowed to read the answer.
 */
export function isLocalName(hostname: string): boolean {
  return hostname === "localhost" || hostname.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}

/** Answers requests and counts them. */
export class HttpRoutes {
  readonly #facts: HttpFacts;
  readonly #routes: Readonly<Record<string, Route>>;
  readonly #pages: Readonly<Record<string, Route>>;
  /** Answers by path and status. Only known paths have an entry of their own, or a stranger could fill the table. */
  readonly #counts = new Map<string, { path: string; code: string; value: number }>();
  #active = 0;

  constructor(facts: HttpFacts) {
    this.#facts = facts;
    this.#routes = {
      "/health": (request) => this.#health(request),
      "/metrics": () => this.#metrics(),
      "/modules": async () => ({ type: JSON_TYPE, text: `${printableJson(await facts.modules(), 0)}\n` }),
    };
    this.#pages = pageRoutes(facts.page);
  }

  /** Answers a request. Never rejects. */
  async answer(request: Request): Promise<Response> {
    const path = URL.parse(request.url)?.pathname ?? "";
    const response = await this.#bounded(request, path);
    const label = this.#find(path) === undefined ? "other" : path;
    const code = String(response.status);
    const count = this.#counts.get(`${label} ${code}`) ?? { path: label, code, value: 0 };
    count.value++;
    this.#counts.set(`${label} ${code}`, count);
    return response;
  }

  async #bounded(request: Request, path: string): Promise<Response> {
    if (this.#active >= MAXIMUM_REQUESTS) return refuse(request, 503, { "retry-after": "1" });
    this.#active++;
    try {
      return await this.#route(request, path);
    } catch {
      // The cause is the host's (the module table is not to be had); its log has it, a stranger need not.
      return refuse(request, 503);
    } finally {
      this.#active--;
    }
  }

  async #route(request: Request, path: string): Promise<Response> {
    if (!isLocalName(URL.parse(request.url)?.hostname ?? "")) return refuse(request, 421);
    const route = this.#find(path);
    if (route === undefined) return refuse(request, 404);
    const methods = path === ACTIONS_PATH ? "POST" : METHODS;
    if (!methods.split(", ").includes(request.method)) return refuse(request, 405, { allow: methods });
    const length = request.headers.get("content-length");
    if (request.headers.has("transfer-encoding") || (length !== null && length !== "0")) return refuse(request, 413);
    const answer = await route(request);
    return answer instanceof Response ? answer : respond(request, 200, answer);
  }

  #find(path: string): Route | undefined {
    if (Object.hasOwn(this.#routes, path)) return this.#routes[path];
    return this.#facts.page.enabled() && Object.hasOwn(this.#pages, path) ? this.#pages[path] : undefined;
  }

  #health(request: Request): Page {
    if (!prefersJson(request.headers.get("accept"))) return { type: TEXT_TYPE, text: "ok\n" };
    const uptimeSeconds = Math.round(this.#facts.uptime());
    return { type: JSON_TYPE, text: `${JSON.stringify({ status: "ok", uptimeSeconds })}\n` };
  }

  async #metrics(): Promise<Page> {
    const [status, modules, realms] = await Promise.all([
      this.#facts.status(),
      this.#facts.details(),
      this.#facts.realms(),
    ]);
    const text = formatMetrics([
      {
        name: "asterism_http_uptime_seconds",
        help: "Seconds since the HTTP module was loaded.",
        type: "gauge",
        samples: [{ value: Math.round(this.#facts.uptime() * 1000) / 1000 }],
      },
      {
        name: "asterism_http_requests_total",
        help: "Requests answered, by path and status.",
        type: "counter",
        samples: [...this.#counts.values()].map(({ path, code, value }) => ({ labels: { path, code }, value })),
      },
      ...hostMetrics(status, Date.now()),
      ...moduleMetrics(modules),
      ...realmMetrics(realms),
    ]);
    return { type: PROMETHEUS_TYPE, text };
  }
}

/** Where buttons send what they want. */
const ACTIONS_PATH = "/actions";

function pageRoutes({ live, status, act }: HttpFacts["page"]): Record<string, Route> {
  const files = Object.entries(PAGE_FILES).map(([path, file]): [string, Route] => [
    path,
    () => ({ ...file, policy: PAGE_POLICY }),
  ]);
  return {
    ...Object.fromEntries(files),
    "/status.json": async () => ({ type: JSON_TYPE, text: `${JSON.stringify(printableData(await status()))}\n` }),
    "/events": (request) => {
      const stream = request.method === "HEAD" ? undefined : live.open();
      if (stream === undefined) return refuse(request, 503, { "retry-after": "5" });
      return new Response(stream, { headers: { ...SECURITY_HEADERS, "content-type": "text/event-stream" } });
    },
    [ACTIONS_PATH]: async (request) => {
      if (!isSameOrigin(request)) return refuse(request, 403);
      const { searchParams } = new URL(request.url);
      const [, token = ""] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
      const asked = { action: searchParams.get("action") ?? "", module: searchParams.get("module") ?? "" };
      const { ok, text } = await act(token, asked);
      return respond(request, ok ? 200 : 403, { type: TEXT_TYPE, text: `${printableText(text)}\n` });
    },
  };
}

/** Whether no other page is behind a request: a browser says so, other programs are asked for nothing. */
export function isSameOrigin(request: Request): boolean {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  return origin === null || URL.parse(origin)?.host === URL.parse(request.url)?.host;
}

const REASONS: Readonly<Record<number, string>> = {
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  421: "Misdirected Request",
  503: "Service Unavailable",
};

/** A refusal ends the connection: an unread body must not be taken for the next request. */
function refuse(request: Request, status: number, headers: Record<string, string> = {}): Response {
  const response = respond(request, status, { type: TEXT_TYPE, text: `${REASONS[status]}\n` });
  for (const [name, value] of Object.entries({ ...headers, connection: "close" })) response.headers.set(name, value);
  return response;
}

function respond(request: Request, status: number, page: Page): Response {
  const bytes = new TextEncoder().encode(page.text);
  const policy = page.policy === undefined ? {} : { "content-security-policy": page.policy };
  const headers = {
    ...SECURITY_HEADERS,
    ...policy,
    "content-type": page.type,
    "content-length": String(bytes.length),
  };
  return new Response(request.method === "HEAD" ? null : bytes, { status, headers });
}
