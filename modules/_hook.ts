/**
 * The pure part of PERIODIC_HOOK: what is written in its arguments.
 *
 * @module
 */

/** Longest interval, in seconds: the longest a timer can wait. */
export const MAXIMUM_INTERVAL_S = 2_147_483;

/** What a hook is to do. */
export interface HookPlan {
  /** The application it runs. */
  readonly application: string;
  /** Its arguments, variables not yet replaced. */
  readonly args: string;
  /** Time between two runs, in seconds. */
  readonly seconds: number;
}

const HOOK_SYNTAX = "PERIODIC_HOOK(application,args,interval-seconds)";

/**
 * Which fields of the argument string are the application, its arguments and the interval, as range-specs of CUT. The
 * application's own arguments may hold commas, so they are all that stands between the first field and the last.
 *
 * @throws {SyntaxError} when there are fewer than three fields
 */
export function hookFields(args: string): { application: string; args: string; interval: string } {
  const count = args.split(",").length;
  if (count < 3) {
    throw new SyntaxError(`Cannot start a hook of "${args}": an argument is missing; syntax: ${HOOK_SYNTAX}`);
  }
  return { application: "1", args: `2-${count - 1}`, interval: String(count) };
}

/**
 * Checks the three parts of a hook.
 *
 * @throws {SyntaxError} when the application is none
 * @throws {RangeError} when the interval is no whole number of seconds or out of bounds
 */
export function planHook(parts: { application: string; args: string; interval: string }): HookPlan {
  const application = parts.application.trim();
  if (!/^[\w-]+$/.test(application)) {
    throw new SyntaxError(`Cannot start a hook: "${application}" is no name of an application; syntax: ${HOOK_SYNTAX}`);
  }
  const interval = parts.interval.trim();
  const seconds = /^\d+$/.test(interval) ? Number(interval) : 0;
  if (seconds < 1 || seconds > MAXIMUM_INTERVAL_S) {
    throw new RangeError(
      `Invalid hook interval: '${interval}': expected 1 to ${MAXIMUM_INTERVAL_S} seconds; syntax: ${HOOK_SYNTAX}`,
    );
  }
  return { application, args: parts.args, seconds };
}

/** Replaces `${HOOK_ID}` and the like; names that are not among `values` stay. */
export function fillHookArgs(args: string, values: Readonly<Record<string, string>>): string {
  return args.replace(/\$\{(\w+)\}/g, (whole, name: string) => Object.hasOwn(values, name) ? values[name]! : whole);
}

/** What `PERIODIC_HOOK(id)=off|on` says; undefined when it says neither. */
export function parseSwitch(value: string): boolean | undefined {
  const word = value.trim();
  if (/^(on|yes|true|1)$/i.test(word)) return true;
  return /^(off|no|false|0)$/i.test(word) ? false : undefined;
}
