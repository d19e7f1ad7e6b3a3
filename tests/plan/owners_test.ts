/** Whose names are, whatever the order of the catalog. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CatalogEntry } from "../../src/manifest/mod.ts";
import { type CoreNames, describeRefused, ownNames } from "../../src/plan/mod.ts";
import { catalogOf, policyOf } from "./_build.ts";

const CORE: CoreNames = {
  names: new Set(["application=goto", "service=clock"]),
  commands: ["module show [like]", "core set debug", "core stop {now|gracefully}"],
};

interface Scene {
  /** Per module the lines of its `[provides]`; a name with `*` behind it is shipped. */
  readonly modules: Readonly<Record<string, string>>;
  /** Content of modules.conf. */
  readonly policy?: string;
}

function ownersOf({ modules, policy = "" }: Scene) {
  return ownNames({ catalog: entriesOf(modules), policy: policyOf(`[modules]\n${policy}`), core: CORE });
}

function entriesOf(modules: Scene["modules"]): CatalogEntry[] {
  const bodies = Object.entries(modules).map(([name, lines]) => [name.replace("*", ""), `[provides]\n${lines}`]);
  const shipped = new Set(Object.keys(modules).filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1)));
  return catalogOf(Object.fromEntries(bodies)).map((entry) => ({
    ...entry,
    shipped: shipped.has(entry.manifest.name),
  }));
}

/** `module type=name` of everything that has effect, sorted. */
function provided({ entries }: ReturnType<typeof ownNames>): string[] {
  return entries.flatMap(({ manifest: { name, provides } }) =>
    provides.filter(({ type }) => type !== "module").map((one) => `${name} ${one.type}=${one.name}`)
  ).sort();
}

const APP = "application = Hello";
const TIMER = (priority: number) => `service = timer:${priority}`;

const CASES: Readonly<Record<string, Scene & { has: readonly string[] }>> = {
  "a name that one module has is its": { modules: { evil: APP }, has: ["evil application=Hello"] },
  "the core's are the core's, in any case of letters": {
    modules: { evil: "application = GOTO\nservice = clock:999\nfunction = goto", "app*": "application = Goto" },
    policy: "require = evil\n[provides]\ntype = application\nGoto = evil",
    has: ["evil function=goto"],
  },
  "a line of [provides] is before shipped and required": {
    modules: { given: APP, "shipped*": APP, required: APP },
    policy: "require = required\n[provides]\ntype = application\nhello = GIVEN.so",
    has: ["given application=Hello"],
  },
  "a line of [provides] keeps the name for a module that is not there": {
    modules: { evil: APP, "shipped*": APP },
    policy: "[provides]\ntype = application\nHello = other",
    has: [],
  },
  "several lines of [provides]: the priority counts": {
    modules: { a: TIMER(1), b: TIMER(2), "c*": TIMER(3) },
    policy: "[provides]\ntype = service\ntimer = a\ntimer = b",
    has: ["a service=timer", "b service=timer"],
  },
  "a shipped one is before required ones": {
    modules: { evil: TIMER(999), "shipped*": TIMER(100) },
    policy: "require = evil",
    has: ["shipped service=timer"],
  },
  "shipped ones share": {
    modules: { "one*": TIMER(100), "two*": TIMER(200), evil: TIMER(300) },
    has: ["one service=timer", "two service=timer"],
  },
  "neverload frees what is shipped": {
    modules: { other: TIMER(1), "shipped*": TIMER(100) },
    policy: "neverload = shipped",
    has: ["other service=timer"],
  },
  "noload keeps what is shipped from strangers that no line names": {
    modules: { evil: TIMER(999), "shipped*": TIMER(100) },
    policy: "noload = shipped",
    has: ["shipped service=timer"],
  },
  "noload of what is shipped and load of another are the administrator's choice": {
    modules: { other: TIMER(1), "shipped*": TIMER(100) },
    policy: "noload = shipped\nload = other",
    has: ["other service=timer"],
  },
  "a required one is before one that is listed, that before one that is installed": {
    modules: { required: APP, listed: `${APP}\nfunction = F`, installed: `${APP}\nfunction = F` },
    policy: "preload-require = required\nload = listed",
    has: ["listed function=F", "required application=Hello"],
  },
  "a line that loads one provider of a service leaves the others theirs": {
    modules: { a: TIMER(1), b: TIMER(2), c: TIMER(3) },
    policy: "load = a\nnoload = c",
    has: ["a service=timer", "b service=timer"],
  },
  "but not when what is shipped makes room for it": {
    modules: { a: TIMER(1), b: TIMER(2), "c*": TIMER(3) },
    policy: "load = a\nnoload = c",
    has: ["a service=timer"],
  },
  "what nobody decides nobody has": {
    modules: { a: `${APP}\nfunction = A`, b: "application = HELLO" },
    has: ["a function=A"],
  },
  "a module that is not to be loaded takes no name from others": {
    modules: { a: APP, b: APP, c: "function = C" },
    policy: "noload = b",
    has: ["a application=Hello", "c function=C"],
  },
  "services of equals are decided by their priority": {
    modules: { a: TIMER(1), b: TIMER(2) },
    has: ["a service=timer", "b service=timer"],
  },
  "types have names of their own, and unknown ones have no owners": {
    modules: { a: "application = X\ncodec = ulaw", b: "function = X\ncodec = ulaw" },
    has: ["a application=X", "a codec=ulaw", "b codec=ulaw", "b function=X"],
  },
  "drivers, actions and events": {
    modules: {
      evil: "realtime = sqlite3\nmanager = Ping\nmanagerevent = Rung",
      "shipped*": "realtime = SQLITE3\nmanager = ping\nmanagerevent = rung",
    },
    has: ["shipped manager=ping", "shipped managerevent=rung", "shipped realtime=SQLITE3"],
  },
  "commands of the core are not to be had, whatever their words": {
    modules: {
      evil: [
        "module show",
        "module",
        "module show like evil",
        "module {show|x} all",
        "core set",
        "core set debug 5",
        "CORE stop now please",
        "core {stop}",
        "core show",
      ].map((command) => `command = ${command}`).join("\n"),
    },
    has: ["evil command=core show"],
  },
  "commands of others neither, with more words, fewer, or alternatives": {
    modules: {
      evil: [
        "neighbor show status",
        "neighbor {show|x} status {all|none}",
        "neighbor [show] [status] [all]",
        "neighbor",
        "neighbor show other",
        "neighbors show status",
      ].map((command) => `command = ${command}`).join("\n"),
      "neighbor*": "command = neighbor show status [all]",
    },
    has: [
      "evil command=neighbor show other",
      "evil command=neighbors show status",
      "neighbor command=neighbor show status [all]",
    ],
  },
  "a command is given by its words": {
    modules: { other: "command = http show status", "res_http*": "command = http show status" },
    policy: "[provides]\ntype = command\nhttp show status = other",
    has: ["other command=http show status"],
  },
  "two claim commands that could take lines from each other": {
    modules: { a: "command = x show [all]\ncommand = a go", b: "command = x {show|list} all" },
    has: ["a command=a go"],
  },
};

