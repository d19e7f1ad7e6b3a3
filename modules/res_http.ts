/*** MODULEINFO
  <support_level>core</support_level>
  <config>http.conf</config>
  <permission type="net">127.0.0.1</permission>
  <permission type="host">modules</permission>
  <permission type="host">status</permission>
  <permission type="host">events</permission>
  <permission type="host">log</permission>
  <canuse type="service">http_actions</canuse>
***/

/*** DOCUMENTATION
  <command name="http show status">
    <synopsis>Display HTTP server status</synopsis>
    <description>
      <para>Lists status of internal HTTP engine.</para>
    </description>
  </command>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";
import type { HttpActions } from "./_http_actions.ts";
import { LivePages, pageStatus } from "./_http_live.ts";
import { HTTP_PATHS, HttpRoutes } from "./_http_routes.ts";
import { type HttpServer, type HttpSettings, parseHttpSettings, startServer } from "./_http_server.ts";

let server: HttpServer | undefined;
let routes: HttpRoutes | undefined;
let live: LivePages | undefined;
/** Whether there is a status page. */
let page = false;

function start(host: ModuleHost, settings: HttpSettings): HttpServer | undefined {
  if (!settings.enabled) return undefined;
  const answering = routes!;
  const started = startServer(settings, (request) => answering.answer(request), {
    warn: (text) => host.log.warning(text),
  });
  host.log.notice(`HTTP server bound to ${started.address}`);
  return started;
}

/** Has a button's work done by whoever may; nobody does when the administrator has not enabled it. */
async function act(host: ModuleHost, token: string, { action, module }: { action: string; module: string }) {
  try {
    using actions = await host.use<HttpActions>("service=http_actions");
    return { ...await actions.service.act(token, action, module) };
  } catch (error) {
    host.log.warning(`Status page: ${action} ${module}: ${error instanceof Error ? error.message : error}`);
    return { ok: false, text: "That could not be done: the log says why" };
  }
}

function makeRoutes(host: ModuleHost, pages: LivePages): HttpRoutes {
  const begin = performance.now();
  return new HttpRoutes({
    modules: () => host.modules(),
    uptime: () => (performance.now() - begin) / 1000,
    status: () => host.admin.status(),
    details: () => host.admin.modules(),
    realms: () => host.admin.realms(),
    page: {
      enabled: () => page,
      live: pages,
      status: () => pageStatus(host.admin),
      act: (token, request) => act(host, token, request),
    },
  });
}

function sameAddress(a: HttpSettings, b: HttpSettings): boolean {
  return a.enabled && b.enabled && a.bindaddr === b.bindaddr && a.bindport === b.bindport;
}

/**
 * Applies settings: 1. stops the old server, for both may want the same port, 2. starts the new one. When 2 fails, the
 * old one is started again and the fault is thrown.
 */
async function apply(host: ModuleHost, settings: HttpSettings): Promise<void> {
  const old = server;
  if (old !== undefined && sameAddress(old.settings, settings)) {
    old.settings = settings;
    return;
  }
  server = undefined;
  live?.close();
  await old?.stop();
  try {
    server = start(host, settings);
  } catch (fault) {
    if (old !== undefined) server = start(host, old.settings);
    throw fault;
  }
}

/** Reads and applies http.conf; false, which has been logged, when that cannot be done. */
async function configure(host: ModuleHost): Promise<boolean> {
  try {
    const settings = parseHttpSettings(await host.config("http.conf"));
    await apply(host, settings);
    page = settings.page;
    if (!page) live?.close();
    return true;
  } catch (error) {
    host.log.error(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** Worded as Asterisk's. */
function status(): string {
  const bound = server ? `Server Enabled and Bound to ${server.address}` : "Server Disabled";
  const paths = Object.entries(HTTP_PATHS).filter(([path]) => page || path !== "/").map(([path, title]) =>
    `${path} => ${title}`
  );
  const lines = ["HTTP Server Status:", "Server: Asterism", bound, "", "Enabled URI's:", ...paths];
  return [...lines, "", "Enabled Redirects:", "  None.", ""].join("\n");
}

/** An HTTP server for whoever watches the program. */
export default defineModule({
  license: "MIT",
  description: "HTTP Server",
  async load(host) {
    const pages = new LivePages(host.admin);
    live = pages;
    routes = makeRoutes(host, pages);
    server = undefined;
    if (!await configure(host)) return LoadResult.DECLINE;
    host.command({
      command: "http show status",
      summary: "Display HTTP server status",
      usage: "http show status\n       Lists status of internal HTTP engine\n",
      handler: status,
    });
    await host.admin.onEvent(() => pages.look());
    return LoadResult.SUCCESS;
  },
  async reload(host) {
    return await configure(host) ? 0 : -1;
  },
  async unload() {
    live?.close();
    const old = server;
    server = undefined;
    await old?.stop();
  },
});
