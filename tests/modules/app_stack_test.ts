import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  checkCondition,
  chooseBranch,
  GosubStacks,
  MAXIMUM_DEPTH,
  parseGosub,
  resolveGosub,
} from "../../modules/_gosub.ts";
import module from "../../modules/app_stack.ts";
import { FakeCall, FakeHost } from "./_fake_host.ts";

const HERE = { context: "default", extension: "100", priority: 5 };

async function loaded(): Promise<{ host: FakeHost; call: FakeCall }> {
  const host = new FakeHost();
  assertEquals(await module.load?.(host), 0);
  const call = new FakeCall();
  call.position = { ...HERE };
  return { host, call };
}

const NO_LABELS = () => Promise.resolve(undefined);

Deno.test("parseGosub() and resolveGosub() find the place", async () => {
  const cases: [text: string, context: string, extension: string, priority: number, args: string[]][] = [
    ["1", "default", "100", 1, []],
    ["+2", "default", "100", 7, []],
    ["-4", "default", "100", 1, []],
    ["s,1", "default", "s", 1, []],
    ["sub,s,1", "sub", "s", 1, []],
    ["sub,,1", "sub", "100", 1, []],
    ["sub,s,1()", "sub", "s", 1, []],
    ["sub,s,1(a,b)", "sub", "s", 1, ["a", "b"]],
    ['sub,s,1("a,b",c(d,e))', "sub", "s", 1, ['"a,b"', "c(d,e)"]],
    [" sub , s , 1 ", "sub", "s", 1, []],
  ];
  for (const [text, context, extension, priority, args] of cases) {
    const target = parseGosub(text);
    assertEquals(await resolveGosub(target, HERE, NO_LABELS), { context, extension, priority }, text);
    assertEquals(target.args, args, text);
  }
});

Deno.test("resolveGosub() asks for labels at the place they are of", async () => {
  const asked: unknown[] = [];
  const findLabel = (place: unknown) => Promise.resolve(asked.push(place));
  assertEquals(await resolveGosub(parseGosub("sub,s,begin(x)"), HERE, findLabel), {
    context: "sub",
    extension: "s",
    priority: 1,
  });
  assertEquals(asked, [{ context: "sub", extension: "s", label: "begin" }]);
  await assertRejects(
    () => resolveGosub(parseGosub("begin"), HERE, NO_LABELS),
    RangeError,
    "no label begin at 100@default",
  );
});

Deno.test("parseGosub() refuses what is no target", async () => {
  for (const text of ["", "a,b,c,1", "0", "s,1(a", "s,1x"]) {
    assertThrows(() => parseGosub(text), SyntaxError, "Gosub address is invalid");
  }
  await assertRejects(() => resolveGosub(parseGosub("-5"), HERE, NO_LABELS), RangeError, "before the first");
});

Deno.test("checkCondition() judges as the dialplan does", () => {
  const cases: [string, boolean][] = [
    ["", false],
    ["0", false],
    ["00", false],
    ["1", true],
    ["-1", true],
    ["0x", false],
    ["no", true],
    [" 0", false],
    [" ", true],
  ];
  for (const [condition, expected] of cases) assertEquals(checkCondition(condition), expected, condition);
});

Deno.test("chooseBranch() splits outside parentheses", () => {
  const cases: [string, string | undefined | null][] = [
    ["1?a,1(x:y):b,1", "a,1(x:y)"],
    ["0?a,1(x?y):b,1(z)", "b,1(z)"],
    ["0?a,1", undefined],
    ["1?:b,1", undefined],
    ["?a:b", "b"],
    ["1", null],
    ["", null],
  ];
  for (const [text, expected] of cases) assertEquals(chooseBranch(text), expected, text);
});

Deno.test("Gosub and Return nest, shadow arguments and come back", async () => {
  const { host, call } = await loaded();
  call.variables.set("ARG1", "outside");
  assertEquals(await host.run("Gosub", call, "sub,s,1(a,b)"), 0);
  assertEquals(call.position, { context: "sub", extension: "s", priority: 1 });
  assertEquals(await host.run("Gosub", call, "inner,s,1(c)"), 0);
  assertEquals(Object.fromEntries(call.variables), { ARG1: "c", ARG2: "", ARGC: "1" });
  assertEquals(await host.run("Return", call, "forty two"), 0);
  assertEquals(call.position, { context: "sub", extension: "s", priority: 2 });
  assertEquals(Object.fromEntries(call.variables), { ARG1: "a", ARG2: "b", ARGC: "2", GOSUB_RETVAL: "forty two" });
  assertEquals(await host.run("Return", call, ""), 0);
  assertEquals(call.position, { ...HERE, priority: 6 });
  assertEquals(Object.fromEntries(call.variables), { ARG1: "outside", GOSUB_RETVAL: "" });
  assertEquals(host.said, []);
});

