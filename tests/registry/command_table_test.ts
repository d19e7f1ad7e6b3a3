import { assertEquals, assertThrows } from "@std/assert";
import {
  checkPattern,
  CommandTable,
  type ConsoleCommand,
  CORE,
  type Owner,
  RegistrationTable,
} from "../../src/registry/mod.ts";
import { leastTime } from "../support/held.ts";

const A: Owner = { module: "a" };
const B: Owner = { module: "b" };

function command(words: string): ConsoleCommand {
  return { command: words, summary: "", usage: "", run: () => "success" };
}

function table(...entries: [words: string, owner: Owner, priority?: number][]): CommandTable {
  const made = new CommandTable();
  for (const [name, owner, priority = 0] of entries) made.add({ name, owner, value: command(name), priority });
  return made;
}

const WRONG: [command: string, why: RegExp][] = [
  ["", /it has no words$/],
  [`a ${"b ".repeat(40)}`, /it has 41 words, 32 at most$/],
  [`a {${Array.from({ length: 200 }, (_, index) => index).join("|")}}`, /200 alternatives for one word, 100 at most$/],
  ["a".repeat(2_000), /it has 2000 characters, 1000 at most$/],
  [`a ${"{a|b}".repeat(30)}`, /braces or brackets inside: expected them around the whole word/],
  ["a {b", /"\{b" has braces or brackets inside/],
  ["a b}c", /"b\}c" has braces or brackets inside/],
  ["a [b|]", /"\[b\|\]" has an empty alternative$/],
  ["a {}", /"\{\}" has an empty alternative$/],
];

for (const [words, why] of WRONG) {
  Deno.test(`a command cannot be registered: ${why.source}`, () => {
    for (const register of [() => checkPattern(words), () => table([words, A])]) {
      const { message } = assertThrows(register, TypeError);
      assertEquals(why.test(message), true, message);
    }
  });
}

Deno.test("CommandTable.twinOf() finds who has the same words, or a beginning of them", () => {
  const made = table(["module show [like]", CORE], ["a b {c|d}", A], ["a b", B], ["x", A]);
  const twin = (self: Owner, words: string) => made.twinOf(self, words)?.name;
  assertEquals(twin(B, "Module Show"), "module show [like]");
  assertEquals(twin(B, "module show x"), "module show [like]");
  assertEquals(twin(B, "module showx"), undefined);
  assertEquals(twin(CORE, "module show x"), undefined);
  assertEquals(twin(B, "A  B"), "a b {c|d}");
  assertEquals(twin(A, "a b [e]"), "a b");
  assertEquals(twin(B, "a b c"), "a b {c|d}");
  assertEquals(twin(B, "x y"), "x");
});

Deno.test("CommandTable finds commands along words, the preferred of each name, until they are removed", () => {
  const made = table(["a b", A], ["A B", B, 5], ["a b c", A], ["a [o] d", B], ["{x|y} z", A]);
  const along = (...keys: string[]) => {
    const { things, next } = made.along(keys);
    return [things.map(({ name }) => name).sort(), [...next].sort()];
  };
  assertEquals(along(), [["{x|y} z"], ["a"]]);
  assertEquals(along("a"), [["a [o] d", "{x|y} z"], ["b"]]);
  assertEquals(along("a", "b"), [["A B", "a [o] d", "{x|y} z"], ["c"]]);
  assertEquals(along("a", "b", "no"), [["A B", "a [o] d", "{x|y} z"], []]);
  made.removeOwner(B);
  assertEquals(along("a", "b"), [["a b", "{x|y} z"], ["c"]]);
  made.removeOwner(A);
  assertEquals([along("a", "b"), made.list()], [[[], []], []]);
});

Deno.test("list() is sorted, and made anew only when something has changed", () => {
  const made = new RegistrationTable<number>();
  const names = Array.from({ length: 3_000 }, (_, index) => `N${(index * 7919) % 3_000}`);
  for (const [value, name] of names.entries()) made.add({ name, owner: value % 2 === 0 ? A : B, value, priority: 0 });
  const sorted = () => [...names].map((name) => name.toLowerCase()).sort();
  assertEquals(made.list().map(({ name }) => name.toLowerCase()), sorted());
  assertEquals(made.list() === made.list(), true);
  made.removeOwner(A);
  const left = names.filter((_, value) => value % 2 === 1);
  assertEquals(made.list().map(({ name }) => name.toLowerCase()), left.map((name) => name.toLowerCase()).sort());
});

Deno.test("adding, listing and removing registrations takes time that grows with their number", () => {
  const work = (count: number) => () => {
    const made = new CommandTable();
    for (let number = 0; number < count; number++) {
      const name = `w x ${(number * 7919) % count} {a|b}`;
      made.twinOf(A, name);
      made.add({ name, owner: A, value: command(name), priority: 0 });
    }
    made.list();
    made.removeOwner(A);
  };
  const [time, fourfold] = [leastTime(work(5_000), 3), leastTime(work(20_000), 3)];
  if (fourfold > 10 * time) throw new Error(`5000 take ${time} ms, 20000 ${fourfold} ms`);
});
