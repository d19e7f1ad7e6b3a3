import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { ConfigError } from "../../src/fault/mod.ts";
import { parseManifest } from "../../src/manifest/mod.ts";
import { BUNDLES, stage } from "../../tools/compile.ts";
import { runDeno, ToolError } from "../../tools/process.ts";
import { listing } from "../../tools/menuselect.ts";
import {
  choiceFaults,
  defaultChoice,
  disable,
  enable,
  type Item,
  itemsOf,
  markOf,
  readChoice,
  writeChoice,
} from "../../tools/menuselect/choice.ts";
import { draw, openScreen, press, type Screen } from "../../tools/menuselect/screen.ts";

const BODIES: Readonly<Record<string, string>> = {
  app_user: "support_level = core\n[uses]\nservice = timer\nmodule = res_base",
  app_lost: "[uses]\nfunction = NOWHERE",
  func_off: "default_enabled = no",
  res_base: "description = The base",
  res_fast: "[provides]\nservice = timer:200",
  res_slow: "conflicts = res_fast\n[provides]\nservice = timer:100",
  odd: "",
};
const ITEMS: Item[] = itemsOf(
  Object.entries(BODIES).map(([name, body]) => parseManifest(`[module]\nname = ${name}\n${body}`, `${name}.manifest`)),
);
const names = (chosen: ReadonlySet<string>) => [...chosen].sort().join(" ");

Deno.test("itemsOf() sorts by category and finds providers and conflicts", () => {
  assertEquals(ITEMS.map(({ category, name }) => `${category}: ${name}`), [
    "Applications: app_lost",
    "Applications: app_user",
    "Dialplan Functions: func_off",
    "Other Modules: odd",
    "Resource Modules: res_base",
    "Resource Modules: res_fast",
    "Resource Modules: res_slow",
  ]);
  assertEquals(ITEMS.find(({ name }) => name === "app_user")?.needs, [
    { what: "service=timer", providers: ["res_fast", "res_slow"] },
    { what: "module=res_base", providers: ["res_base"] },
  ]);
  assertEquals(ITEMS.find(({ name }) => name === "res_fast")?.conflicts, ["res_slow"]);
});

Deno.test("enable() takes what is needed along, and says what it cannot do", () => {
  assertEquals(names(enable(ITEMS, new Set(), "APP_USER.so")), "app_user res_base res_fast");
  assertEquals(names(enable(ITEMS, new Set(["res_slow"]), "app_user")), "app_user res_base res_slow");
  assertThrows(() => enable(ITEMS, new Set(), "app_lost"), RangeError, "no module provides function=NOWHERE");
  assertThrows(() => enable(ITEMS, new Set(["res_fast"]), "res_slow"), RangeError, 'conflicts with "res_fast"');
  assertThrows(() => enable(ITEMS, new Set(), "app_usr"), RangeError, 'did you mean "app_user"');
  assertEquals(names(disable(ITEMS, new Set(["odd", "res_base"]), "odd")), "res_base");
});

Deno.test("choiceFaults() refuses a choice whose dependencies are left out, and two that conflict", () => {
  assertEquals(choiceFaults(ITEMS, new Set(["app_user", "res_slow"])), [
    '"app_user" uses module=res_base, which no chosen module provides; choose res_base, or leave it out',
  ]);
  assertEquals(choiceFaults(ITEMS, new Set(["res_fast", "res_slow", "app_lost"])), [
    '"app_lost" uses function=NOWHERE, which no chosen module provides; leave it out',
    '"res_fast" and "res_slow" conflict; leave one of them out',
  ]);
  assertEquals(choiceFaults(ITEMS, enable(ITEMS, new Set(), "app_user")), []);
});

Deno.test("markOf() marks as Asterisk's menuselect does", () => {
  const mark = (name: string, ...chosen: string[]) =>
    markOf(ITEMS.find((one) => one.name === name) as Item, new Set(chosen));
  assertEquals([
    mark("odd"),
    mark("odd", "odd"),
    mark("app_lost"),
    mark("app_user"),
    mark("app_user", "app_user"),
    mark("app_user", "app_user", "res_base", "res_slow"),
    mark("res_slow", "res_fast"),
    mark("res_slow", "res_fast", "res_slow"),
  ], ["[ ]", "[*]", "XXX", "< >", "<*>", "[*]", "( )", "XXX"]);
});

Deno.test("a choice that was written is read back, and names what it does not know", () => {
  const chosen = new Set(["odd", "func_off"]);
  assertEquals(names(readChoice(writeChoice(ITEMS, chosen), "choice.conf", ITEMS)), "func_off odd");
  assertEquals(names(defaultChoice(ITEMS)), "app_lost app_user odd res_base res_fast res_slow");
  assertEquals(
    names(readChoice("[modules]\ndisable = ODD.so", "c", ITEMS)),
    "app_lost app_user res_base res_fast res_slow",
  );
  for (const [text, says] of [["enable = oddd", 'did you mean "odd"'], ["maybe = odd", "no choice"]] as const) {
    const error = assertThrows(() => readChoice(`[modules]\n${text}`, "choice.conf", ITEMS), ConfigError, says);
    assertEquals(error.position.line, 2);
  }
});

