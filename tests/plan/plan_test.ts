import { assert, assertEquals, assertMatch } from "@std/assert";
import { plan } from "../../src/plan/mod.ts";
import { bindings, inputOf, order, planOf, reasons, type Scene } from "./_build.ts";

const uses = (...names: string[]) => `[uses]\n${names.map((name) => `module = ${name}`).join("\n")}`;
const enhances = (...names: string[]) => names.map((name) => `enhances = ${name}`).join("\n");
const priority = (value: number | string, rest = "") => `load_priority = ${value}\n${rest}`;
const conf = (lines: string) => `[modules]\n${lines}`;

/** What starts, in order. Nothing is refused in any of these. */
const ORDERS: Record<string, Scene & { order: string }> = {
  "as mentioned among equals": {
    modules: { a: "", b: "", c: "" },
    policy: conf("load=c\nload=a\nload=b"),
    order: "c a b",
  },
  "by priority before mention": {
    modules: { a: priority(200), b: priority("AST_MODPRI_CORE"), c: "" },
    order: "b c a",
  },
  "preloaded before any priority": {
    modules: { a: priority(0), b: priority(255) },
    policy: conf("load=a\npreload=b"),
    order: "b a",
  },
  "among the preloaded by priority": {
    modules: { a: priority(9), b: priority(8), c: priority(0) },
    policy: conf("preload=a\npreload-require=b\nload=c"),
    order: "b a c",
  },
  "what is used is pulled forward": { modules: { a: uses("z"), m: "", z: priority(255) }, order: "z a m" },
  "what a preloaded one uses comes before everything": {
    modules: { a: priority(0), p: uses("z"), z: priority(255) },
    policy: conf("autoload=yes\npreload=p"),
    order: "z p a",
  },
  "pulled in their own order": {
    modules: { a: uses("x", "y", "z"), x: priority(30), y: priority(10), z: priority(20) },
    policy: conf("load=a\nload=x\nload=y\nload=z"),
    order: "y z x a",
  },
  "a chain from its end": { modules: { a: uses("b"), b: uses("c"), c: uses("d"), d: "" }, order: "d c b a" },
  "a diamond once, in rounds: b has had its turn when d starts, c has not": {
    modules: { a: uses("b", "c"), b: uses("d"), c: uses("d"), d: "" },
    order: "d c b a",
  },
  "optional modules first": { modules: { a: "optional_modules = z", m: "", z: "" }, order: "z a m" },
  "optional modules that nobody wants do not start": {
    modules: { a: "optional_modules = z", z: "" },
    policy: conf("load=a"),
    order: "a",
  },
  "optional modules that are not installed do no harm": { modules: { a: "optional_modules = none" }, order: "a" },
  "an optional module gives way to a need": { modules: { a: uses("b"), b: "optional_modules = a" }, order: "b a" },
  "an optional module gives way to a need, whoever is first": {
    modules: { a: "optional_modules = b", b: uses("a") },
    order: "a b",
  },
  "an optional module gives way to a need far off": {
    modules: { a: "optional_modules = c", b: uses("a"), c: uses("b") },
    order: "a b c",
  },
  "a circle of optional modules is no order": {
    modules: { a: "optional_modules = b", b: "optional_modules = a" },
    order: "a b",
  },
  "an enhancer after what it enhances": { modules: { a: enhances("z"), z: "" }, order: "z a" },
  "enhancers before those who use what they enhance": {
    modules: { a: uses("y"), m: "", y: "", z: enhances("y") },
    order: "y z a m",
  },
  "enhancers before those who have it as optional": {
    modules: { a: "optional_modules = y", y: "", z: enhances("y") },
    order: "y z a",
  },
  "enhancers of a running module too": {
    modules: { a: uses("y"), y: "", z: enhances("y") },
    running: ["y"],
    order: "z a",
  },
  "enhancers that nobody wants do not start": {
    modules: { a: uses("y"), y: "", z: enhances("y") },
    policy: conf("load=a"),
    order: "y a",
  },
  "an enhancer that uses the user comes after it": {
    modules: { a: uses("y"), y: "", z: `${enhances("y")}\n${uses("a")}` },
    order: "y a z",
  },
  "enhancers do not wait for each other": {
    modules: { a: enhances("y"), b: enhances("y"), y: "" },
    order: "y a b",
  },
  "load_uses brings what is used": {
    modules: { a: uses("b"), b: uses("c"), c: "" },
    policy: conf("load=a"),
    order: "c b a",
  },
  "without load_uses what is on the list will do": {
    modules: { a: uses("b"), b: "" },
    policy: conf("load_uses=no\nload=a\nload=b"),
    order: "b a",
  },
  "without load_uses what runs will do": {
    modules: { a: uses("b"), b: "" },
    policy: conf("load_uses=no\nload=a"),
    running: ["b"],
    order: "a",
  },
  "what runs is not started again": { modules: { a: uses("b"), b: "" }, running: ["b"], order: "a" },
  "noload keeps nobody from what runs": {
    modules: { a: uses("b"), b: "" },
    policy: conf("autoload=yes\nnoload=b"),
    running: ["b"],
    order: "a",
  },
  "noload does not bind the console": {
    modules: { a: uses("b"), b: "" },
    policy: conf("noload=b"),
    wanted: ["b", "a"],
    order: "b a",
  },
  "names with and without ending, those that are needed in any case": {
    modules: { Res_A: "[uses]\nmodule = res_b.SO", res_B: "" },
    policy: conf("load=Res_A.so"),
    order: "res_B Res_A",
  },
  "the administrator's uses": {
    modules: { a: "", b: "[provides]\napplication = Gosub", c: "" },
    policy: "[modules]\nload=a\n[uses]\nA = c\ntype = application\na.so = gosub",
    order: "c b a",
  },
};

