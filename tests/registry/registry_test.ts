import { assertEquals } from "@std/assert";
import { CORE, fixedWords, type Owner, RegistrationTable, Registry } from "../../src/registry/mod.ts";

const A: Owner = { module: "a" };
const B: Owner = { module: "b" };

function table(...rows: [name: string, owner: Owner, value: string, priority?: number][]): RegistrationTable<string> {
  const made = new RegistrationTable<string>();
  for (const [name, owner, value, priority = 0] of rows) made.add({ name, owner, value, priority });
  return made;
}

Deno.test("get() prefers the core's, the highest priority, the first owner by name, in any case of letters", () => {
  const made = table(["timer", B, "low", 100], ["Timer", B, "high", 200], ["TIMER", A, "late", 200]);
  assertEquals(made.get("tImEr")?.value, "late");
  assertEquals(made.all("timer").map(({ value }) => value), ["late", "high", "low"]);
  made.add({ name: "timer", owner: CORE, value: "core", priority: 0 });
  assertEquals(made.get("timer")?.value, "core");
  assertEquals(made.get("other"), undefined);
});

Deno.test("removeOwner() takes everything of one owner and nothing else", () => {
  const made = table(["x", A, "1"], ["y", A, "2"], ["x", B, "3"]);
  assertEquals(made.removeOwner(A).map(({ value }) => value), ["1", "2"]);
  assertEquals(made.list().map(({ value }) => value), ["3"]);
  assertEquals(made.removeOwner(A), []);
});

Deno.test("add() gives a registration that can be disposed twice, also after its owner has gone", () => {
  const made = table(["x", B, "kept"]);
  const registration = made.add({ name: "x", owner: A, value: "1", priority: 0 });
  registration[Symbol.dispose]();
  registration[Symbol.dispose]();
  assertEquals(made.list().map(({ value }) => value), ["kept"]);
});

Deno.test("Registry.removeOwner() puts everything back when asked to", () => {
  const registry = new Registry();
  registry.applications.add({ name: "App", owner: A, value: () => 0, priority: 0 });
  registry.services.add({ name: "timer", owner: A, value: {}, priority: 100 });
  registry.services.add({ name: "timer", owner: B, value: {}, priority: 1 });
  registry.services.add({ name: "other", owner: CORE, value: {}, priority: 1 });
  const restore = registry.removeOwner(A);
  assertEquals([registry.ownedBy(A), registry.ownedBy(CORE)], [[], ["service=other"]]);
  restore();
  assertEquals(registry.ownedBy(A), ["application=App", "service=timer"]);
  assertEquals(registry.services.get("timer")?.owner, A);
});

Deno.test("Registry.removeOwner() puts back at the old place, once, what another has taken meanwhile", () => {
  const registry = new Registry();
  const { applications } = registry;
  const own = applications.add({ name: "App", owner: A, value: () => 1, priority: 0 });
  applications.add({ name: "app", owner: B, value: () => 2, priority: 0 });
  const restore = registry.removeOwner(A);
  assertEquals(applications.get("APP")?.owner, B);
  restore();
  restore();
  assertEquals(applications.all("app").map(({ owner }) => owner), [A, B]);
  own[Symbol.dispose]();
  assertEquals(applications.all("app").map(({ owner }) => owner), [B]);
});

Deno.test("all() gives a list that does not change under who walks it", () => {
  const made = table(["x", A, "1"], ["x", B, "2"]);
  const seen = made.all("x").map(({ value, owner }) => {
    made.add({ name: "X", owner, value: "new", priority: 9 });
    made.remove(B, "x");
    return value;
  });
  assertEquals(seen, ["1", "2"]);
});

for (
  const [command, words] of [
    ["module show [like]", "module show"],
    ["core stop {now|gracefully}", "core stop"],
    ["Core Ping", "core ping"],
  ] as const
) {
  Deno.test(`fixedWords() of "${command}" is "${words}"`, () => assertEquals(fixedWords(command), words));
}