Deno.test("listing() shows every module by category", () => {
  const lines = listing(ITEMS, new Set(["odd"])).split("\n");
  assertEquals(lines.slice(0, 3), [
    "Applications",
    "  XXX app_lost                     unknown    ",
    "  < > app_user                     core       ",
  ]);
});

/** The screen after keys. */
function after(...keys: string[]): Screen {
  return keys.reduce(press, openScreen(ITEMS, new Set<string>()));
}

const SIZE = { columns: 60, rows: 24 };

Deno.test("press() walks the menus with Asterisk's keys", () => {
  assertStringIncludes(draw(after(), SIZE).join("\n"), " > --- Applications\n   --- Dialplan Functions");
  assertMatch(draw(after("down", "down", "up"), SIZE).join("\n"), / > --- Dialplan Functions/);
  const opened = draw(after("return", "down"), SIZE).join("\n");
  assertStringIncludes(opened, "Applications\n   XXX app_lost\n > < > app_user");
  assertMatch(opened, /Support level: core\nDepends on: service=timer, module=res_base/);
  assertEquals(names(after("right", "down", "return").chosen), "app_user res_base res_fast");
  assertEquals(names(after("right", "down", "y", "n").chosen), "res_base res_fast");
  assertEquals(after("right", "left").item, undefined);
  assertEquals(names(after("down", "down", "down", "down", "return", "f8").chosen), "res_base res_fast");
  assertMatch(after("right", "f8").message, /no module provides function=NOWHERE/);
  assertEquals(names(after("right", "down", "y", "left", "down", "down", "down", "right", "f7").chosen), "app_user");
});

Deno.test("press() saves only what can be built, and shows help", () => {
  assertEquals(after("right", "down", "y", "x").end, "saved");
  assertEquals(after("q").end, "left");
  const broken = after("right", "down", "y", "left", "down", "down", "down", "right", "f7", "x");
  assertEquals(broken.end, undefined);
  assertMatch(draw(broken, SIZE).join("\n"), /Cannot save: "app_user" uses service=timer/);
  assertMatch(draw(after("h"), SIZE).join("\n"), /save and quit\s+=> x/);
  assertEquals(after("h", "x").help, false);
});

Deno.test("draw() keeps to the terminal, however small, and scrolls", () => {
  for (const size of [{ columns: 10, rows: 3 }, { columns: 200, rows: 100 }, { columns: 1, rows: 1 }]) {
    const lines = draw(after("right", "down"), size);
    assert(lines.length <= size.rows && lines.every((line) => line.length <= size.columns), JSON.stringify(size));
  }
  const down = Array.from({ length: 20 }, () => "down");
  assertMatch(draw(after(...down), { columns: 60, rows: 14 }).join("\n"), / > --- Resource Modules/);
});

Deno.test("stage() embeds exactly the chosen modules, and refuses a choice whose dependencies are left out", async () => {
  const root = await Deno.makeTempDir();
  try {
    const module = (name: string, use = "") =>
      `/*** MODULEINFO ${use} ***/\nimport { defineModule } from "asterism";\n` +
      `export default defineModule({ license: "MIT", description: "${name}" });`;
    const files: Record<string, string> = {
      "main.ts": "",
      "src/realm/guest/main.ts": "",
      "modules/one.ts": module("one", '<use type="module">two</use>'),
      "modules/two.ts": module("two"),
      "modules/three.ts": module("three", "<defaultenabled>no</defaultenabled>"),
      "configs/modules.conf": "[modules]\n",
      "choice.conf": "[modules]\ndisable = one\nenable = three\n",
      "broken.conf": "[modules]\ndisable = two\n",
    };
    for (const { entry } of BUNDLES) files[entry] ??= "";
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    const embedded = async (choice?: string) => {
      const buildDirectory = join(root, "build");
      await stage({ root, buildDirectory, choice: choice && join(root, choice) });
      return [...Deno.readDirSync(join(buildDirectory, "modules"))].map(({ name }) => name).sort().join(" ");
    };
    assertEquals(await embedded(), "one.js one.manifest two.js two.manifest");
    assertEquals(await embedded("absent.conf"), "one.js one.manifest two.js two.manifest");
    assertEquals(await embedded("choice.conf"), "three.js three.manifest two.js two.manifest");
    await assertRejects(
      () => embedded("broken.conf"),
      ToolError,
      '"one" uses module=two, which no chosen module provides',
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("menuselect says what it cannot choose, with a status, and without a stack", async () => {
  const choice = await Deno.makeTempFile();
  try {
    for (const flag of ["--enable", "--disable"]) {
      const args = ["run", "-A", "--quiet", "--no-check", "tools/menuselect.ts", "--choice", choice, flag, "res_htp"];
      const { code, stderr } = await runDeno(args);
      assertEquals([code, stderr], [1, 'There is no module "res_htp": did you mean "res_http"\n']);
    }
  } finally {
    await Deno.remove(choice);
  }
});
