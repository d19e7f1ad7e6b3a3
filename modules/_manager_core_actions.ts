/**
 * Actions about the session and the host: Ping, Events, WaitEvent, ListCommands, Command, CoreStatus, CoreSettings,
 * CoreShowChannels.
 *
 * @module
 */
import type { CallRow, ManagerHeader } from "asterism";
import type { Action, ActionCall, ManagerServices } from "./_manager_action.ts";
import { classesOf, formatClasses, readClasses, readEventMask } from "./_manager_classes.ts";

const REPORTING = readClasses("system,reporting").mask;

/** Beginnings of commands that clients may not run, by whatever alias; shortened words count too. */
const BLACKLIST = ["module load", "module unload", "restart gracefully"];

/** The actions. */
export const CORE_ACTIONS: readonly Action[] = [
  {
    name: "Command",
    synopsis: "Execute Asterism CLI Command. ",
    syntax: ["Command: <value>"],
    description: "Run a CLI command. Loading and unloading modules has actions of its own.",
    classes: readClasses("command").mask,
    run: command,
  },
  {
    name: "CoreSettings",
    synopsis: "Show PBX core settings (version etc). ",
    description: "Query for core settings.",
    classes: REPORTING,
    run: coreSettings,
  },
  {
    name: "CoreShowChannels",
    synopsis: "List currently active channels. ",
    description: "List currently defined channels and some information about them: calls that run an application.",
    classes: REPORTING,
    run: coreShowChannels,
  },
  {
    name: "CoreStatus",
    synopsis: "Show PBX core status variables. ",
    description: "Query for core status.",
    classes: REPORTING,
    run: coreStatus,
  },
  {
    name: "Events",
    synopsis: "Control Event Flow. ",
    syntax: ["EventMask: <value>"],
    description: "Enable/Disable sending of events to this manager client: on, off, or classes separated by commas.",
    classes: 0,
    run: events,
  },
  {
    name: "ListCommands",
    synopsis: "List available manager commands. ",
    description: "Returns the action name and synopsis for every action that is available to the user.",
    classes: 0,
    run: listCommands,
  },
  {
    name: "Ping",
    synopsis: "Keepalive command. ",
    description: "A 'Ping' action will ellicit a 'Pong' response. Used to keep the manager connection open.",
    classes: 0,
    run: ({ reply }) => reply.send("Success", [["Ping", "Pong"], ["Timestamp", (Date.now() / 1000).toFixed(6)]]),
  },
  {
    name: "WaitEvent",
    synopsis: "Wait for an event to occur. ",
    syntax: ["Timeout: <value>"],
    description: "Ends with the next event, with the next message of the client, or after Timeout seconds; -1: never.",
    classes: 0,
    run: waitEvent,
  },
];