for (const [what, { order: expected, ...scene }] of Object.entries(ORDERS)) {
  Deno.test(`plan() orders: ${what}`, () => {
    const made = planOf(scene);
    assertEquals(reasons(made), {});
    assertEquals(order(made), expected);
  });
}

/** Who is taken as provider, by user. */
const PROVIDERS: Record<string, Scene & { taken: Record<string, string> }> = {
  "the highest priority": {
    modules: {
      a: "[uses]\nservice = timer",
      p1: "[provides]\nservice = timer:100",
      p2: "[provides]\nservice = Timer:200",
      p3: "[provides]\nservice = timer",
    },
    policy: conf("load=a"),
    taken: { a: "service=timer:p2" },
  },
  "the first of the catalog among equals": {
    modules: { a: "[uses]\napplication = X", q: "[provides]\napplication = X", r: "[provides]\napplication = X" },
    policy: conf("load=a"),
    taken: { a: "application=X:q" },
  },
  "one that is wanted before a better one that is not": {
    modules: {
      a: "[uses]\nservice = timer",
      p1: "[provides]\nservice = timer:1",
      p2: "[provides]\nservice = timer:2",
    },
    policy: conf("load=a\nload=p1"),
    taken: { a: "service=timer:p1" },
  },
  "one that runs before a better one that is wanted": {
    modules: {
      a: "[uses]\nservice = timer",
      p1: "[provides]\nservice = timer:1",
      p2: "[provides]\nservice = timer:2",
    },
    running: ["p1"],
    taken: { a: "service=timer:p1" },
  },
  "not one that is excluded": {
    modules: {
      a: "[uses]\nservice = timer",
      p1: "[provides]\nservice = timer:1",
      p2: "[provides]\nservice = timer:2",
      p3: "[provides]\nservice = timer:3",
    },
    policy: conf("load=a\nnoload=p3\nneverload=p2"),
    taken: { a: "service=timer:p1" },
  },
  "not one that failed when there is another": {
    modules: {
      a: "[uses]\nservice = timer",
      p1: "[provides]\nservice = timer:1",
      p2: "[provides]\nservice = timer:2",
    },
    failed: ["p2"],
    wanted: ["a"],
    taken: { a: "service=timer:p1" },
  },
  "enhanced and used modules are both held": {
    modules: { a: `${enhances("y")}\n${uses("z")}`, y: "", z: "" },
    policy: conf("load=a"),
    taken: { a: "module=y:y module=z:z" },
  },
};

