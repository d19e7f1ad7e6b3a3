import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/fault/mod.ts";
import { loadList } from "../../src/plan/mod.ts";
import { catalogOf, policyOf } from "./_build.ts";

/** The list as `name`, with `!` when required and `^` when preloaded. */
function listOf(lines: string, names: readonly string[] = []): string {
  const catalog = catalogOf(Object.fromEntries(names.map((name) => [name, ""])));
  return loadList(policyOf(`[modules]\n${lines}`), catalog)
    .map(({ name, required, preload }) => `${name}${required ? "!" : ""}${preload ? "^" : ""}`).join(" ");
}

const LISTS: [what: string, lines: string, catalog: string[], list: string][] = [
  ["file order", "load=c\nload=a\nrequire=b", [], "c a b!"],
  ["nothing by itself", "", ["a"], ""],
  ["all four directives", "load=a\nrequire=b\npreload=c\npreload-require=d", [], "a b! c^ d!^"],
  ["equal names merged, flags added up", "load=a\nrequire=a\npreload=a", [], "a!^"],
  ["the first spelling and place stay", "load=Res_A.so\nload=b\nrequire=res_a", [], "Res_A.so! b"],
  ["flags never taken back", "preload-require=a\nload=a", [], "a!^"],
  ["autoload behind the lines, in the catalog's order", "autoload=yes\nload=c", ["a", "b", "C"], "c a b"],
  ["autoload adds no flags", "autoload=yes\nrequire=b", ["a", "b"], "b! a"],
  ["the last autoload wins", "autoload=yes\nautoload=no\nload=a", ["a", "b"], "a"],
  ["noload after load", "load=a\nload=b\nnoload=A.so", [], "b"],
  ["noload before load", "noload=a\nload=a\nload=b", [], "b"],
  ["noload beats preload", "preload=a\nnoload=a", [], ""],
  ["noload beats autoload", "autoload=yes\nnoload=a", ["a", "b"], "b"],
  ["neverload likewise", "autoload=yes\nneverload=a.js\nload=a", ["a", "b"], "b"],
  ["noload of a stranger is silent", "noload=x\nload=a", [], "a"],
  ["names that are not there", "load=gone\nload=", [], "gone "],
];

for (const [what, lines, catalog, list] of LISTS) {
  Deno.test(`loadList() has ${what}`, () => assertEquals(listOf(lines, catalog), list));
}

const CONTRADICTIONS: [lines: string, line: number, says: string][] = [
  [
    "require=a\nnoload=a",
    3,
    "a is configured with 'require' and 'noload', this is impossible. (require at modules.conf:2",
  ],
  [
    "noload=A\nload=a\nrequire=a.so",
    2,
    "A is configured with 'require' and 'noload', this is impossible. (require at modules.conf:4",
  ],
  [
    "preload=a\nrequire=a\nnoload=a",
    4,
    "'preload-require' and 'noload', this is impossible. (preload-require at modules.conf:3",
  ],
  ["preload-require=a\nneverload=a", 3, "'preload-require' and 'neverload'"],
  ["require=a\nneverload=a\nnoload=a", 3, "'require' and 'neverload'"],
];

Deno.test("loadList() refuses what is required and excluded, with both places", () => {
  for (const [lines, line, says] of CONTRADICTIONS) {
    const error = assertThrows(() => listOf(lines), ConfigError, says);
    assertEquals(error.position.line, line, lines);
  }
});

Deno.test("loadList() keeps the line that says most of a module", () => {
  const lineOf = (lines: string) => loadList(policyOf(`[modules]\n${lines}`), [])[0]?.line?.position.line;
  assertEquals(lineOf("load=a\nload=a"), 2);
  assertEquals(lineOf("load=a\nrequire=a\nrequire=a"), 3);
});

/** Names on the load list, with a blank between. */
function autoloaded(modules: Record<string, string>, policy: string): string {
  return loadList(policyOf(policy), catalogOf(modules)).map(({ name }) => name).join(" ");
}

const TIMERS = {
  best: "[provides]\nservice = timer:200",
  second: "[provides]\nservice = timer:100",
  both: "[provides]\nservice = timer:50\napplication = Also",
  two: "[provides]\nservice = timer:10\nservice = clock:1",
  user: "[uses]\nservice = Timer",
};

Deno.test("loadList() takes with autoload only the best provider of a service that something uses", () => {
  assertEquals(autoloaded(TIMERS, "[modules]\nautoload = yes"), "best both two user");
  assertEquals(autoloaded(TIMERS, "[modules]\nautoload = yes\nnoload = best"), "second both two user");
  assertEquals(autoloaded(TIMERS, "[modules]\nautoload = yes\nload = second"), "second best both two user");
  assertEquals(autoloaded(TIMERS, "[modules]\nautoload = yes\nload_uses = no"), "best second both two user");
  assertEquals(autoloaded(TIMERS, "[modules]\nload = second\nload = user"), "second user");
});

Deno.test("loadList() takes every provider of a service that nothing uses, until the administrator makes somebody", () => {
  const { user: _, ...unused } = TIMERS;
  assertEquals(autoloaded({ ...unused, a: "" }, "[modules]\nautoload = yes"), "best second both two a");
  assertEquals(
    autoloaded({ ...unused, a: "" }, "[modules]\nautoload = yes\n[uses]\ntype = service\na = timer"),
    "best both two a",
  );
});
