/*** MODULEINFO
  <support_level>core</support_level>
  <config>manager.conf</config>
  <config>acl.conf</config>
  <permission type="net">127.0.0.1</permission>
  <permission type="host">modules</permission>
  <permission type="host">command</permission>
  <permission type="host">loader</permission>
  <permission type="host">status</permission>
  <permission type="host">events</permission>
  <permission type="host">config</permission>
  <permission type="host">manager</permission>
***/

/*** DOCUMENTATION
  <command name="manager show command">
    <synopsis>Show a manager interface command</synopsis>
  </command>
  <command name="manager show commands">
    <synopsis>List manager interface commands</synopsis>
  </command>
  <command name="manager show connected">
    <synopsis>List connected manager interface users</synopsis>
  </command>
  <command name="manager show settings">
    <synopsis>Show manager global settings</synopsis>
  </command>
  <command name="manager show user">
    <synopsis>Display information on a specific manager user</synopsis>
  </command>
  <command name="manager show users">
    <synopsis>List configured manager users</synopsis>
  </command>
  <command name="manager reload">
    <synopsis>Reload manager configurations</synopsis>
  </command>
***/
import { defineModule, type HostEvent, LoadResult, type ModuleHost } from "asterism";
import { readManagerConfig } from "./_manager_config.ts";
import {
  formatAction,
  formatActions,
  formatConnected,
  formatSettings,
  formatUser,
  formatUsers,
} from "./_manager_console.ts";
import { allActions, CORE_ACTIONS } from "./_manager_core_actions.ts";
import { fullyBooted, toManagerEvent } from "./_manager_events.ts";
import { LOGIN_ACTIONS } from "./_manager_login.ts";
import { MODULE_ACTIONS } from "./_manager_module_actions.ts";
import { ManagerServer } from "./_manager_server.ts";

let server: ManagerServer | undefined;

/** Passes what happens in the host on to the clients. */
async function pass(happened: HostEvent): Promise<void> {
  if (happened.type !== "booted") return server?.broadcast(toManagerEvent(happened));
  const status = await server?.admin.status();
  if (status !== undefined) server?.broadcast(fullyBooted(status, Date.now()));
}

/** Reads and applies manager.conf, and acl.conf for it; false, which has been logged, when that cannot be done. */
async function configure(host: ModuleHost): Promise<boolean> {
  try {
    const config = readManagerConfig(await host.config("manager.conf"), await host.config("acl.conf"));
    for (const warning of config.warnings) host.log.warning(warning);
    server ??= new ManagerServer(host, { ...config, settings: { ...config.settings, enabled: false } }, [
      ...LOGIN_ACTIONS,
      ...CORE_ACTIONS,
      ...MODULE_ACTIONS,
    ]);
    server.apply(config);
    return true;
  } catch (error) {
    host.log.error(error instanceof Error ? error.message : String(error));
    return false;
  }
}

function registerCommands(host: ModuleHost, manager: ManagerServer): void {
  const commands: [command: string, summary: string, handler: (args: readonly string[]) => string | Promise<string>][] =
    [
      [
        "manager show commands",
        "List manager interface commands",
        async () => formatActions(await allActions(manager)),
      ],
      ["manager show command", "Show a manager interface command", (args) => showActions(manager, args)],
      ["manager show users", "List configured manager users", () => formatUsers(manager.config.users)],
      ["manager show user", "Display information on a specific manager user", (args) => showUser(manager, args)],
      [
        "manager show connected",
        "List connected manager interface users",
        () => formatConnected(manager.sessions(), Date.now()),
      ],
      [
        "manager show settings",
        "Show manager global settings",
        () => formatSettings(manager.config.settings, manager.address),
      ],
      ["manager reload", "Reload manager configurations", () => reloadByCommand(host)],
    ];
  for (const [command, summary, handler] of commands) {
    const usage = USAGE[command] ?? command;
    host.command({ command, summary, usage: `${usage}\n       ${summary}.`, handler });
  }
}

/** Commands that take an argument, and how they are called. */
const USAGE: Readonly<Record<string, string>> = {
  "manager show command": "manager show command <actionname> [<actionname> [<actionname> [...]]]",
  "manager show user": "manager show user <user>",
};

async function showActions(manager: ManagerServer, names: readonly string[]): Promise<string> {
  if (names.length === 0) return `Usage: ${USAGE["manager show command"]}\n`;
  const actions = await allActions(manager);
  const texts = names.map((name) => {
    const action = actions.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return action === undefined ? `No action named '${name}' found.\n` : formatAction(action);
  });
  return texts.join("\n");
}

function showUser(manager: ManagerServer, [name, ...more]: readonly string[]): string {
  if (name === undefined || more.length > 0) return `Usage: ${USAGE["manager show user"]}\n`;
  const user = manager.config.users.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return user === undefined ? "There is no manager called " + name + "\n" : formatUser(user);
}

async function reloadByCommand(host: ModuleHost): Promise<string> {
  if (!await configure(host)) throw new Error("manager.conf cannot be applied; the log says why");
  return "";
}

/** The Asterisk Manager Interface. */
export default defineModule({
  license: "MIT",
  description: "Asterisk Manager Interface",
  async load(host) {
    server = undefined;
    if (!await configure(host) || server === undefined) return LoadResult.DECLINE;
    registerCommands(host, server);
    await host.admin.onEvent((happened) => void pass(happened).catch(() => {}));
    return LoadResult.SUCCESS;
  },
  async reload(host) {
    return await configure(host) ? 0 : -1;
  },
  unload() {
    server?.stop();
    server = undefined;
  },
});
