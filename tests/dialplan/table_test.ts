import { assertEquals } from "@std/assert";
import { forSeeds } from "../config/support.ts";
import { ExtensionPattern } from "../../src/dialplan/pattern.ts";
import { DialplanTable } from "../../src/dialplan/table.ts";
import type { DialplanContext, DialplanPriority } from "../../src/module_api/mod.ts";

Deno.test("ExtensionPattern matches as Asterisk's patterns do", () => {
  const cases: [pattern: string, matching: string[], others: string[]][] = [
    ["100", ["100", "1-00"], ["10", "1000", ""]],
    ["s", ["s"], ["S", "ss"]],
    ["_XXX", ["100", "999"], ["10", "1000", "a00"]],
    ["_ZN.", ["12x", "9255"], ["12", "02x", "11x"]],
    ["_1!", ["1", "12", "1abc"], ["2", ""]],
    ["_.", ["1", "abc"], [""]],
    ["_[13-5]x", ["10", "49"], ["20", "6x"]],
    ["_[a-c1,]Z", ["b5", ",1"], ["d5"]],
    ["_1-800-NXX", ["1800255", "1-800-255"], ["1800155"]],
    ["_x[", ["1["], ["1"]],
  ];
  for (const [name, matching, others] of cases) {
    const pattern = new ExtensionPattern(name);
    for (const dialed of matching) assertEquals(pattern.matches(dialed), true, `${name} ${dialed}`);
    for (const dialed of others) assertEquals(pattern.matches(dialed), false, `${name} ${dialed}`);
  }
});

Deno.test("ExtensionPattern orders the more exact first", () => {
  const ordered = [
    "100",
    "200",
    "_1",
    "_10!",
    "_1[12]X",
    "_1NX",
    "_1ZX",
    "_1XX",
    "_1X.",
    "_1.",
    "_1!",
    "_XXX",
    "_.",
    "_!",
  ];
  const patterns = [...ordered].reverse().map((name) => new ExtensionPattern(name));
  assertEquals(patterns.sort((a, b) => a.compare(b)).map(({ name }) => name), ordered);
});

function step(extension: string, priority: number, rest: Partial<DialplanPriority> = {}): DialplanPriority {
  return { extension, priority, application: `${extension}-${priority}`, args: "", ...rest };
}

async function replace(table: DialplanTable, registrar: string, contexts: DialplanContext[]): Promise<string[]> {
  return table.put(await table.draft(registrar, contexts)).faults;
}

function found(table: DialplanTable, place: string, wanted: number | string = 1, caller = ""): string | undefined {
  const [extension = "", context = ""] = place.split("@");
  return table.find({ context, extension, caller }, wanted)?.priority.application;
}

Deno.test("DialplanTable takes the best match that has the priority, then what is included, and no circle for ever", async () => {
  const table = new DialplanTable();
  const refused = await replace(table, "pbx", [
    {
      name: "main",
      includes: ["other", "none"],
      priorities: [
        step("_1XX", 1),
        step("_1XX", 2, { label: "two" }),
        step("_10X", 1),
        step("100", 1),
        step("_1XX", 1),
      ],
    },
    {
      name: "other",
      includes: ["main"],
      priorities: [step("100", 3), step("200", 1), step("200", 1, { caller: "_5X" })],
    },
  ]);
  assertEquals(refused, ["Unable to register extension '_1XX' priority 1 in 'main', already in use"]);
  assertEquals(found(table, "100@main"), "100-1");
  assertEquals(found(table, "101@main"), "_10X-1");
  assertEquals(found(table, "100@main", 2), "_1XX-2");
  assertEquals(found(table, "100@main", "two"), "_1XX-2");
  assertEquals(found(table, "100@main", 3), "100-3");
  assertEquals(found(table, "200@main"), "200-1");
  assertEquals(found(table, "300@main"), undefined);
  assertEquals(found(table, "100@none"), undefined);
});

