/**
 * The one declaration of everything that a realm may ask of its host: what each method takes, how long a call may be,
 * what it makes, and what it costs the host. A method that does not stand here cannot be called; `frame_guard.ts` holds
 * calls to it before they are decoded, the capability objects hold modules to what they may have.
 */
import {
  ANYTHING,
  BOOLEAN,
  FUNCTION,
  listOf,
  mapOf,
  NUMBER,
  optional,
  recordOf,
  type Shape,
  textOf,
  tupleOf,
} from "./shape.ts";

/** Longest text of a name that is shown to people: a module, an application, the label of a user. */
export const MAX_NAME = 200;
/** Longest text of the dialplan: arguments, values of variables. */
const MAX_VALUE = 64 * 1024;
/** Longest name in the dialplan: a context, an extension, a label. */
const MAX_DIALPLAN_NAME = 80;
/** Steps and contexts of one part of a dialplan. */
export const MAX_PART = 1_000;
/** Most parts of a message, lists, objects and values together: what the thread decodes at once. */
export const MAX_NODES = 100_000;
/** Longest call whose arguments are short. */
const SHORT = 4 * 1024;
/** Longest call with texts of the dialplan; a character may take six in a message. */
const LONG = 1024 * 1024;

/** What a module may have, and how many at a time. They go when the module stops. */
export const QUOTAS = {
  /** What it has registered: applications, functions, services, drivers, commands, manager actions. */
  registration: 1_000,
  /** Functions of the module that the host keeps: handlers, cancels, callbacks that services were given. */
  function: 10_000,
  /** Services that it has taken in use. */
  use: 1_000,
  /** Methods of these services, each use for itself. */
  method: 10_000,
  /** Users of it that it has named, and what it holds for others. */
  hold: 10_000,
  /** Things that it is told of when they come and go. */
  watch: 100,
  /** Listeners for what happens in the host. */
  listener: 10,
  /** Channels that it has begun. */
  channel: 1_000,
  /** Dialplans that it is handing over. */
  draft: 1,
  /** Calls that it has opened to run an application or read a function. */
  call: 1_000,
} as const;

/** A kind of thing that a module may have. */
export type Made = keyof typeof QUOTAS;

/**
 * What a call costs the host's thread.
 *
 * - `moment`: no more than in proportion to its arguments, which are bounded
 * - `slices`: longer, with the thread given back in between
 * - `operator`: as long as what the administrator has put there: a file to read, a command of the console
 */
export type Cost = "moment" | "slices" | "operator";

/** What one method is held to. */
export interface Bounds {
  /** What it takes, in order. */
  readonly takes: readonly Shape[];
  /** Most UTF-16 units of the call as it is sent. */
  readonly length: number;
  /** What a call makes, each of which counts; see {@linkcode QUOTAS}. */
  readonly makes: readonly Made[];
  /** What a call costs the host's thread. */
  readonly cost: Cost;
  /** Lines that a call may cause in the log; they count as lines of the module. */
  readonly lines: number;
}

/** A method with short arguments, which makes nothing. */
function method(takes: readonly Shape[], rest: Partial<Omit<Bounds, "takes">> = {}): Bounds {
  return { takes, length: SHORT, makes: [], cost: "moment", lines: 1, ...rest };
}

const NAME = textOf(MAX_NAME);
const VALUE = textOf(MAX_VALUE);
const PLACE = textOf(MAX_DIALPLAN_NAME);
const HEADERS = listOf(tupleOf(NAME, VALUE), 1_000);
const PRIORITY = recordOf({
  extension: PLACE,
  caller: optional(textOf(MAX_DIALPLAN_NAME)),
  priority: NUMBER,
  label: optional(textOf(MAX_DIALPLAN_NAME)),
  application: PLACE,
  args: textOf(8192),
  file: optional(textOf(1024)),
  line: optional(NUMBER),
});
const CONTEXT = recordOf({ name: PLACE, includes: listOf(PLACE, MAX_PART), priorities: listOf(PRIORITY, MAX_PART) });

