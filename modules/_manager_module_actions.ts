/**
 * Actions about modules and configuration: ModuleCheck, ModuleLoad, Reload, GetConfig, GetConfigJSON. Worded as
 * Asterisk's, the answers it gives twice included.
 *
 * @module
 */
import type { ConfigReading, ConfigSectionFacts, ReloadAnswer } from "asterism";
import type { Action, ActionCall } from "./_manager_action.ts";
import { readBoolean, readClasses } from "./_manager_classes.ts";
import { printableJson } from "../src/fault/printable.ts";

const SYSTEM = readClasses("system").mask;
const CONFIG = readClasses("system,config").mask;

/** The actions. */
export const MODULE_ACTIONS: readonly Action[] = [
  {
    name: "GetConfig",
    synopsis: "Retrieve configuration. ",
    syntax: ["Filename: <value>", "[Category:] <value>", "[Filter:] <value>"],
    description: "This action will dump the contents of a configuration file by category and contents or optionally " +
      "by specified category only. Filter: name=value expressions separated by commas, TEMPLATES=include|restrict.",
    classes: CONFIG,
    run: (call) => getConfig(call, formatConfig),
  },
  {
    name: "GetConfigJSON",
    synopsis: "Retrieve configuration (JSON format). ",
    syntax: ["Filename: <value>", "[Category:] <value>", "[Filter:] <value>"],
    description: "This action will dump the contents of a configuration file by category and contents in JSON format.",
    classes: CONFIG,
    run: (call) => getConfig(call, (sections) => [`JSON: ${formatConfigJson(sections)}`]),
  },
  {
    name: "ModuleCheck",
    synopsis: "Check if module is loaded. ",
    syntax: ["Module: <value>"],
    description: "Checks if Asterism module is loaded. Will return Success/Error.",
    classes: SYSTEM,
    run: moduleCheck,
  },
  {
    name: "ModuleLoad",
    synopsis: "Module management. ",
    syntax: ["[Module:] <value>", "LoadType: <load|unload|reload|refresh>", "[Recursive:] <value>"],
    description: "Loads, unloads, reloads or refreshes an Asterism module in a running system.",
    classes: SYSTEM,
    run: moduleLoad,
  },
  {
    name: "Reload",
    synopsis: "Send a reload event. ",
    syntax: ["[Module:] <value>"],
    description: "Send a reload event: to one module, or to all.",
    classes: CONFIG,
    run: reload,
  },
];

async function moduleCheck({ message, services, reply }: ActionCall): Promise<void> {
  const { loaded } = await services.admin.findModule(message.get("Module"));
  if (!loaded) return reply.error("Module not loaded");
  reply.sendLines("Success", [], ["Version: "]);
}

const RELOADED: Record<ReloadAnswer, string> = {
  success: "Module reloaded.",
  queued: "Module reloaded.",
  "not-found": "No such module.",
  error: "An unknown error occurred",
  "in-progress": "A reload is in progress",
  uninitialized: "Module not initialized",
  "not-implemented": "Module does not support reload action.",
};

/** `Reload` words some of these in another way than `ModuleLoad`. */
const RELOADED_BY_RELOAD: Record<ReloadAnswer, string> = {
  ...RELOADED,
  success: "Module Reloaded",
  queued: "Module Reloaded",
  "not-found": "No such module",
  "not-implemented": "Module does not support reload",
};

function isReloaded(result: ReloadAnswer): boolean {
  return result === "success" || result === "queued";
}

async function reload({ message, services, reply }: ActionCall): Promise<void> {
  const module = message.get("Module");
  if (module === "") await services.admin.reloadAll();
  const result = module === "" ? "success" : await services.admin.reload(module);
  reply.send(isReloaded(result) ? "Success" : "Error", [["Message", RELOADED_BY_RELOAD[result]]]);
}

/** Whether a path leads out of the directory of modules. */
function leadsOut(module: string): boolean {
  let depth = 0;
  for (const part of module.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}

async function moduleLoad(call: ActionCall): Promise<void> {
  const { message, services: { admin }, reply } = call;
  const module = message.get("Module");
  const type = message.get("LoadType").toLowerCase();
  // Asterisk goes on after these two and answers once more.
  if (type === "") reply.error("Incomplete ModuleLoad action.");
  if (module === "" && type !== "reload") reply.error("Need module name");
  if (leadsOut(module)) return reply.error("Module must be in the configured modules directory.");
  if (module !== "" && !(await admin.findModule(module)).known) return reply.error("Module not found.");
  const answer = (done: boolean, success: string, failure: string) => done ? reply.ack(success) : reply.error(failure);
  switch (type) {
    case "load":
      return answer(module !== "" && await admin.load(module), "Module loaded.", "Could not load module.");
    case "unload":
      return answer(module !== "" && await admin.unload(module), "Module unloaded.", "Could not unload module.");
    case "refresh": {
      const recursive = readBoolean(message.get("Recursive")) ?? false;
      const done = module !== "" && await admin.refresh(module, recursive);
      return answer(done, "Module unloaded and loaded.", "Could not refresh module.");
    }
    case "reload":
      return await reloadLoaded(call, module);
    default:
      return reply.error("Incomplete ModuleLoad action.");
  }
}

async function reloadLoaded({ services: { admin }, reply }: ActionCall, module: string): Promise<void> {
  if (module === "") {
    await admin.reloadAll();
    return reply.ack("All modules reloaded");
  }
  const result = await admin.reload(module);
  reply.send(isReloaded(result) ? "Success" : "Error", [["Message", RELOADED[result]]]);
}

type ConfigFormat = (sections: readonly ConfigSectionFacts[]) => string[];

async function getConfig({ message, services, reply }: ActionCall, format: ConfigFormat): Promise<void> {
  const file = message.get("Filename");
  const category = message.get("Category");
  if (file === "") return reply.error("Filename not specified");
  const filter = message.get("Filter").replaceAll(",", "&");
  const reading: ConfigReading = await services.admin.readConfig(file, filter);
  if ("fault" in reading) {
    if (reading.fault === "missing") return reply.error("Config file not found");
    services.log("warning", reading.reason);
    return reply.error("Config file has invalid format");
  }
  const wanted = category.toLowerCase();
  const sections = reading.sections.filter(({ name }) => category === "" || name.toLowerCase() === wanted);
  const lines = format(sections);
  reply.sendLines("Success", [], sections.length === 0 && category !== "" ? ["No categories found"] : lines);
}

function formatConfig(sections: readonly ConfigSectionFacts[]): string[] {
  const six = (value: number) => String(value).padStart(6, "0");
  return sections.flatMap(({ name, template, inherits, entries }, number) => [
    `Category-${six(number)}: ${name}`,
    ...(template ? [`IsTemplate-${six(number)}: 1`] : []),
    ...(inherits.length > 0 ? [`Templates-${six(number)}: ${inherits.join(",")}`] : []),
    ...entries.map(({ key, value }, line) => `Line-${six(number)}-${six(line)}: ${key}=${value}`),
  ]);
}

/** Keys stand as often as they do in the file, as Asterisk writes them; JSON readers see the last. */
function formatConfigJson(sections: readonly ConfigSectionFacts[]): string {
  const parts = sections.map(({ name, template, inherits, entries }) => {
    const members = [
      ...(template ? ['"istemplate":1'] : []),
      ...(inherits.length > 0 ? [`"templates":${printableJson(inherits.join(","))}`] : []),
      ...entries.map(({ key, value }) => `${printableJson(key)}:${printableJson(value)}`),
    ];
    return `${printableJson(name)}:{${members.join(",")}}`;
  });
  return `{${parts.join(",")}}`;
}
