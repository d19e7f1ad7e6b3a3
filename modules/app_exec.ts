/*** MODULEINFO
  <support_level>core</support_level>
  <canuse type="application">*</canuse>
***/

/*** DOCUMENTATION
  <application name="Exec">
    <synopsis>Executes dialplan application.</synopsis>
    <syntax>
      <parameter name="appname" required="true" hasparams="true" />
    </syntax>
    <description>
      <para>Executes an application whose name is known only when the call is there. If the application
      is none, or ends the call, so does Exec.</para>
    </description>
  </application>
  <application name="TryExec">
    <synopsis>Executes dialplan application, always returning.</synopsis>
    <syntax>
      <parameter name="appname" required="true" hasparams="true" />
    </syntax>
    <description>
      <para>As Exec, but the call goes on. TRYSTATUS is SUCCESS, FAILED or NOAPP.</para>
    </description>
  </application>
  <application name="ExecIf">
    <synopsis>Executes dialplan application, conditionally.</synopsis>
    <syntax argsep="?">
      <parameter name="expression" required="true" />
      <parameter name="execapp" required="true" argsep=":">
        <argument name="appiftrue" required="true" />
        <argument name="appiffalse" />
      </parameter>
    </syntax>
    <description>
      <para>Executes appiftrue if the expression holds, otherwise appiffalse if it is given.</para>
    </description>
  </application>
***/
import { type Call, defineModule, LoadResult, type ModuleHost } from "asterism";
import { checkCondition } from "./_gosub.ts";
import { readCall, splitArguments } from "./_arguments.ts";

/** What a dialplan application answers to end the call. */
const HANG_UP = -1;

/** Runs `App(args)` or `App`; undefined when there is no such application. */
async function run(host: ModuleHost, call: Call, text: string): Promise<number | undefined> {
  const { name, args } = readCall(text);
  try {
    return await host.runApplication(name, args, call);
  } catch (error) {
    host.log.warning(`Could not find application (${name}): ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

async function exec(host: ModuleHost, call: Call, text: string): Promise<number> {
  return text.trim() === "" ? 0 : await run(host, call, text) ?? HANG_UP;
}

async function tryExec(host: ModuleHost, call: Call, text: string): Promise<number> {
  const result = text.trim() === "" ? undefined : await run(host, call, text);
  await call.setVariable("TRYSTATUS", result === undefined ? "NOAPP" : result === 0 ? "SUCCESS" : "FAILED");
  return 0;
}

async function execIf(host: ModuleHost, call: Call, text: string): Promise<number> {
  const [condition = "", ways] = splitArguments(text, { separator: "?", limit: 2, raw: true });
  if (ways === undefined) {
    host.log.warning("Usage: ExecIf(<expr>?<appiftrue>(<args>)[:<appiffalse>(<args)])");
    return HANG_UP;
  }
  const [yes = "", no = ""] = splitArguments(ways, { separator: ":", limit: 2, raw: true });
  const chosen = checkCondition(condition.trim()) ? yes : no;
  return chosen.trim() === "" ? 0 : await exec(host, call, chosen);
}

/** Exec, TryExec and ExecIf. */
export default defineModule({
  license: "MIT",
  description: "Executes dialplan applications",
  load(host) {
    host.application("Exec", (call, args) => exec(host, call, args));
    host.application("TryExec", (call, args) => tryExec(host, call, args));
    host.application("ExecIf", (call, args) => execIf(host, call, args));
    return LoadResult.SUCCESS;
  },
});
