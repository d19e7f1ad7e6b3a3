/**
 * What the HTTP server answers, apart from any server.
 *
 * @module
 */
import type { ModuleRow } from "asterism";
import { formatMetrics, moduleMetrics, PROMETHEUS_TYPE } from "./_prometheus.ts";

/** Most requests answered at once; each may ask the host for the module table. */
export const MAXIMUM_REQUESTS = 64;

const METHODS = "GET, HEAD";

/** Nothing that is served is a page: a browser must neither guess a type, nor keep it, nor run anything in it. */
const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'",
};

/** What the answers are made of. */
export interface HttpFacts {
  /** The module table. */
  modules(): Promise<readonly ModuleRow[]>;
  /** Seconds since the module was loaded. */
  uptime(): number;
}

/** A page: type and text. */
interface Page {
  readonly type: string;
  readonly text: string;
}

type Route = (request: Request) => Page | Promise<Page>;

/** Paths with what they are, as `http show status` lists them. */
export const HTTP_PATHS: Readonly<Record<string, string>> = {
  "/health": "Asterism Health Check",
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
  /** Answers by path and status. Only known paths have an entry of their own, or a stranger could fill the table. */
  readonly #counts = new Map<string, { path: string; code: string; value: number }>();
  #active = 0;

  constructor(facts: HttpFacts) {
    this.#facts = facts;
    this.#routes = {
      "/health": (request) => this.#health(request),
      "/metrics": () => this.#metrics(),
      "/modules": async () => ({ type: JSON_TYPE, text: `${JSON.stringify(await facts.modules())}\n` }),
    };
  }

  /** Answers a request. Never rejects. */
  async answer(request: Request): Promise<Response> {
    const path = URL.parse(request.url)?.pathname ?? "";
    const response = await this.#bounded(request, path);
    const label = Object.hasOwn(this.#routes, path) ? path : "other";
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
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined;
    if (route === undefined) return refuse(request, 404);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(request, 405, { allow: METHODS });
    const length = request.headers.get("content-length");
    if (request.headers.has("transfer-encoding") || (length !== null && length !== "0")) return refuse(request, 413);
    return respond(request, 200, await route(request));
  }

  #health(request: Request): Page {
    if (!prefersJson(request.headers.get("accept"))) return { type: TEXT_TYPE, text: "ok\n" };
    const uptimeSeconds = Math.round(this.#facts.uptime());
    return { type: JSON_TYPE, text: `${JSON.stringify({ status: "ok", uptimeSeconds })}\n` };
  }

  async #metrics(): Promise<Page> {
    const rows = await this.#facts.modules();
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
      ...moduleMetrics(rows),
    ]);
    return { type: PROMETHEUS_TYPE, text };
  }
}

const REASONS: Readonly<Record<number, string>> = {
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
  const headers = { ...SECURITY_HEADERS, "content-type": page.type, "content-length": String(bytes.length) };
  return new Response(request.method === "HEAD" ? null : bytes, { status, headers });
}