/** What the host offers a realm as a whole. */
const main = {
  handle: method([NAME], { lines: 0 }),
  refused: method([textOf(1024)], { lines: 0 }),
};

/** A module's capability object. */
const handle = {
  registerApplication: method([NAME, FUNCTION], { makes: ["registration", "function"] }),
  registerFunction: method([NAME, recordOf({ read: optional(FUNCTION), write: optional(FUNCTION) })], {
    makes: ["registration", "function"],
  }),
  registerService: method([NAME, mapOf(FUNCTION, 1_000), optional(BOOLEAN)], {
    length: LONG,
    makes: ["registration", "function"],
  }),
  registerRealtime: method([NAME, FUNCTION], { makes: ["registration", "function"] }),
  registerCommand: method([
    recordOf({ command: NAME, summary: NAME, usage: optional(textOf(4096)), standsFor: optional(textOf(1_000)) }),
    optional(FUNCTION),
  ], { length: 32 * 1024, makes: ["registration", "function"] }),
  unregister: method([textOf(40), NAME]),
  use: method([NAME], { makes: ["use", "method"] }),
  references: method([]),
  runApplication: method([NAME, VALUE, optional(NAME)], { length: LONG, makes: ["call"], cost: "slices" }),
  readFunction: method([NAME, VALUE, optional(NAME)], { length: LONG, makes: ["call"], cost: "slices" }),
  config: method([textOf(1_000)], { length: 8 * 1024, cost: "operator" }),
  modules: method([], { cost: "operator" }),
  execute: method([VALUE], { length: LONG, cost: "operator" }),
  pbx: method([]),
  database: method([]),
  admin: method([]),
  user: method([NAME, FUNCTION], { makes: ["hold", "function"] }),
  blockUnload: method([]),
  // The method says how much is too much; the quotes and backslashes of the JSON take two characters in a message.
  saveState: method([textOf(4 * LONG)], { length: 4 * LONG }),
};

/** What a module holds and follows of others. */
const references = {
  hold: method([NAME, NAME, FUNCTION], { makes: ["hold", "function"] }),
  onAvailable: method([NAME, FUNCTION, FUNCTION], { makes: ["watch", "function"] }),
};

/** Dialplan and channels. */
const pbx = {
  draft: method([], { makes: ["draft"] }),
  add: method([PLACE, PRIORITY, BOOLEAN], { length: 64 * 1024, cost: "slices" }),
  remove: method([PLACE, PLACE, optional(NUMBER)], { cost: "slices" }),
  channel: method([
    recordOf({
      technology: PLACE,
      peer: PLACE,
      context: PLACE,
      extension: PLACE,
      caller: optional(PLACE),
      variables: optional(mapOf(VALUE, 100)),
    }),
    recordOf({ write: FUNCTION, hangup: FUNCTION }),
  ], { length: LONG, makes: ["channel", "hold", "function"], cost: "slices" }),
};

/** A dialplan that comes in parts. */
const draft = {
  part: method([listOf(CONTEXT, MAX_PART)], { length: 4 * LONG }),
  commit: method([
    recordOf({
      globals: listOf(recordOf({ name: PLACE, value: VALUE }), 10_000),
      clearGlobals: BOOLEAN,
      autoFallThrough: BOOLEAN,
    }),
  ], { length: 4 * LONG, cost: "slices" }),
  discard: method([]),
};

/** What a module keeps over restarts. */
const KEY = textOf(1_024);
const database = {
  get: method([KEY], { length: 8 * 1024 }),
  // The quota of the module says how much it may keep.
  put: method([KEY, textOf(16 * LONG)], { length: 16 * LONG, cost: "operator" }),
  del: method([KEY], { length: 8 * 1024 }),
  deltree: method([optional(KEY)], { length: 8 * 1024, cost: "slices" }),
  tree: method([optional(KEY)], { length: 8 * 1024, cost: "slices" }),
};

