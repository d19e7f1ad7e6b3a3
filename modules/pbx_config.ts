/*** MODULEINFO
  <support_level>core</support_level>
  <config>extensions.conf</config>
  <provide type="dialplan">*</provide>
***/

/*** DOCUMENTATION
  <command name="dialplan reload">
    <synopsis>Reload extensions and *only* extensions</synopsis>
  </command>
  <command name="dialplan add extension">
    <synopsis>Add new extension into context</synopsis>
  </command>
  <command name="dialplan remove extension">
    <synopsis>Remove a specified extension</synopsis>
  </command>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";
import { readApplication, readExtensions } from "./_extensions.ts";

const CONFIG_FILE = "extensions.conf";

/** Reads the file and puts it in place of the dialplan; false, which has been logged, when there is none. */
async function configure(host: ModuleHost): Promise<boolean> {
  const config = await host.config(CONFIG_FILE);
  if (config === undefined) {
    host.log.notice(`There is no ${CONFIG_FILE}: there is no dialplan`);
    return false;
  }
  const { contents, warnings } = readExtensions(config);
  for (const warning of warnings) host.log.warning(warning);
  for (const refused of await host.pbx.replace(contents)) host.log.warning(refused);
  return true;
}

/** `exten,priority,app(data) into context [replace]`. Undefined: the usage. */
async function addExtension(host: ModuleHost, args: readonly string[]): Promise<string | undefined> {
  const [whole = "", into, context = "", replace, ...more] = args;
  const words = into === "into" && context !== "" && more.length === 0 &&
    (replace === undefined || replace === "replace");
  const [, name = "", prior = "", step = ""] = /^([^,]+),([^,]+),(.+)$/s.exec(whole) ?? [];
  if (!words || name === "") return undefined;
  if (!/^[1-9]\d{0,8}$/.test(prior.trim())) return `'${prior}' is not a valid priority\n`;
  const [extension = "", caller] = name.split("/", 2);
  const { application, args: data } = readApplication(step);
  const priority = { extension, caller, priority: Number(prior), application, args: data };
  const fault = await host.pbx.add(context, priority, { replace: replace !== undefined });
  if (fault !== undefined) throw new Error(fault);
  const what = `${extension},${prior},${application}(${data})`;
  return replace === undefined
    ? `Extension '${what}' added into '${context}' context\n`
    : `Extension ${extension}@${context} (${prior}) replace by '${what}'\n`;
}

/** `exten@context [priority]`. Undefined: the usage. */
async function removeExtension(host: ModuleHost, args: readonly string[]): Promise<string | undefined> {
  const [whole = "", priority, ...more] = args;
  const [, extension = "", context = ""] = /^([^@]+)@(.+)$/.exec(whole) ?? [];
  const numbered = priority === undefined || /^[1-9]\d{0,8}$/.test(priority);
  if (extension === "" || more.length > 0 || !numbered) return undefined;
  const count = await host.pbx.remove(context, extension, priority === undefined ? undefined : Number(priority));
  if (count === 0) {
    throw new Error(`Failed to remove extension ${whole}: there is none, or it is not from extensions.conf`);
  }
  return priority === undefined
    ? `Whole extension ${extension}@${context} removed\n`
    : `Extension ${extension}@${context} with priority ${priority} removed\n`;
}

const USAGE = {
  reload: "dialplan reload\n" +
    "       Reload extensions.conf without reloading any other\n" +
    "       modules.  This command does not delete global variables\n" +
    "       unless clearglobalvars is set to yes in extensions.conf\n",
  add: "dialplan add extension <exten>,<priority>,<app> into <context> [replace]\n\n" +
    "       app can be either:\n" +
    "         app-name\n" +
    "         app-name(app-data)\n" +
    "         app-name,<app-data>\n\n" +
    "       This command will add the new extension into <context>.  If\n" +
    "       an extension with the same priority already exists and the\n" +
    "       'replace' option is given we will replace the extension.\n\n" +
    "Example: dialplan add extension 6123,1,Echo() into local\n",
  remove: "dialplan remove extension exten@context [priority]\n" +
    "       Remove an extension from a given context. If a priority\n" +
    "       is given, only that specific priority from the given extension\n" +
    "       will be removed.\n",
};

function register(host: ModuleHost): void {
  host.command({
    command: "dialplan reload",
    summary: "Reload extensions and *only* extensions",
    usage: USAGE.reload,
    handler: async (args) => {
      if (args.length > 0) return `Usage: ${USAGE.reload}`;
      return await configure(host) ? "Dialplan reloaded.\n" : `There is no ${CONFIG_FILE}\n`;
    },
  });
  host.command({
    command: "dialplan add extension",
    summary: "Add new extension into context",
    usage: USAGE.add,
    handler: async (args) => await addExtension(host, args) ?? `Usage: ${USAGE.add}`,
  });
  host.command({
    command: "dialplan remove extension",
    summary: "Remove a specified extension",
    usage: USAGE.remove,
    handler: async (args) => await removeExtension(host, args) ?? `Usage: ${USAGE.remove}`,
  });
}

/** The dialplan of extensions.conf. */
export default defineModule({
  license: "MIT",
  description: "Text Extension Configuration",
  async load(host) {
    if (!await configure(host)) return LoadResult.DECLINE;
    register(host);
    return LoadResult.SUCCESS;
  },
  async reload(host) {
    return await configure(host) ? 0 : -1;
  },
});