Deno.test("Return without Gosub is an error and ends the call", async () => {
  const { host, call } = await loaded();
  assertEquals(await host.run("Return", call, ""), -1);
  assertStringIncludes(host.said[0]!, "error: Return without Gosub: stack is empty");
});

Deno.test("frames are kept per call", async () => {
  const { host, call } = await loaded();
  await host.run("Gosub", call, "s,1");
  assertEquals(await host.run("Return", new FakeCall("Console/2"), ""), -1);
  assertEquals(await host.run("Return", call, ""), 0);
});

Deno.test("StackPop discards a frame and stays", async () => {
  const { host, call } = await loaded();
  await host.run("Gosub", call, "sub,s,1(a)");
  assertEquals(await host.run("StackPop", call, ""), 0);
  assertEquals(call.position.context, "sub");
  assertEquals(call.variables.has("ARG1"), false);
  assertEquals(await host.run("StackPop", call, ""), 0);
  assertStringIncludes(host.said[0]!, "empty gosub stack");
});

Deno.test("GosubIf enters the chosen branch or none", async () => {
  const { host, call } = await loaded();
  assertEquals(await host.run("GosubIf", call, "0?a,1:b,1(x)"), 0);
  assertEquals(call.position.extension, "b");
  assertEquals(await host.run("GosubIf", call, "0?a,1"), 0);
  assertEquals(call.position.extension, "b");
  assertEquals(await host.run("GosubIf", call, "nothing"), 0);
  assertStringIncludes(host.said[0]!, "GosubIf requires an argument");
});

Deno.test("LOCAL lasts until Return", async () => {
  const { host, call } = await loaded();
  call.variables.set("x", "before");
  await assertRejects(() => host.write("LOCAL", call, { args: "x", value: "1" }), Error, "aren't within a Gosub");
  await host.run("Gosub", call, "s,1");
  assertEquals(await host.read("LOCAL", call, "x"), "");
  await host.write("LOCAL", call, { args: "x", value: "1" });
  await host.write("LOCAL", call, { args: "x", value: "2" });
  assertEquals(await host.read("LOCAL", call, "x"), "2");
  await host.run("Return", call, "");
  assertEquals(call.variables.get("x"), "before");
  assertEquals(await host.read("LOCAL", call, "x"), "");
});

Deno.test("a Gosub that fails changes nothing", async () => {
  const { host, call } = await loaded();
  for (const args of ["", "nowhere,s,1(a)", "s,label"]) assertEquals(await host.run("Gosub", call, args), -1, args);
  assertEquals(call.position, HERE);
  assertEquals(call.variables.size, 0);
  assertEquals(await host.run("Return", call, ""), -1);
});

Deno.test("depth and number of calls are bounded", async () => {
  const { host, call } = await loaded();
  for (let depth = 0; depth < MAXIMUM_DEPTH; depth++) assertEquals(await host.run("Gosub", call, "s,1"), 0);
  assertEquals(await host.run("Gosub", call, "s,1"), -1);
  assertStringIncludes(host.said[0]!, "512 subroutines deep");
  const stacks = new GosubStacks(2);
  const frame = { back: HERE, shadowed: new Map(), argc: 0 };
  assertEquals(["a", "b", "a", "c"].map((name) => stacks.push(name, frame)), [undefined, undefined, undefined, "b"]);
});

Deno.test("a subroutine has so many arguments and variables, and no more", async () => {
  assertEquals(parseGosub(`s,1(${"a,".repeat(200)})`).args.length, 100);
  const { host, call } = await inSubroutine();
  const local = host.functions.get("LOCAL")!;
  const set = async () => {
    for (let count = 0; count < 2000; count++) await local.write!(call, `V${count}`, "x");
  };
  await assertRejects(set, RangeError, "the subroutine has 1000 variables already");
});

/** A call that has just entered a subroutine. */
async function inSubroutine(): Promise<{ host: FakeHost; call: FakeCall }> {
  const host = new FakeHost();
  await module.load?.(host);
  const call = new FakeCall();
  await host.applications.get("Gosub")!(call, "sub,s,1");
  return { host, call };
}
