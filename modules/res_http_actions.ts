/*** MODULEINFO
  <support_level>core</support_level>
  <config>http.conf</config>
  <permission type="host">loader</permission>
***/

/*** DOCUMENTATION
  <service name="http_actions">
    <synopsis>What the buttons of the status page do</synopsis>
  </service>
***/
import { defineModule, LoadResult, type ModuleHost, type ServiceCaller } from "asterism";
import { mayAct, performAction, readToken } from "./_http_actions.ts";

let wanted: string | undefined;

/** Reads the token; false, which has been logged, when there is none. */
async function configure(host: ModuleHost): Promise<boolean> {
  try {
    wanted = readToken(await host.config("http.conf"));
    if (wanted === undefined) host.log.notice('http.conf has no "token" in [actions]: the page has no buttons');
    return wanted !== undefined;
  } catch (error) {
    host.log.error(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/**
 * Loads, unloads and reloads modules for the status page. A module of its own, so that the server, which talks with
 * browsers, has no such power: who wants buttons loads this one and grants it `host=loader`. It acts for the server and
 * for those who could do the same themselves: a token can be found out, who calls cannot be feigned.
 */
export default defineModule({
  license: "MIT",
  description: "HTTP Status Page Buttons",
  async load(host) {
    if (!await configure(host)) return LoadResult.DECLINE;
    host.service("http_actions", {
      async act(caller: ServiceCaller, ...[token, action, module]: [token: string, action: string, module: string]) {
        if (!mayAct(caller)) {
          host.log.warning(`Refused ${action} ${module} to '${caller.module}', which has not host=loader`);
          return { ok: false, text: `Not granted: '${caller.module}' needs host=loader` };
        }
        const result = await performAction(host.admin, wanted ?? "", { token, action, module });
        host.log.notice(`Status page: ${action} ${module}: ${result.text}`);
        return result;
      },
    }, { caller: true });
    return LoadResult.SUCCESS;
  },
  async reload(host) {
    return await configure(host) ? 0 : -1;
  },
});