for (const [what, { has, ...scene }] of Object.entries(CASES)) {
  Deno.test(`ownNames(): ${what}`, () => {
    assertEquals(provided(ownersOf(scene)), [...has].sort());
    const names = Object.keys(scene.modules).reverse();
    const turned = Object.fromEntries(names.map((name) => [name, scene.modules[name] as string]));
    assertEquals(provided(ownersOf({ ...scene, modules: turned })), [...has].sort(), "in the other order");
  });
}

Deno.test("ownNames() leaves entries as they are that keep all of theirs", () => {
  const modules = { a: APP, b: "command = b go" };
  const catalog = entriesOf(modules);
  const { entries, refused } = ownNames({ catalog, policy: policyOf(""), core: CORE });
  assert(entries.every((entry, index) => entry === catalog[index]));
  assertEquals(refused.size, 0);
});

Deno.test("ownersOf() says whose a name is that a wildcard would take", () => {
  const owners = ownersOf({
    modules: {
      wild: "command = *\napplication = *",
      "wide*": "command = *\napplication = *",
      "app*": `${APP}\ncommand = app go`,
      stranger: "application = Other\ncommand = other go [x]",
    },
    policy: "[provides]\ntype = application\nKept = missing",
  });
  assertEquals(owners.ownersOf("application", "HELLO", "wild"), ["app"]);
  assertEquals(owners.ownersOf("application", "goto", "wild"), ["core"]);
  assertEquals(owners.ownersOf("application", "Kept", "wild"), ["missing"]);
  assertEquals(owners.ownersOf("application", "Other", "wild"), ["stranger"]);
  assertEquals(owners.ownersOf("application", "Other", "wide"), undefined);
  assertEquals(owners.ownersOf("application", "free", "wild"), undefined);
  assertEquals(owners.ownersOf("codec", "Hello", "wild"), undefined);
  assertEquals(owners.ownersOf("command", "module {show}", "wide"), ["core"]);
  assertEquals(owners.ownersOf("command", "app", "wild"), ["app"]);
  assertEquals(owners.ownersOf("command", "other {go|x}", "wild"), ["stranger"]);
  assertEquals(owners.ownersOf("command", "other {go|x}", "wide"), undefined);
  assertEquals(owners.ownersOf("command", "other stop", "wild"), undefined);
});