Deno.test("DialplanTable keeps callers, registrars, additions and removals apart", async () => {
  const table = new DialplanTable();
  await replace(table, "a", [{
    name: "main",
    includes: [],
    priorities: [step("1", 1), step("1", 1, { caller: "_5X", application: "five" })],
  }]);
  assertEquals([found(table, "1@main"), found(table, "1@main", 1, "55")], ["1-1", "five"]);
  assertEquals(await replace(table, "b", [{ name: "main", includes: [], priorities: [] }]), [
    "Context 'main' is left out: another module has one of that name",
  ]);
  assertEquals(
    table.add("b", { context: "main", priority: step("2", 1), replace: false }).fault,
    "Context 'main' is from another module",
  );
  assertEquals(table.add("a", { context: "new", priority: step("2", 1), replace: false }).fault, undefined);
  const again = { context: "new", priority: step("2", 1, { application: "again" }) };
  assertEquals(table.add("a", { ...again, replace: false }).fault?.includes("already in use"), true);
  assertEquals(table.add("a", { ...again, replace: true }).fault, undefined);
  assertEquals(found(table, "2@new"), "again");
  assertEquals((await table.remove("b", { context: "new", extension: "2" })).length, 0);
  assertEquals((await table.remove("a", { context: "new", extension: "2", priority: 1 })).length, 1);
  assertEquals([...table.context("new")?.extensions() ?? []], []);
  table.removeRegistrar("a");
  assertEquals(table.contexts(), []);
});

interface PlainEntry {
  readonly pattern: ExtensionPattern;
  readonly caller: ExtensionPattern | undefined;
  readonly steps: DialplanPriority[];
}

/** A context as a plain list, which is looked through from its beginning. */
class PlainContext {
  readonly entries: PlainEntry[] = [];

  put(priority: DialplanPriority): void {
    const { extension, caller } = priority;
    let entry = this.entries.find((one) => one.pattern.name === extension && one.caller?.name === caller);
    if (entry === undefined) {
      const pattern = new ExtensionPattern(extension);
      entry = { pattern, caller: caller === undefined ? undefined : new ExtensionPattern(caller), steps: [] };
      const place = this.entries.findIndex((other) => {
        const difference = pattern.compare(other.pattern);
        return difference < 0 || (difference === 0 && caller !== undefined && other.caller === undefined);
      });
      this.entries.splice(place < 0 ? this.entries.length : place, 0, entry);
    }
    if (entry.steps.some((one) => one.priority === priority.priority)) return;
    entry.steps.push(priority);
    entry.steps.sort((a, b) => a.priority - b.priority);
  }

  find(extension: string, wanted: number | string, caller: string): DialplanPriority | undefined {
    for (const entry of this.entries) {
      if (!entry.pattern.matches(extension) || entry.caller?.matches(caller) === false) continue;
      const step = entry.steps.find((one) => wanted === (typeof wanted === "number" ? one.priority : one.label));
      if (step !== undefined) return step;
    }
    return undefined;
  }
}

Deno.test("DialplanTable finds what looking through a plain list finds, in the same order", () => {
  forSeeds(400, (random) => {
    const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;
    const [table, plain] = [new DialplanTable(), new PlainContext()];
    const names = ["1", "12", "1-2", "-12", "_1X", "_X.", "_1!", "_[12]2", "_1-X", "_.", "s"];
    for (let at = 0; at < 40; at++) {
      const rest = { caller: pick([undefined, undefined, "5", "_5X", "_X"]), label: pick([undefined, "a", "b"]) };
      const priority = { ...step(pick(names), 1 + random(3), rest), application: `${at}` };
      table.add("pbx", { context: "x", priority, replace: false });
      plain.put(priority);
    }
    const listed = [...table.context("x")?.extensions() ?? []].map(({ pattern, caller, priorities }) =>
      [pattern.name, caller?.name, ...[...priorities].map(({ application }) => application)].join()
    );
    const expected = plain.entries.map(({ pattern, caller, steps }) =>
      [pattern.name, caller?.name, ...steps.map(({ application }) => application)].join()
    );
    assertEquals(listed, expected);
    for (let at = 0; at < 20; at++) {
      const [extension, wanted, caller] = [
        pick(["1", "12", "1-2", "22", "s", ""]),
        pick([1, 2, 3, "a", "b"]),
        pick(["", "5", "55"]),
      ];
      const found = table.find({ context: "x", extension, caller }, wanted)?.priority;
      assertEquals(found, plain.find(extension, wanted, caller), `${extension} ${wanted} ${caller}`);
    }
  });
});
