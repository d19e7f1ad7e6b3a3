import { assertEquals } from "@std/assert";
import { planOf, reasons } from "./_build.ts";

Deno.test("plan() refuses the one of two that says so, and what needs it", () => {
  const modules = {
    a: "load_priority = 0\nconflicts = b",
    b: "load_priority = 200",
    c: "[uses]\nmodule = a",
    d: "load_priority = 1\nconflicts = not_installed, e.so",
    e: "load_priority = 2\nconflicts = d",
  };
  assertEquals(reasons(planOf({ modules })), {
    a: 'a.manifest:4:1: it conflicts with "b", which does not say so',
    c: 'c.manifest:4:1: it uses "a", which cannot load',
    e: 'd.manifest:4:1: it conflicts with "d", which starts before it',
  });
});

Deno.test("plan() keeps what is required, listed or shipped, whatever others say they conflict with", () => {
  const evil = "load_priority = 0\nconflicts = good";
  const cases: [policy: string, refused: string, why: string][] = [
    ["require = good", "evil", "is required"],
    ["require = good\nload = evil", "evil", "is required"],
    ["load = good", "evil", "modules.conf names"],
    ["require = evil", "good", "is required"],
    ["load = evil", "good", "modules.conf names"],
    ["noload = nobody", "evil", "does not say so"],
  ];
  for (const [line, refused, why] of cases) {
    const made = reasons(planOf({ modules: { evil, good: "" }, policy: `[modules]\nautoload = yes\n${line}` }));
    const other = refused === "evil" ? "good" : "evil";
    assertEquals(made, { [refused]: `evil.manifest:4:1: it conflicts with "${other}", which ${why}` }, line);
  }
  const made = reasons(planOf({ modules: { evil, good: "" }, shipped: ["good"] }));
  assertEquals(made, { evil: 'evil.manifest:4:1: it conflicts with "good", which is shipped' });
});

Deno.test("plan() lets what runs stay", () => {
  const modules = { a: "", b: "conflicts = a" };
  assertEquals(reasons(planOf({ modules, running: ["b"], wanted: ["a"] })), {
    a: 'b.manifest:3:1: it conflicts with "b", which runs',
  });
  assertEquals(reasons(planOf({ modules, running: ["a"], wanted: ["b"] })), {
    b: 'b.manifest:3:1: it conflicts with "a", which runs',
  });
});

Deno.test("plan() knows who comes first by what pulls it forward", () => {
  const pulled = {
    a: "load_priority = 10\n[uses]\nmodule = late",
    late: "load_priority = 250\nconflicts = x",
    x: "conflicts = late",
  };
  assertEquals(Object.keys(reasons(planOf({ modules: pulled }))), ["x"]);
});

Deno.test("plan() counts no conflict with what cannot start, nor one that is not wanted", () => {
  const modules = { a: "conflicts = b, c", b: "load_priority = 1\n[uses]\nmodule = gone", c: "" };
  assertEquals(Object.keys(reasons(planOf({ modules, wanted: ["b", "a"] }))), ["b"]);
});
