import { assertEquals, assertStringIncludes } from "@std/assert";
import { cycleFaults, layerFaults, mayNameDeno } from "../../tools/check_layers.ts";
import type { Import } from "../../tools/graph.ts";

/** `from → to`, with what is written there when it matters. */
function arrow(text: string): Import {
  const [from = "", to = "", specifier = to] = text.split(" ");
  return { from, to, specifier, line: 7 };
}

const ALLOWED = [
  "src/plan/plan.ts src/manifest/mod.ts",
  "src/plan/plan.ts src/plan/order.ts",
  "src/console/commands/x.ts src/console/table.ts",
  "src/loader/loader.ts src/registry/mod.ts",
  "src/realm/guest/main.ts src/realm/wire.ts",
  "src/realm/guest/main.ts src/realm/guest/harden.ts",
  "src/realm/guest/main.ts src/module_api/mod.ts asterism",
  "src/realm/guest/main.ts npm:capnweb",
  "src/realm/realm.ts node:process",
  "src/manifest/generate.ts npm:fast-xml-parser",
  "main.ts src/host/mod.ts",
  "mod.ts src/module_api/mod.ts",
  "modules/a.ts src/module_api/mod.ts asterism",
  "modules/a.ts modules/_shared.ts",
  "modules/a.ts npm:deno-std",
  "tools/modules.ts src/manifest/generate.ts",
  "tests/plan/plan_test.ts src/plan/plan.ts",
];

for (const text of ALLOWED) {
  Deno.test(`layerFaults() allows ${text}`, () => assertEquals(layerFaults([arrow(text)]), []));
}

const REFUSED: readonly [string, string][] = [
  ["src/plan/plan.ts src/loader/mod.ts", "plan comes before loader"],
  ["src/plan/plan.ts src/manifest/model.ts", "import src/manifest/mod.ts"],
  ["src/console/x.ts src/loader/deeper/mod.ts", "import src/loader/mod.ts"],
  ["src/module_api/host.ts src/log/mod.ts", "module_api imports only fault, because it is loaded into every realm"],
  ["src/config/parse.ts src/log/mod.ts", "config imports only fault"],
  ["src/fault/x.ts src/config/mod.ts", "fault comes before config"],
  ["src/novel/x.ts src/fault/mod.ts", 'does not know the folder "novel"'],
  ["src/host/host.ts modules/a.ts", "by their manifests only"],
  ["src/host/host.ts tools/modules.ts", "src must work without it"],
  ["main.ts src/host/host.ts", "import the folder's mod.ts"],
  ["main.ts tests/support/x.ts", "main.ts must work without it"],
  ["modules/a.ts src/module_api/mod.ts ../src/module_api/mod.ts", 'a module knows only "asterism"'],
  ["modules/a.ts src/fault/mod.ts", 'a module knows only "asterism"'],
  ["src/realm/guest/main.ts src/fault/mod.ts", "code inside a Worker imports only"],
  ["src/realm/guest/main.ts src/realm/pool.ts", "code inside a Worker imports only"],
  ["src/realm/guest/main.ts npm:deno-std", "code inside a Worker imports only"],
  ["src/realm/realm.ts src/realm/guest/main.ts", "it runs inside a Worker"],
  ["src/manifest/parse.ts npm:fast-xml-parser", "only src/manifest/generate.ts may"],
  ["src/manifest/mod.ts src/manifest/generate.ts", "only tools may"],
  ["main.ts src/manifest/generate.ts", "only tools may"],
];

for (const [text, reason] of REFUSED) {
  Deno.test(`layerFaults() refuses ${text}`, () => {
    const [fault = "", ...more] = layerFaults([arrow(text)]);
    assertEquals(more, []);
    assertStringIncludes(fault, `${arrow(text).from}:7: imports ${arrow(text).to}: `);
    assertStringIncludes(fault, reason);
  });
}

Deno.test("cycleFaults() shows the way round and leaves those who only lead there alone", () => {
  const edges = ["x.ts a.ts", "a.ts b.ts", "b.ts c.ts", "c.ts b.ts", "c.ts d.ts"].map(arrow);
  assertEquals(cycleFaults(edges), [
    "b.ts:7: imports itself: b.ts → c.ts → b.ts; move what they share into a third file",
  ]);
});

Deno.test("cycleFaults() finds nothing in a diamond", () => {
  assertEquals(cycleFaults(["a.ts b.ts", "a.ts c.ts", "b.ts d.ts", "c.ts d.ts"].map(arrow)), []);
});

Deno.test("mayNameDeno() is true where the outside begins", () => {
  const yes = [
    "main.ts",
    "src/host/host.ts",
    "src/config/disk_source.ts",
    "src/realm/worker_carrier.ts",
    "src/console/local.ts",
  ];
  assertEquals(yes.filter(mayNameDeno), yes);
  const no = [
    "src/plan/plan.ts",
    "src/loader/loader.ts",
    "src/console/table.ts",
    "src/realm/pool.ts",
    "src/log/logger.ts",
  ];
  assertEquals(no.filter(mayNameDeno), []);
});
