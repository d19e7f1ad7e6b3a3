import { HostError } from "../fault/mod.ts";
import type { CallLocation, LabelLocation } from "../module_api/mod.ts";
import type { HostCall } from "./call.ts";
import { branches, checkCondition, resolveTarget } from "./goto.ts";

/** What the core's applications ask of the dialplan. */
export interface BuiltinScope {
  /** Sets a variable, or writes a function. */
  assign(call: HostCall, name: string, value: string): Promise<void>;
  /** Sends the call elsewhere; throws when it must not go there. */
  move(call: HostCall, to: CallLocation): void;
  /** The priority of a label, where the call may be sent. */
  findLabel(call: HostCall, place: LabelLocation): Promise<number | undefined>;
  /** Whether a call could go on there. */
  exists(call: HostCall, extension: string): boolean;
  /** Runs what waits for the caller or for time to pass. */
  outside<T>(work: () => Promise<T>): Promise<T>;
  warn(message: string): void;
  verbose(level: number, message: string): void;
}

/** Runs in a call; a negative result ends it. */
export type Builtin = (call: HostCall, args: string, scope: BuiltinScope) => Promise<number>;

const HANG_UP = -1;
/** Seconds that WaitExten waits when it is not told how long. */
const EXTENSION_TIMEOUT = 10;

/** The applications that Asterisk has in its core, as far as lines of text have a use for them. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  Answer: async (call, args, { outside }) => {
    await outside(() => call.answer());
    // As in Asterisk, after a delay of so many milliseconds.
    if (args !== "") await outside(() => call.wait(Number(args) || 0));
    return 0;
  },
  NoOp: () => Promise.resolve(0),
  Hangup: () => Promise.resolve(HANG_UP),
  Wait: async (call, args, { outside, warn }) => {
    const seconds = secondsOf(args);
    if (seconds === undefined) warn(`Wait requires a number of seconds: '${args}' is none`);
    else await outside(() => call.wait(seconds * 1000));
    return 0;
  },
  WaitExten: waitExten,
  Goto: goTo,
  GotoIf: async (call, args, scope) => {
    const ways = branches(args);
    if (ways === undefined) {
      scope.warn("GotoIf requires an argument: GotoIf(condition?[labeliftrue][:labeliffalse])");
      return 0;
    }
    const target = checkCondition(ways.condition) ? ways.yes : ways.no;
    // As in Asterisk, no place to go to means to go on.
    return target === "" ? 0 : await goTo(call, target, scope);
  },
  Set: async (call, args, scope) => {
    const at = args.indexOf("=");
    if (at < 0) {
      scope.warn("Set requires one variable name/value pair.");
      return 0;
    }
    const name = args.slice(0, at);
    if (name.includes(" ")) {
      scope.warn(`Please avoid unnecessary spaces on variables as it may lead to unexpected results ('${name}').`);
    }
    await scope.assign(call, name.trim(), args.slice(at + 1));
    return 0;
  },
  MSet: async (call, args, scope) => {
    for (const pair of args.split(",")) {
      const at = pair.indexOf("=");
      if (at < 0) scope.warn(`MSet: ignoring entry '${pair}' with no '='`);
      else await scope.assign(call, pair.slice(0, at).trim(), pair.slice(at + 1).trim().replace(/^"(.*)"$/s, "$1"));
    }
    return 0;
  },
};

/** What the dialplan has built in, as `type=name` in small letters: no module can have these names. */
export const BUILTIN_NAMES: readonly string[] = Object.keys(BUILTINS).map((name) =>
  `application=${name.toLowerCase()}`
);

async function goTo(call: HostCall, args: string, { findLabel, move, warn }: BuiltinScope): Promise<number> {
  try {
    move(call, await resolveTarget(args, call.place, (place) => findLabel(call, place)));
    return 0;
  } catch (error) {
    // What must not be has been told with the lines that would allow it.
    if (!(error instanceof HostError && error.code === "permission")) warn((error as Error).message);
    return HANG_UP;
  }
}

/** Waits for the caller to send an extension; without one goes on at `t`, with one there is none of at `i`. */
async function waitExten(call: HostCall, args: string, scope: BuiltinScope): Promise<number> {
  const seconds = args === "" ? EXTENSION_TIMEOUT : secondsOf(args.split(",")[0]!) ?? EXTENSION_TIMEOUT;
  const line = await scope.outside(() => call.readLine(seconds));
  if (call.hungUp) return HANG_UP;
  const extension = line?.trim() ?? "";
  const found = [extension, line === undefined ? "t" : "i"].find((name) => name !== "" && scope.exists(call, name));
  if (line === undefined) {
    scope.verbose(3, `Timeout on ${call.name}, ${found === "t" ? "going to 't'" : "continuing..."}`);
  } else if (found === "i") await scope.assign(call, "INVALID_EXTEN", extension);
  if (found === undefined) return line === undefined ? 0 : HANG_UP;
  await call.setLocation({ ...call.place, extension: found, priority: 1 });
  return 0;
}

function secondsOf(text: string): number | undefined {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