Deno.test("describeRefused() has the lines that would allow it, and none for the core's", () => {
  const { refused } = ownersOf({
    modules: {
      evil: `${APP}\nservice = t:9\napplication = goto`,
      "shipped*": APP,
      "res_t*": TIMER(1).replace("timer", "t"),
    },
  });
  const text = describeRefused("evil", refused.get("evil") ?? [], {
    policy: { file: "/etc/modules.conf", sections: new Set() },
  });
  assertEquals(
    text,
    `Module 'evil' provides less than its manifest says: application=Hello belongs to 'shipped'; service=t belongs to ` +
      `'res_t'; application=goto is the core's; /etc/modules.conf would give it to 'evil' with
    [provides]
    type = application
    Hello = evil
    type = service
    t = evil`,
  );
  const given = text.slice(text.indexOf("[provides]"));
  const after = ownersOf({
    modules: { evil: `${APP}\nservice = t:9`, "shipped*": APP, "res_t*": "service = t:1" },
    policy: given,
  });
  assertEquals(after.refused.get("evil"), undefined);
  assertStringIncludes(
    describeRefused("a", ownersOf({ modules: { a: APP, b: APP } }).refused.get("a") ?? [], {
      policy: { file: "f", sections: new Set(["provides"]) },
      separator: " ",
    }),
    "application=Hello is claimed by 'b', too, so no module has it; f would give it to 'a' with [provides](+) type = application",
  );
});

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (;;) yield (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

Deno.test("who owns what does not depend on the order of the catalog", () => {
  const random = numbers(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next().value * list.length)] as T;
  const commands = ["x", "x show", "x show [all]", "x {show|list} all", "x show {all} now", "module show x", "y go"];
  const line = () =>
    pick([
      () => `application = ${pick(["A", "a", "B", "Goto"])}`,
      () => `function = ${pick(["F", "G"])}`,
      () => `service = ${pick(["s", "t", "clock"])}:${Math.floor(random.next().value * 3)}`,
      () => `command = ${pick(commands)}`,
      () => `realtime = ${pick(["db", "DB"])}`,
    ])();
  for (let round = 0; round < 300; round++) {
    const names = ["a", "b", "c", "d", "e"].map((name) => random.next().value < 0.3 ? `${name}*` : name);
    const modules = Object.fromEntries(
      names.map((
        name,
      ) => [
        name,
        [...new Map([line(), line(), line()].map((one) => [one.split(":")[0]!.toLowerCase(), one])).values()].join(
          "\n",
        ),
      ]),
    );
    const directives = ["load", "require", "preload", "noload", "neverload"];
    const policy = [
      ...["a", "b", "c"].map((name) => `${pick(directives)} = ${name}`),
      "[provides]",
      "type = service",
      `${pick(["s", "t"])} = ${pick(["a", "b", "gone"])}`,
    ].join("\n");
    const expected = ownersOf({ modules, policy });
    for (let turn = 0; turn < 3; turn++) {
      const shuffled = Object.keys(modules).map((name) => [random.next().value, name] as const).sort((x, y) =>
        x[0] - y[0]
      );
      const other = ownersOf({
        modules: Object.fromEntries(shuffled.map(([, name]) => [name, modules[name] as string])),
        policy,
      });
      assertEquals(provided(other), provided(expected), JSON.stringify({ modules, policy }));
      assertEquals(new Map([...other.refused].sort()), new Map([...expected.refused].sort()));
    }
    // No name of the core's is ever another's, and commands of two modules never take lines from each other.
    assertEquals(provided(expected).filter((one) => /=(goto|clock|module)/i.test(one)), []);
  }
});

Deno.test("commands that begin alike and never are alike are compared in bounded time", () => {
  const optional = (letter: string) => Array.from({ length: 28 }, (_, at) => `[${letter}${at}]`).join(" ");
  const lines = (letter: string) =>
    Array.from({ length: 1_000 }, (_, at) => `command = foo ${optional(letter)} ${letter}_${at}`).join("\n");
  const began = performance.now();
  const owners = ownersOf({ modules: { a: lines("a"), b: lines("b"), "res*": "command = foo show" } });
  // Before, each of the two million pairs took up to a millisecond.
  assert(performance.now() - began < 10_000);
  assert(provided(owners).includes("res command=foo show"));
  assertEquals(owners.ownersOf("command", "foo bar", "c"), undefined);
});

Deno.test("no number of commands below one word ends the decision", () => {
  const lines = (module: number) =>
    Array.from({ length: 1_000 }, (_, at) => `command = foo x${module}_${at}`).join("\n");
  const modules = Object.fromEntries(Array.from({ length: 130 }, (_, module) => [`m${module}`, lines(module)]));
  const owners = ownersOf({ modules: { ...modules, "res*": "command = bar", short: "command = foo" } });
  assertEquals(owners.refused.get("short")?.length, 1);
});

Deno.test("describeRefused() offers no line that would be another than it seems", () => {
  const names = ["[permissions](+)", "evil = host=loader", "#include x", "plain"];
  const lines = names.map((name) => `application = ${name}`).join("\n");
  const { refused } = ownersOf({ modules: { evil: lines, twin: lines } });
  const said = describeRefused("evil", refused.get("evil") ?? [], {
    policy: { file: "modules.conf", sections: new Set() },
  });
  assertEquals(said.split("\n    ").slice(1), ["[provides]", "type = application", "plain = evil"]);
});