/** Whether a command line begins with one that clients may not run, however it is shortened or quoted. */
export function isBlacklisted(line: string): boolean {
  const words = line.toLowerCase().replace(/["\\]/g, "").split(/\s+/).filter((word) => word !== "");
  return BLACKLIST.some((list) =>
    list.split(" ").every((word, place) => words[place] !== undefined && word.startsWith(words[place]))
  );
}

async function command({ message, services, reply }: ActionCall): Promise<void> {
  const line = message.get("Command");
  if (line.trim() === "") return reply.error("No command provided");
  if (isBlacklisted(line)) return reply.error("Command blacklisted");
  const { output, ok, refused } = await services.admin.run(line, BLACKLIST);
  if (refused) return reply.error("Command blacklisted");
  const lines = output.replace(/\n$/, "").split("\n");
  const shown = output === "" ? [] : lines.map((text) => `Output: ${text}`);
  reply.sendLines(ok ? "Success" : "Error", [["Message", "Command output follows"]], shown);
}

function events({ message, session, reply }: ActionCall): void {
  const mask = readEventMask(message.get("EventMask"));
  if (mask === undefined) return reply.error("Invalid event mask");
  session.events = mask;
  reply.send("Success", [["Events", mask > 0 ? "On" : "Off"]]);
}

/** An action as it is listed. */
export interface ListedAction {
  readonly name: string;
  readonly synopsis: string;
  readonly description: string;
  readonly syntax: readonly string[];
  readonly classes: number;
}

/** Every action, those of other modules too, sorted as Asterisk sorts them. */
export async function allActions(
  { actions, admin }: Pick<ManagerServices, "actions" | "admin">,
): Promise<ListedAction[]> {
  const foreign = (await admin.managerActions()).filter(({ action }) => !actions.has(action.toLowerCase()));
  const listed = [
    ...[...actions.values()].map(({ name, synopsis, description, syntax = [], classes }) => ({
      ...{ name, synopsis, description, syntax, classes },
    })),
    ...foreign.map(({ action, synopsis, description, privilege }) => ({
      ...{ name: action, synopsis, description, syntax: [], classes: classesOf(privilege) },
    })),
  ];
  return listed.sort((a, b) => a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
}

async function listCommands({ session, services, reply }: ActionCall): Promise<void> {
  const write = session.user?.write ?? 0;
  const allowed = (await allActions(services)).filter(({ classes }) => classes === 0 || (write & classes) !== 0);
  const headers = allowed.map(({ name, synopsis, classes }) =>
    [name, `${synopsis} (Priv: ${formatClasses(classes)})`] as const
  );
  reply.send("Success", headers);
}

async function waitEvent({ message, session, reply }: ActionCall): Promise<void> {
  const timeout = Number.parseInt(message.get("Timeout"), 10);
  const seconds = Number.isNaN(timeout) || timeout < 0 ? undefined : Math.min(timeout, 1_000_000);
  await session.eventOrInput(seconds === undefined ? undefined : seconds * 1000);
  reply.ack("Waiting for Event completed.");
  reply.raw(session.takeHeld());
  reply.event("WaitEventComplete", []);
}

async function coreStatus({ services, reply }: ActionCall): Promise<void> {
  const { startedAt, reloadedAt, processedCalls } = await services.admin.status();
  const calls = await services.admin.calls();
  const [startDate, startTime] = dateAndTime(startedAt);
  const [reloadDate, reloadTime] = dateAndTime(reloadedAt);
  reply.send("Success", [
    ["CoreStartupDate", startDate],
    ["CoreStartupTime", startTime],
    ["CoreReloadDate", reloadDate],
    ["CoreReloadTime", reloadTime],
    ["CoreCurrentCalls", String(calls.length)],
    ["CoreProcessedCalls", String(processedCalls)],
  ]);
}

async function coreSettings({ services, reply }: ActionCall): Promise<void> {
  const { version } = await services.admin.status();
  const running = (await services.admin.modules()).filter(({ state }) => state === "running").map(({ name }) => name);
  const yesIfRunning = (begin: string) => running.some((name) => name.startsWith(begin)) ? "Yes" : "No";
  reply.send("Success", [
    ["AMIversion", "12.0.0"],
    ["AsteriskVersion", `Asterism ${version}`],
    ["SystemName", ""],
    ["CoreMaxCalls", "0"],
    ["CoreMaxLoadAvg", "0.000000"],
    ["CoreRunUser", ""],
    ["CoreRunGroup", ""],
    ["CoreMaxFilehandles", "0"],
    ["CoreRealTimeEnabled", yesIfRunning("res_config_")],
    ["CoreCDRenabled", yesIfRunning("cdr_")],
    ["CoreHTTPenabled", yesIfRunning("res_http")],
    ["SoundsSearchCustomDir", "No"],
  ]);
}

async function coreShowChannels({ services, reply }: ActionCall): Promise<void> {
  const calls = await services.admin.calls();
  reply.send("Success", [["EventList", "start"], ["Message", "Channels will follow"]]);
  const now = Date.now();
  for (const call of calls) reply.event("CoreShowChannel", channelHeaders(call, now));
  reply.event("CoreShowChannelsComplete", [["EventList", "Complete"], ["ListItems", String(calls.length)]]);
}

function channelHeaders(call: CallRow, now: number): ManagerHeader[] {
  return [
    ["Channel", call.name],
    ["ChannelState", "6"],
    ["ChannelStateDesc", "Up"],
    ["CallerIDNum", "<unknown>"],
    ["CallerIDName", "<unknown>"],
    ["ConnectedLineNum", "<unknown>"],
    ["ConnectedLineName", "<unknown>"],
    ["Language", "en"],
    ["AccountCode", ""],
    ["Context", call.context],
    ["Exten", call.extension],
    ["Priority", String(call.priority)],
    ["Uniqueid", call.uniqueId],
    ["Linkedid", call.uniqueId],
    ["Application", call.application],
    ["ApplicationData", call.data],
    ["Duration", formatDuration(Math.max(0, Math.floor((now - call.startedAt) / 1000)))],
    ["BridgeId", ""],
  ];
}

function formatDuration(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return [seconds / 3600, seconds % 3600 / 60, seconds % 60].map(two).join(":");
}

/** `2026-11-21` and `09:17:33`, local time. */
function dateAndTime(milliseconds: number): [string, string] {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return [
    [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-"),
    [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":"),
  ];
}