for (const [what, { taken, ...scene }] of Object.entries(PROVIDERS)) {
  Deno.test(`plan() takes as provider: ${what}`, () => {
    const made = planOf(scene);
    assertEquals(reasons(made), {});
    assertEquals(bindings(made), taken);
  });
}

/** What is refused and why; what starts all the same. */
const REFUSALS: Record<string, Scene & { refused: Record<string, string>; order?: string }> = {
  "a cycle, named; who needs it, apart; and nobody else": {
    modules: { a: uses("b"), b: uses("c"), c: uses("a", "f"), d: uses("b"), e: uses("d"), f: "", g: uses("f") },
    refused: {
      a: "it is on a cycle of uses: a -> b -> c -> a",
      b: "it is on a cycle of uses: a -> b -> c -> a",
      c: "it is on a cycle of uses: a -> b -> c -> a",
      d: 'd.manifest:4:1: it uses "b", which cannot load',
      e: 'e.manifest:4:1: it uses "d", which cannot load',
    },
    order: "f g",
  },
  "a module that uses itself": {
    modules: { a: uses("a"), b: "" },
    refused: { a: "it is on a cycle of uses: a -> a" },
    order: "b",
  },
  "two cycles with a bridge, each by its own name": {
    modules: { a: uses("b"), b: uses("a", "c"), c: uses("d"), d: uses("c") },
    refused: {
      a: "it is on a cycle of uses: a -> b -> a",
      b: "it is on a cycle of uses: a -> b -> a",
      c: "it is on a cycle of uses: c -> d -> c",
      d: "it is on a cycle of uses: c -> d -> c",
    },
  },
  "a cycle through enhances": {
    modules: { a: enhances("b"), b: uses("a") },
    refused: {
      a: "it is on a cycle of uses: a -> b -> a",
      b: "it is on a cycle of uses: a -> b -> a",
    },
  },
  "a cycle that the administrator made": {
    modules: { a: "", b: uses("a") },
    policy: "[modules]\nautoload=yes\n[uses]\na = b",
    refused: {
      a: "it is on a cycle of uses: a -> b -> a",
      b: "it is on a cycle of uses: a -> b -> a",
    },
  },
  "what is not installed": {
    modules: { a: uses("gone"), b: "[uses]\napplication = Gone", c: enhances("gone") },
    refused: {
      a: "a.manifest:4:1: it uses module=gone, which is not installed",
      b: "b.manifest:4:1: it uses application=Gone, which no module provides",
      c: "c.manifest:3:1: it enhances module=gone, which is not installed",
    },
  },
  "every reason at once": {
    modules: { a: uses("x", "y", "a") },
    refused: {
      a: "a.manifest:4:1: it uses module=x, which is not installed; a.manifest:5:1: it uses module=y, which is not " +
        "installed; it is on a cycle of uses: a -> a",
    },
  },
  "a use whose manifest is broken": {
    modules: { a: uses("b") },
    faults: ["B"],
    refused: { a: "a.manifest:4:1: it uses module=b, whose manifest cannot be used: B.manifest:7: it is broken" },
  },
  "a use that is excluded": {
    modules: { a: uses("b"), b: "", c: "[uses]\napplication = X", d: "[provides]\napplication = X" },
    policy: conf("autoload=yes\nnoload=b\nneverload=d"),
    refused: {
      a: "a.manifest:4:1: it uses module=b, and whatever provides it is excluded: modules.conf:3:1 says noload = b",
      c: "c.manifest:4:1: it uses application=X, and whatever provides it is excluded: modules.conf:4:1 says neverload = d",
    },
  },
  "a use that is not on the list, without load_uses": {
    modules: { a: "[uses]\napplication = X", b: "[provides]\napplication = X", c: "[provides]\napplication = X" },
    policy: conf("load_uses=no\nload=a\nnoload=b"),
    refused: {
      a: 'a.manifest:4:1: it uses application=X, which "c" provides but is not on the load list: add load = c, or ' +
        "load_uses = yes",
    },
  },
  "a use of the administrator's that is not installed": {
    modules: { a: "" },
    policy: "[modules]\nload=a\n[uses]\na = gone",
    refused: { a: "modules.conf:4:1: it uses module=gone, which is not installed" },
  },
  "what the administrator wants and is not there": {
    modules: { res_timer: "" },
    policy: conf("load=res_timr.so\nload=chan_x\nload=res_b"),
    faults: ["res_b"],
    refused: {
      "res_timr.so": 'modules.conf:2:1: there is no manifest of that name; did you mean "res_timer"',
      chan_x: "modules.conf:3:1: there is no manifest of that name",
      res_b: "modules.conf:4:1: res_b.manifest:7: it is broken",
    },
  },
  "what is spelled in another case": {
    modules: { res_timer: "" },
    policy: conf("load=Res_Timer"),
    refused: { Res_Timer: 'modules.conf:2:1: there is no manifest of that name; did you mean "res_timer"' },
  },
  "what is never to be loaded, also by hand": {
    modules: { a: "" },
    policy: conf("neverload=a\nnoload=a"),
    wanted: ["a.so"],
    refused: { "a.so": "modules.conf:2:1 says neverload = a" },
  },
  "who needs what failed, and not what failed": {
    modules: { a: uses("b"), b: "", c: uses("a") },
    failed: ["b"],
    refused: {
      a: 'a.manifest:4:1: it uses "b", which cannot load',
      c: 'c.manifest:4:1: it uses "a", which cannot load',
    },
  },
  "what is needed by refused ones alone does not start for them": {
    modules: { a: uses("o", "gone"), m: "optional_modules = o", o: "" },
    policy: conf("load=a\nload=m"),
    refused: { a: "a.manifest:5:1: it uses module=gone, which is not installed" },
    order: "m",
  },
  "an optional module that is refused is no reason": {
    modules: { a: "optional_modules = b", b: uses("gone") },
    refused: { b: "b.manifest:4:1: it uses module=gone, which is not installed" },
    order: "a",
  },
};

