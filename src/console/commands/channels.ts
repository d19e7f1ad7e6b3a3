import { printable } from "../../fault/mod.ts";
import type { ActiveCall, Pbx } from "../../dialplan/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices } from "../services.ts";
import { cell, takeJson, toJson } from "../table.ts";

/** `core show channels`, `core show channel` and `channel request hangup`, worded as Asterisk's. */
export function channelCommands({ pbx, now = Date.now }: CoreServices): ConsoleCommand[] {
  const names = () => pbx.calls().map(({ name }) => name);
  return [
    {
      command: "core show channels [concise|verbose|count]",
      summary: "Display information on channels",
      usage: "core show channels [concise|verbose|count]\n" +
        "       Lists currently defined channels and some information about them. If\n" +
        "       'concise' is specified, the format is abridged and in a more easily\n" +
        "       machine parsable format. If 'verbose' is specified, the output includes\n" +
        "       more and longer fields. If 'count' is specified only a channel and call\n" +
        "       count is output.\n" +
        "       The 'concise' option is deprecated and will be removed from future versions\n" +
        "       of Asterism.",
      run: (run) => showChannels(pbx, now(), run),
      complete: ({ args, word }) => {
        if (args.length > 0) return [];
        return word.startsWith("-") ? ["--json"] : ["concise", "verbose", "count"];
      },
    },
    {
      command: "core show channel",
      summary: "Display information on a specific channel",
      usage: "core show channel <channel>\n       Shows lots of information about the specified channel.",
      run: (run) => showChannel(pbx, now(), run),
      complete: ({ args }) => args.length === 0 ? names() : [],
    },
    hangupCommand(pbx),
  ];
}

function hangupCommand(pbx: Pbx): ConsoleCommand {
  const names = () => pbx.calls().map(({ name }) => name);
  return {
    command: "channel request hangup",
    summary: "Request a hangup on a given channel",
    usage: "channel request hangup <channel>|<all>\n" +
      "       Request that a channel be hung up. The hangup takes effect\n" +
      "       the next time the driver reads or writes from the channel.\n" +
      "       If 'all' is specified instead of a channel name, all channels\n" +
      "       will see the hangup request.",
    run: ({ args, print }) => {
      const [name, ...more] = args;
      if (name === undefined || more.length > 0) return "usage";
      for (const wanted of name.toLowerCase() === "all" ? names() : [name]) {
        const found = pbx.requestHangup(wanted);
        const line = found === undefined
          ? `${wanted} is not a known channel`
          : `Requested Hangup on channel '${found}'`;
        print(`${printable(line)}\n`);
      }
      return "success";
    },
    complete: ({ args }) => args.length === 0 ? ["all", ...names()] : [],
  };
}

type Format = (call: ActiveCall, now: number) => string;

const plain: Format = ({ name, context, extension, priority, answered, application, data }) =>
  row([
    name,
    `${extension}@${context}:${priority}`,
    state(answered),
    application === "" ? "(None)" : `${application}(${data})`,
  ]);

const concise: Format = (call, now) => {
  const { name, context, extension, priority, answered, application, data, caller, startedAt, uniqueId } = call;
  const fields = [name, context, extension, priority, state(answered), application, data, caller, "", "", "3"];
  return `${printable([...fields, seconds(startedAt, now), "", uniqueId].join("!"), Infinity)}\n`;
};

const verbose: Format = (call, now) => {
  const { name, context, extension, priority, answered, application, data, caller, startedAt } = call;
  const cells: [text: string, width: number][] = [
    [name, 20],
    [context, 20],
    [extension, 16],
    [String(priority).padStart(4), 4],
    [state(answered), 7],
    [application === "" ? "(None)" : application, 12],
    [data, 25],
    [caller, 15],
    [clock(seconds(startedAt, now)), 8],
  ];
  return verboseRow([...cells, ["", 11], ["", 11], ["", 20]]);
};

function showChannels(pbx: Pbx, now: number, { args, print }: CommandRun): CommandOutcome {
  const { json, rest: [word, ...more] } = takeJson(args);
  const kind = word?.toLowerCase() ?? "plain";
  if (more.length > 0 || !["plain", "concise", "verbose", "count"].includes(kind)) return "usage";
  const calls = pbx.calls();
  if (json) print(toJson(calls));
  else if (kind === "concise") print(calls.map((call) => concise(call, now)).join(""));
  else {
    if (kind === "plain") print(row(["Channel", "Location", "State", "Application(Data)"]));
    if (kind === "verbose") print(VERBOSE_HEADER);
    if (kind !== "count") print(calls.map((call) => (kind === "plain" ? plain : verbose)(call, now)).join(""));
    const counts = [[calls.length, "active channel"], [calls.length, "active call"]] as const;
    for (const [count, what] of counts) print(`${count} ${what}${count === 1 ? "" : "s"}\n`);
    print(`${pbx.processedCalls} call${pbx.processedCalls === 1 ? "" : "s"} processed\n`);
  }
  return "success";
}

function showChannel(pbx: Pbx, now: number, { args, print }: CommandRun): CommandOutcome {
  const { json, rest: [name, ...more] } = takeJson(args);
  if (name === undefined || more.length > 0) return "usage";
  const call = pbx.calls().find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (call === undefined) {
    print(`${printable(name)} is not a known channel\n`);
    return "success";
  }
  if (json) {
    print(toJson([call]));
    return "success";
  }
  const fields: [string, string | number][] = [
    ["Name", call.name],
    ["Type", call.name.slice(0, call.name.indexOf("/"))],
    ["UniqueID", call.uniqueId],
    ["Caller ID", call.caller === "" ? "(N/A)" : call.caller],
    ["State", `${state(call.answered)} (${call.answered ? 6 : 4})`],
    ["Elapsed Time", clock(seconds(call.startedAt, now))],
    ["Context", call.context],
    ["Extension", call.extension],
    ["Priority", call.priority],
    ["Application", call.application === "" ? "(N/A)" : call.application],
    ["Data", call.data === "" ? "(Empty)" : call.data],
  ];
  print(
    ` -- General --\n${
      fields.map(([label, value]) => `${label.padStart(15)}: ${printable(String(value))}\n`).join("")
    }`,
  );
  return "success";
}

function state(answered: boolean): string {
  return answered ? "Up" : "Ring";
}

function row([name = "", location = "", word = "", application = ""]: readonly string[]): string {
  return `${cell(name, 20, { cut: true })} ${cell(location, 20, { cut: true })} ${cell(word, 7, { cut: true })} ` +
    `${cell(application, 30, { cut: true })}\n`;
}

function verboseRow(cells: readonly [text: string, width: number][]): string {
  return `${cells.map(([text, width]) => cell(text, width, { cut: true })).join(" ")}\n`;
}

const VERBOSE_HEADER = verboseRow([
  ["Channel", 20],
  ["Context", 20],
  ["Extension", 16],
  ["Prio", 4],
  ["State", 7],
  ["Application", 12],
  ["Data", 25],
  ["CallerID", 15],
  ["Duration", 8],
  ["Accountcode", 11],
  ["PeerAccount", 11],
  ["BridgeID", 20],
]);

function seconds(since: number, now: number): number {
  return Math.max(0, Math.floor((now - since) / 1000));
}

/** `hh:mm:ss`. */
function clock(total: number): string {
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
