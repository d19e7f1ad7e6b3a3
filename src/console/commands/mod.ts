import { type ConsoleCommand, CORE, type Registry } from "../../registry/mod.ts";
import type { CoreServices } from "../services.ts";
import { completionCommands } from "./completion.ts";
import { coreCommands } from "./core.ts";
import { databaseCommands } from "./database.ts";
import { channelCommands } from "./channels.ts";
import { dialplanShowCommands } from "./dialplan_show.ts";
import { dialplanCommands } from "./dialplan.ts";
import { helpCommands } from "./help.ts";
import { manifestCommands } from "./manifest.ts";
import { moduleControlCommands } from "./module_control.ts";
import { moduleGraphCommands } from "./module_graph.ts";
import { modulePermissionCommands } from "./module_permissions.ts";
import { moduleShowCommands } from "./module_show.ts";
import { providedCommands } from "./provided.ts";
import { realmCommands } from "./realm.ts";
import { settingsCommands } from "./settings.ts";
import { stateCommands } from "./states.ts";
import { verbosityCommands } from "./verbosity.ts";

export { cliPermissionCommands, type CliPermissionControl } from "./cli_permissions.ts";
export { configCommands, type ConfigControl, type ConfigUse } from "./config.ts";
export { restartCommands } from "./core.ts";
export { loggerCommands } from "./logger.ts";

/** Registers the console commands of the core. Disposing the result removes them. */
export function registerCoreCommands(registry: Registry, services: CoreServices): Disposable {
  const commands = [
    ...moduleShowCommands(services),
    ...modulePermissionCommands(services),
    ...moduleControlCommands(services),
    ...helpCommands(registry.commands),
    ...coreCommands(services),
    ...dialplanCommands(services),
    ...dialplanShowCommands(services),
    ...channelCommands(services),
    ...databaseCommands(services),
    ...realmCommands(services),
    ...settingsCommands(services),
    ...verbosityCommands(services),
    ...completionCommands(services),
    ...manifestCommands(services),
    ...moduleGraphCommands(services),
    ...providedCommands(services, registry),
    ...stateCommands(),
  ];
  return addCoreCommands(registry, commands);
}

/** Registers further commands as the core's own. Disposing the result removes them. */
export function addCoreCommands(registry: Registry, commands: readonly ConsoleCommand[]): Disposable {
  const added = commands.map((value) =>
    registry.commands.add({ name: value.command, owner: CORE, value, priority: 0 })
  );
  return { [Symbol.dispose]: () => added.forEach((one) => one[Symbol.dispose]()) };
}