for (const [what, { refused, order: expected = "", ...scene }] of Object.entries(REFUSALS)) {
  Deno.test(`plan() refuses: ${what}`, () => {
    const made = planOf(scene);
    assertEquals(reasons(made), refused);
    assertEquals(order(made), expected);
  });
}

Deno.test("plan() says of each step and refusal who wants it and how much", () => {
  const made = planOf({
    modules: { a: uses("z"), p: "", r: uses("gone"), z: "" },
    policy: conf("load=a\npreload=p\nrequire=r\nrequire=p"),
  });
  const flags = made.steps.map(({ name, required, preload, wanted }) => ({ name, required, preload, wanted }));
  assertEquals(flags, [
    { name: "p", required: true, preload: true, wanted: true },
    { name: "z", required: false, preload: false, wanted: false },
    { name: "a", required: false, preload: false, wanted: true },
  ]);
  assertEquals(made.refused.map(({ name, required }) => ({ name, required })), [{ name: "r", required: true }]);
});

Deno.test("plan() changes nothing that it is given", () => {
  const scene = { modules: { a: uses("b"), b: enhances("c"), c: uses("a"), d: "optional_modules = e", e: "" } };
  const input = inputOf(scene);
  const before = JSON.stringify(input.catalog) + JSON.stringify(input.wanted);
  const first = plan(input);
  assertEquals(JSON.stringify(input.catalog) + JSON.stringify(input.wanted), before);
  assertEquals(plan(input), first);
});

Deno.test("plan() takes a long chain and a long cycle", () => {
  const length = 20_000;
  const name = (index: number) => `m${index % length}`;
  const chain = Array.from({ length }, (_, index) => [name(index), index + 1 < length ? uses(name(index + 1)) : ""]);
  const made = planOf({ modules: Object.fromEntries(chain), policy: conf("load=m0") });
  assertEquals(made.steps.length, length);
  assertEquals(made.steps[0]?.name, name(length - 1));
  const ring = Array.from({ length }, (_, index) => [name(index), uses(name(index + 1))]);
  const { steps, refused } = planOf({ modules: Object.fromEntries(ring), policy: conf("load=m0") });
  assertEquals([steps.length, refused.length], [0, length]);
  assertMatch(refused[7]?.reason ?? "", /^it is on a cycle of uses: m0 -> m1 -> /);
  // One text for all: each its own would be two gigabytes.
  assert(refused.every(({ reason }) => reason.length === refused[0]?.reason.length));
});
