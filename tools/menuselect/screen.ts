/**
 * Menuselect's screen as a pure machine: a key gives the next state, a state gives lines. Why it exists: what a terminal
 * does can be tested with a table, what a person sees cannot be guessed from it.
 *
 * @module
 */
import { choiceFaults, disable, enable, type Item, markOf } from "./choice.ts";

/** Where one is in the menus. */
export interface Screen {
  /** Every module. */
  readonly items: readonly Item[];
  /** Names of those that are chosen. */
  readonly chosen: ReadonlySet<string>;
  /** The category that is marked or open. */
  readonly category: number;
  /** The item that is marked in the open category; undefined in the list of categories. */
  readonly item: number | undefined;
  /** What to say about the last key. */
  readonly message: string;
  /** Whether help is shown. */
  readonly help: boolean;
  /** How it ended. */
  readonly end?: "saved" | "left";
}

/** What the keys do, as Asterisk's menuselect says it. */
const HELP: readonly string[] = [
  "scroll                 => up/down arrows",
  "open, toggle selection => Enter",
  "select                 => y",
  "deselect               => n",
  "select all             => F8",
  "deselect all           => F7",
  "back                   => left arrow",
  "quit                   => q",
  "save and quit          => x",
  "",
  "XXX means that a dependency is in no module, or that a conflict exists",
  "< > means that a dependency is deselected; it is selected with the item",
  "( ) means that a conflicting item is selected",
];

/** The first screen. */
export function openScreen(items: readonly Item[], chosen: ReadonlySet<string>): Screen {
  return { items, chosen, category: 0, item: undefined, message: "", help: false };
}

/** Names of the categories in their order. */
export function categoriesOf(items: readonly Item[]): string[] {
  return [...new Set(items.map(({ category }) => category))];
}

/**
 * The screen after a key.
 *
 * @param key the name that `node:readline` gives it: `up`, `return`, `f8`, `y` …
 */
export function press(screen: Screen, key: string): Screen {
  if (screen.help) return { ...screen, help: false };
  const calm = { ...screen, message: "" };
  const act = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  return act === undefined ? calm : act(calm);
}

const KEYS: Readonly<Record<string, (screen: Screen) => Screen>> = {
  up: (screen) => move(screen, -1),
  down: (screen) => move(screen, 1),
  pageup: (screen) => move(screen, -10),
  pagedown: (screen) => move(screen, 10),
  right: open,
  left: (screen) => ({ ...screen, item: undefined }),
  return: (screen) => screen.item === undefined ? open(screen) : set(screen, !screen.chosen.has(marked(screen).name)),
  space: (screen) => screen.item === undefined ? open(screen) : set(screen, !screen.chosen.has(marked(screen).name)),
  y: (screen) => set(screen, true),
  n: (screen) => set(screen, false),
  f8: (screen) => setAll(screen, true),
  f7: (screen) => setAll(screen, false),
  h: (screen) => ({ ...screen, help: true }),
  "?": (screen) => ({ ...screen, help: true }),
  q: (screen) => ({ ...screen, end: "left" }),
  escape: (screen) => ({ ...screen, end: "left" }),
  x: save,
  f12: save,
};

function move(screen: Screen, by: number): Screen {
  const last = (screen.item === undefined ? categoriesOf(screen.items) : shown(screen)).length - 1;
  const place = Math.min(last, Math.max(0, (screen.item ?? screen.category) + by));
  return screen.item === undefined ? { ...screen, category: place } : { ...screen, item: place };
}

function open(screen: Screen): Screen {
  return screen.item === undefined && screen.items.length > 0 ? { ...screen, item: 0 } : screen;
}

function set(screen: Screen, on: boolean): Screen {
  if (screen.item === undefined) return screen;
  return change(screen, [marked(screen)], on);
}

function setAll(screen: Screen, on: boolean): Screen {
  return screen.item === undefined ? screen : change(screen, shown(screen), on);
}

/** Selects or deselects; what cannot be selected is said, and the others are. */
function change(screen: Screen, items: readonly Item[], on: boolean): Screen {
  let { chosen } = screen;
  let message = "";
  for (const { name } of items) {
    try {
      chosen = (on ? enable : disable)(screen.items, chosen, name);
    } catch (error) {
      message = (error as RangeError).message;
    }
  }
  return { ...screen, chosen, message };
}

/** A choice that could not be built is not written. */
function save(screen: Screen): Screen {
  const [fault] = choiceFaults(screen.items, screen.chosen);
  return fault === undefined ? { ...screen, end: "saved" } : { ...screen, message: `Cannot save: ${fault}` };
}

function shown({ items, category }: Screen): Item[] {
  const name = categoriesOf(items)[category];
  return items.filter((item) => item.category === name);
}

function marked(screen: Screen): Item {
  return shown(screen)[screen.item ?? 0] as Item;
}

/** The lines of a screen, none longer than the terminal is wide, as many as it is high at most. */
export function draw(screen: Screen, { columns, rows }: { columns: number; rows: number }): string[] {
  const title = ["Asterism Module Selection", "Press 'h' for help.", ""];
  const lines = screen.help
    ? [...title, ...HELP]
    : [...title, ...body(screen, Math.max(1, rows - 11)), ...foot(screen)];
  return lines.map((line) => line.slice(0, columns)).slice(0, rows);
}

function body(screen: Screen, height: number): string[] {
  const names = categoriesOf(screen.items);
  const lines = screen.item === undefined
    ? names.map((name) => `--- ${name}`)
    : shown(screen).map((item) => `${markOf(item, screen.chosen)} ${item.name}`);
  const place = screen.item ?? screen.category;
  const first = Math.max(0, Math.min(place - Math.floor(height / 2), lines.length - height));
  const visible = lines.slice(first, first + height)
    .map((line, index) => `${first + index === place ? " > " : "   "}${line}`);
  return screen.item === undefined ? visible : [`${names[screen.category]}`, ...visible];
}

/** What is known of the marked item. */
function foot(screen: Screen): string[] {
  const said = screen.message === "" ? [] : ["", screen.message];
  if (screen.item === undefined) return said;
  const { manifest, needs, conflicts } = marked(screen);
  const list = (what: string, names: readonly string[]) => names.length === 0 ? [] : [`${what}: ${names.join(", ")}`];
  return [
    "",
    manifest.description,
    `Support level: ${manifest.supportLevel}`,
    ...list(
      "Depends on",
      needs.map(({ what, providers }) => `${what}${providers.length === 0 ? " (in no module)" : ""}`),
    ),
    ...list("Conflicts with", conflicts),
    ...said,
  ];
}
