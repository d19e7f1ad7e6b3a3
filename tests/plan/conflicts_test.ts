import { assertEquals } from "@std/assert";
import { planOf, reasons } from "./_build.ts";

Deno.test("plan() refuses the later of two that conflict, whichever says so, and what needs it", () => {
  const modules = {
    a: "conflicts = b",
    b: "load_priority = 200",
    c: "[uses]\nmodule = b",
    d: "load_priority = 1\nconflicts = not_installed, e.so",
    e: "load_priority = 2",
  };
  assertEquals(reasons(planOf({ modules })), {
    b: 'a.manifest:3:1: it conflicts with "a", which starts before it',
    c: 'c.manifest:4:1: it uses "b", which cannot load',
    e: 'd.manifest:4:1: it conflicts with "d", which starts before it',
  });
});

Deno.test("plan() knows who comes first by what pulls it forward, and lets what runs stay", () => {
  const pulled = { a: "load_priority = 10\n[uses]\nmodule = late", late: "load_priority = 250", x: "conflicts = late" };
  assertEquals(Object.keys(reasons(planOf({ modules: pulled }))), ["x"]);
  const modules = { a: "", b: "conflicts = a" };
  assertEquals(reasons(planOf({ modules, running: ["b"], wanted: ["a"] })), {
    a: 'b.manifest:3:1: it conflicts with "b", which runs',
  });
  assertEquals(reasons(planOf({ modules, running: ["a"], wanted: ["b"] })), {
    b: 'b.manifest:3:1: it conflicts with "a", which runs',
  });
});

Deno.test("plan() counts no conflict with what cannot start, nor one that is not wanted", () => {
  const modules = { a: "conflicts = b, c", b: "load_priority = 1\n[uses]\nmodule = gone", c: "" };
  assertEquals(Object.keys(reasons(planOf({ modules, wanted: ["b", "a"] }))), ["b"]);
});