/** What a module with host capabilities administers. */
const admin = {
  registerManagerAction: method([
    recordOf({
      action: PLACE,
      synopsis: NAME,
      description: optional(textOf(8192)),
      privilege: optional(NAME),
    }),
    FUNCTION,
  ], { length: 64 * 1024, makes: ["registration", "function"] }),
  managerEvent: method([PLACE, NAME, HEADERS], { length: LONG }),
  modules: method([], { cost: "operator" }),
  realms: method([], { cost: "operator" }),
  logTail: method([NUMBER]),
  findModule: method([NAME]),
  load: method([NAME], { cost: "operator", lines: Infinity }),
  unload: method([NAME], { cost: "operator", lines: Infinity }),
  reload: method([NAME], { cost: "operator", lines: Infinity }),
  reloadAll: method([], { cost: "operator", lines: Infinity }),
  refresh: method([NAME, BOOLEAN], { cost: "operator", lines: Infinity }),
  status: method([], { cost: "operator" }),
  calls: method([], { cost: "operator" }),
  run: method([VALUE, optional(listOf(NAME, 100))], { length: LONG, cost: "operator", lines: Infinity }),
  readConfig: method([textOf(1_000), textOf(4_096)], { length: 64 * 1024, cost: "operator", lines: Infinity }),
  onEvent: method([FUNCTION], { makes: ["listener", "function"] }),
  managerActions: method([], { cost: "operator" }),
  runManagerAction: method([PLACE, recordOf({ user: NAME, headers: HEADERS })], { length: LONG, cost: "operator" }),
};

/** A call that a module handles. */
const PLACE_IN_DIALPLAN = { context: VALUE, extension: VALUE };
const call = {
  variable: method([VALUE], { length: LONG }),
  setVariable: method([VALUE, optional(VALUE)], { length: LONG }),
  location: method([]),
  setLocation: method([recordOf({ ...PLACE_IN_DIALPLAN, priority: NUMBER })], { length: LONG }),
  findLabel: method([recordOf({ ...PLACE_IN_DIALPLAN, label: VALUE })], { length: LONG }),
  print: method([VALUE], { length: LONG }),
  log: method([VALUE, VALUE, optional(NUMBER)], { length: LONG, lines: 1 }),
  readLine: method([optional(NUMBER)]),
  answer: method([]),
  ended: method([]),
};

/** Every method that a realm may call, by the object that has it. */
export const BOUNDS = { main, handle, references, pbx, draft, database, admin, call } as const satisfies Readonly<
  Record<string, Readonly<Record<string, Bounds>>>
>;

/**
 * A function that the host has handed out: a method of a service, a callback of another module, the release of something
 * held. What it takes is between the modules; only its size is the host's affair.
 */
export const FUNCTION_BOUNDS: Bounds = method(Array.from({ length: 100 }, () => ANYTHING), {
  length: 16 * LONG,
  makes: ["function"],
});

/** The methods by their names, which tell them apart: a frame does not say which object it is for. */
const BY_NAME: ReadonlyMap<string, Bounds> = byName();

function byName(): ReadonlyMap<string, Bounds> {
  const all = new Map<string, Bounds>();
  for (const [object, methods] of Object.entries(BOUNDS)) {
    for (const [name, bounds] of Object.entries(methods)) {
      const known = all.get(name);
      if (known !== undefined && known.takes.length + bounds.takes.length > 0) {
        throw new Error(`Two methods are called ${name}, one of them of ${object}: frames could not be told apart`);
      }
      all.set(name, bounds);
    }
  }
  return all;
}

/** What a method is held to, by its name; nothing when there is none of that name. */
export function boundsOf(name: string): Bounds | undefined {
  return BY_NAME.get(name);
}
