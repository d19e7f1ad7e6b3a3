/** On whose rights steps run: the decision alone. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Thing } from "../../src/dialplan/mod.ts";
import {
  type Acting,
  actingFor,
  actingTogether,
  decideRights,
  mayWriteGlobal,
  refusalOf,
} from "../../src/dialplan/rights.ts";
import { MANIFEST_RIGHTS } from "./_manifests.ts";

const app = (name: string): Thing => ({ type: "application", name });
const place = (name: string): Thing => ({ type: "dialplan", name });

Deno.test("decideRights() is this table", () => {
  const host: Acting = [];
  const table: [why: string, asking: Parameters<typeof decideRights>[0], decided: Acting | string][] = [
    ["a step of the administrator runs everything", { acting: host, thing: app("Vault") }, host],
    ["a step of a module runs what its manifest names", { acting: ["evil"], thing: app("Own") }, ["evil"]],
    ["and nothing else", { acting: ["evil"], thing: app("Vault") }, "evil"],
    ["but what the core has", { acting: ["evil"], thing: app("Goto"), free: true }, ["evil"]],
    ["a wildcard of the step's own module counts", { acting: ["app_exec"], thing: app("Vault") }, ["app_exec"]],
    ["a step for two modules does what both may", { acting: ["other", "evil"], thing: app("Vault") }, "evil"],
    ["who asks by name does it on its own rights", { acting: ["evil"], module: "other", thing: app("Vault") }, [
      "other",
    ]],
    ["also in a step of the administrator", { acting: host, module: "other", thing: app("Vault") }, ["other"]],
    ["who asks by a wildcard lends no rights", { acting: ["evil"], module: "app_exec", thing: app("Vault") }, "evil"],
    ["and takes none away", { acting: host, module: "app_exec", thing: app("Vault") }, host],
    ["nor from who may", { acting: ["other"], module: "app_exec", thing: app("Vault") }, ["other"]],
    [
      "what is free for steps is not for who asks",
      { acting: host, module: "evil", thing: app("Set"), free: true },
      "evil",
    ],
    ["who asks without a right is refused first", { acting: ["other"], module: "evil", thing: app("Vault") }, "evil"],
    ["the administrator's module asks as the step", { acting: host, module: "pbx_config", thing: app("Vault") }, host],
    ["a context of one's own", { acting: ["evil"], thing: place("mine"), owner: "evil" }, ["evil"]],
    ["one that is named", { acting: ["evil"], thing: place("incoming"), owner: "pbx_config" }, ["evil"]],
    ["another one", { acting: ["evil"], thing: place("admin"), owner: "pbx_config" }, "evil"],
    ["one in other letters", { acting: ["evil"], thing: place("Incoming"), owner: "pbx_config" }, "evil"],
    ["the context of who asks", { acting: ["evil"], module: "other", thing: place("x"), owner: "other" }, ["other"]],
    ["by a wildcard", { acting: ["evil"], module: "app_stack", thing: place("admin"), owner: "pbx_config" }, "evil"],
    ["a module nobody knows", { acting: ["gone"], thing: app("Own") }, "gone"],
  ];
  for (const [why, asking, decided] of table) {
    const decision = decideRights(asking, MANIFEST_RIGHTS);
    assertEquals("acting" in decision ? decision.acting : decision.refused, decided, why);
  }
});

Deno.test("rights of modules, of several together, and of globals", () => {
  assertEquals(actingFor("", MANIFEST_RIGHTS), []);
  assertEquals(actingFor("pbx_config", MANIFEST_RIGHTS), []);
  assertEquals(actingFor("PBX_CONFIG", MANIFEST_RIGHTS), ["PBX_CONFIG"]);
  assertEquals(actingFor("evil", MANIFEST_RIGHTS), ["evil"]);
  assertEquals(actingTogether([[], ["a"], ["b", "a"]]), ["a", "b"]);
  assertEquals(actingTogether([]), []);
  for (
    const [acting, owner, may] of [
      [[], "pbx_config", true],
      [[], "", true],
      [["a"], undefined, true],
      [["a"], "a", true],
      [["a"], "", false],
      [["a"], "b", false],
      [["a"], "A", false],
      [["a", "b"], "a", false],
    ] as const
  ) {
    assertEquals(mayWriteGlobal(acting, owner), may, `${acting} writes ${owner}`);
  }
  assertEquals(
    refusalOf("evil", app("Vault")),
    `Cannot use application "Vault" in a step of 'evil': its manifest does not name it; [uses] needs application = Vault`,
  );
  assertMatch(
    refusalOf("evil", place("admin")),
    /\[uses\] needs dialplan = admin, and \[permissions\] of modules\.conf evil = host=use:dialplan=admin$/,
  );
});
