/** What a module puts in costs the host bounded time and memory. */
import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { HostCall } from "../../src/dialplan/mod.ts";
import { HostError } from "../../src/fault/mod.ts";
import { contents, context, emptyPbx, longestHold, setGlobal, step } from "./_dialplans.ts";

/** Ten times what the host promises. */
const HOLD_MS = 1000;

Deno.test("a dialplan of two hundred thousand steps is put in and out of place while the host goes on", async () => {
  const { pbx } = emptyPbx();
  const steps = Array.from(
    { length: 200_000 },
    (_, at) => step(`${at % 3 === 0 ? "_X" : ""}${(at * 7919) % 200_003}`, 1),
  );
  const reversed = steps.toReversed();
  const hold = await longestHold(async () => {
    assertEquals(await pbx.replace("evil", contents(context("big", steps))), []);
    assertEquals(pbx.table.context("big")?.size, 200_000);
    assertEquals(pbx.table.find({ context: "big", extension: "7919", caller: "" }, 1)?.priority.extension, "7919");
    assertEquals(await pbx.replace("evil", contents(context("big", reversed))), []);
    await pbx.replace("evil", contents());
  });
  assertEquals(pbx.table.contexts(), []);
  assertEquals(hold < HOLD_MS, true, `${hold} ms`);
});

Deno.test("ten thousand contexts, caller patterns of large sets and steps in the wrong order are no work", async () => {
  const { pbx } = emptyPbx();
  const many = Array.from({ length: 10_000 }, (_, at) => context(`c${at}`, [step("s", 1)], ["a", "b"]));
  const caller = `_${"[\u0000-\uffff]".repeat(200)}`;
  const costly = Array.from({ length: 60 }, (_, at) => step(`e${at}`, 1, { caller }));
  const backwards = Array.from({ length: 100_000 }, (_, at) => step("s", 100_000 - at, { label: `l${at}` }));
  const hold = await longestHold(async () => {
    assertEquals(await pbx.replace("evil", contents(...many)), []);
    assertEquals(await pbx.replace("evil", contents(context("x", costly))), []);
    assertEquals(await pbx.replace("evil", contents(context("x", backwards))), []);
    assertEquals(pbx.table.find({ context: "x", extension: "s", caller: "" }, "l0")?.priority.priority, 100_000);
  });
  assertEquals(hold < HOLD_MS, true, `${hold} ms`);
});

Deno.test("a registrar adds and removes a hundred thousand steps, one by one, and no more than its share", async () => {
  const { pbx } = emptyPbx();
  const hold = await longestHold(async () => {
    for (let at = 0; at < 100_000; at++) {
      const priority = step(`_${(at * 7919) % 100_003}X`, 1);
      const fault = await pbx.add("evil", { context: "x", priority, replace: false });
      if (fault !== undefined) throw new Error(fault);
      if (at % 2000 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    for (let at = 0; at < 100_000; at++) {
      const removed = await pbx.remove("evil", { context: "x", extension: `_${(at * 7919) % 100_003}X` });
      if (removed !== 1) throw new Error(`${removed} removed`);
      if (at % 2000 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  });
  assertEquals(pbx.table.context("x")?.size, 0);
  assertEquals(hold < HOLD_MS, true, `${hold} ms`);
});

Deno.test("what a registrar may have holds for replacing and for adding, and what goes makes room", async () => {
  const { pbx } = emptyPbx();
  const small = contents(context("x", [step("s", 1)]));
  await pbx.replace("evil", small);
  const steps = Array.from({ length: 200_001 }, (_, at) => step("s", at + 1));
  await assertRejects(() => pbx.replace("evil", contents(context("y", steps))), HostError, "200000 steps");
  const names = Array.from({ length: 10_001 }, (_, at) => context(`c${at}`, []));
  await assertRejects(() => pbx.replace("evil", contents(...names)), HostError, "10000 contexts");
  const includes = Array.from({ length: 50_001 }, (_, at) => `c${at}`);
  await assertRejects(() => pbx.replace("evil", contents(context("y", [], includes))), HostError, "50000 includes");
  assertEquals(pbx.table.contexts().map(({ name }) => name), ["x"]);
  const args = "x".repeat(8 * 1024 * 1024);
  const add = (extension: string) =>
    pbx.add("evil", { context: "x", priority: step(extension, 1, { args }), replace: false });
  for (const extension of ["1", "2", "3"]) assertEquals(await add(extension), undefined);
  assertMatch(await add("4") ?? "", /^Cannot add to the dialplan: 'evil' may have 33554432 characters and no more$/);
  assertEquals(await pbx.remove("evil", { context: "x", extension: "2" }), 1);
  assertEquals(await add("4"), undefined);
  assertEquals(await pbx.add("good", { context: "z", priority: step("1", 1, { args }), replace: false }), undefined);
  await pbx.replace("evil", small);
  assertEquals(await add("4"), undefined);
});

Deno.test("two replacements of one registrar do not mix, and one of a registrar that goes is not put in place", async () => {
  const { pbx } = emptyPbx();
  const steps = Array.from({ length: 30_000 }, (_, at) => step(`${at}`, 1));
  const seen = new Set<string>();
  const both = Promise.all([
    pbx.replace("evil", contents(context("a", steps), context("b", steps))),
    pbx.replace("evil", contents(context("c", [step("s", 1)]))),
  ]);
  let done = false;
  void both.then(() => done = true);
  while (!done) {
    seen.add(pbx.table.contexts().map(({ name, size }) => `${name}${size}`).join());
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  seen.delete("");
  assertEquals([...seen].every((one) => ["a30000,b30000", "c1"].includes(one)), true, [...seen].join(" "));
  const late = pbx.replace("evil", contents(context("a", steps)));
  pbx.removeRegistrar("evil");
  assertEquals(await late, []);
  assertEquals(pbx.table.contexts(), []);
});

Deno.test("a lookup takes so many steps, however contexts include one another", async () => {
  const { pbx } = emptyPbx();
  const names = Array.from({ length: 200 }, (_, at) => `c${at}`);
  const wide = names.map((name) => context(name, [], names));
  await pbx.replace(
    "evil",
    contents(...wide, context("missing", [], Array.from({ length: 9000 }, (_, at) => `m${at}`))),
  );
  assertEquals(pbx.table.find({ context: "c0", extension: "1", caller: "" }, 1), undefined);
  assertEquals(pbx.table.find({ context: "missing", extension: "1", caller: "" }, 1), undefined);
  const costly = Array.from({ length: 30_000 }, (_, at) => step(`_${"X".repeat(25)}${at}${"X".repeat(24)}`, 1));
  for (let at = 0; at < 5; at++) await pbx.replace(`m${at}`, contents(context(`y${at}`, [...costly, step("7", 1)])));
  await pbx.replace("evil", contents(context("all", [], ["y0", "y1", "y2", "y3", "y4"])));
  assertEquals(pbx.table.find({ context: "all", extension: "7", caller: "" }, 1)?.context, "y0");
  const dialed = { context: "all", extension: "1".repeat(60), caller: "" };
  assertThrows(() => pbx.table.find(dialed, 1), HostError, "make the context");
});

Deno.test("globals have so much room for each module, are given back with it, and those of a dialplan stay its own", async () => {
  const { pbx, messages } = emptyPbx();
  const declared = { contexts: [], globals: [{ name: "G", value: "config" }] };
  await pbx.replace("pbx_config", declared);
  const filler = "x".repeat(65_000);
  const set = (owner: string, name: string, value: string) => setGlobal(pbx, owner, `(${name})=${value}`);
  const get = async (name: string) => {
    await set("reader", "COPY", "");
    const call = new HostCall({ name: "M/2", owner: "reader", write: () => {} });
    return await pbx.substitute(`\${${name}}`, call);
  };
  for (let at = 0; at < 100; at++) await set("evil", `k${at}`, filler);
  assertEquals((await get("k15")).length, 65_000);
  assertEquals(await get("k16"), "");
  await set("evil", "k0", "short");
  await set("evil", "k16", filler);
  assertEquals((await get("k16")).length, 65_000);
  assertEquals(messages().filter((line) => line.includes("Cannot set global variable")).length, 1);
  assertStringIncludes(messages().join("\n"), 'warning evil: Cannot set global variable "k16"');
  for (let at = 0; at < 1200; at++) await set("names", `n${at}`, "");
  assertStringIncludes(messages().join("\n"), 'warning names: Cannot set global variable "n1000"');
  await set("", "G", "console");
  await set("evil", "G", "evil");
  pbx.removeRegistrar("evil");
  assertEquals([await get("k16"), await get("G")], ["", "console"]);
  await pbx.replace("pbx_config", declared);
  assertEquals(await get("G"), "config");
  await set("", "CONSOLE", filler);
  await pbx.replace("pbx_config", { contexts: [], globals: [] });
  assertEquals((await get("CONSOLE") + await get("G")).length, 65_006);
  await pbx.replace("pbx_config", { contexts: [], globals: [], clearGlobals: true });
  assertEquals(await get("G"), "");
});

Deno.test("a call keeps so many characters, its module's calls so many together, and gives them back at its end", async () => {
  const { pbx, begin, messages } = emptyPbx({ channelsOfModule: 30 });
  const wait = [step("s", 1, { application: "Wait", args: "3600" })];
  wait.push(step("full", 1, { application: "Set", args: "A=$[${LONG}]${LONG}" }));
  await pbx.replace("pbx_config", contents(context("default", wait)));
  const calls = Array.from({ length: 30 }, () => begin("evil"));
  assertThrows(() => begin("evil"), RangeError, "'evil' has 30 already");
  const other = begin("good");
  let [kept, refused] = [0, 0];
  for (const { call } of calls) {
    for (let at = 0; at < 20; at++) {
      await call.setVariable(`v${at}`, "x".repeat(65_000)).then(() => kept++, (error: HostError) => {
        assertEquals(error.code, "limit");
        refused++;
      });
    }
  }
  assertEquals(kept <= 258, true, `${kept}`);
  assertEquals(kept + refused, 600);
  await other.call.setVariable("v", "x".repeat(65_000));
  for (const { call } of calls) call.softHangup();
  await Promise.all(calls.map(({ ended }) => ended));
  const again = begin("evil");
  for (let at = 0; at < 16; at++) await again.call.setVariable(`v${at}`, "x".repeat(65_000));
  pbx.removeRegistrar("evil");
  pbx.removeRegistrar("good");
  await Promise.all([again.ended, other.ended]);
  assertEquals(messages().filter((line) => line.startsWith("warning")), []);
});

Deno.test("a step that fills a call is warned of, and the call goes on", async () => {
  const { pbx, begin, messages } = emptyPbx();
  const steps = Array.from({ length: 1002 }, (_, at) => step("s", at + 1, { application: "Set", args: `V${at}=x` }));
  await pbx.replace("pbx_config", contents(context("default", [...steps, step("s", 1003)])));
  await begin("evil").ended;
  const warnings = messages().filter((line) => line.startsWith("warning"));
  assertEquals(warnings.length, 2);
  assertStringIncludes(
    warnings[0]!,
    'warning evil: Cannot set "V1000" on call Test/x-00000001: it has 1000 variables already',
  );
  assertStringIncludes(messages().join("\n"), "Executing [s@default:1003] NoOp");
});

Deno.test("lines that nobody reads wait for room, each in its turn, and too many are refused", async () => {
  const call = new HostCall({ name: "M/1", interactive: true, write: () => {} });
  const sent = Array.from({ length: 300 }, (_, at) => call.receive(`${at}`));
  const results = Promise.allSettled(sent);
  for (let at = 0; at < 100; at++) assertEquals(await call.readLine(), `${at}`);
  const refused = (await Promise.race([results, call.wait(0).then(() => undefined)])) ?? await results;
  assertEquals(refused.filter(({ status }) => status === "rejected").length, 200);
  const long = Array.from({ length: 50 }, () => call.receive("x".repeat(60_000)));
  let settled = 0;
  for (const one of long) void one.then(() => settled++);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(settled, 4);
  call.softHangup();
  await Promise.all(long);
});

Deno.test("calls that loop leave the host free and share the time among their modules", async () => {
  const { pbx, begin } = emptyPbx();
  const args = '$["${LEN}aaaaaaaaaaaaaaaaaaaa" =~ "(a*)*b"]';
  await pbx.replace(
    "pbx_config",
    contents(context("default", [
      step("loop", 1, { application: "Set", args: `X=${args}` }),
      step("loop", 2, { application: "Goto", args: "1" }),
      ...Array.from({ length: 200 }, (_, at) => step("s", at + 1, { application: "Set", args: `X=${args}` })),
    ])),
  );
  const loops = Array.from({ length: 100 }, () => begin("evil", "loop"));
  const hold = await longestHold(async () => {
    for (let at = 0; at < 20; at++) await new Promise((resolve) => setTimeout(resolve, 0));
    // Two hundred steps of another module end though a hundred calls would take all the time.
    await begin("good").ended;
  });
  pbx.removeRegistrar("evil");
  await Promise.all(loops.map(({ ended }) => ended));
  assertEquals(hold < HOLD_MS, true, `${hold} ms`);
});

Deno.test("warnings about a module's texts are its own, cut, and few for each step", async () => {
  const { pbx, begin, messages } = emptyPbx();
  const odd = `X=${"$[a + 1]$[1 / 0]${NONE(1)}".repeat(500)}$[${"(".repeat(5000)}`;
  await pbx.replace("pbx_config", contents(context("default", [step("s", 1, { application: "Set", args: odd })])));
  await begin("evil").ended;
  const lines = messages().filter((line) => /^(?:warning|error)/.test(line));
  assertEquals(lines.length, 4);
  assertEquals(lines.every((line) => /^\w+ evil: /.test(line) && line.length < 450), true, lines.join("\n"));
});

Deno.test("references follow single steps: what does not change is not looked at", async () => {
  const { pbx, registry } = emptyPbx();
  registry.applications.add({ name: "Say", owner: { module: "app" }, priority: 0, value: () => 0 });
  const held = new Map<string, number>();
  let [holds, sought] = [0, 0];
  pbx.references.heldBy(({ user }) => {
    holds++;
    held.set(user, (held.get(user) ?? 0) + 1);
    return { [Symbol.dispose]: () => void held.delete(user) };
  }, () => sought++);
  const say = (extension: string, priority = 1) =>
    step(extension, priority, { application: "Say", args: "${NONE(1)}" });
  await pbx.replace("evil", contents(context("x", Array.from({ length: 5000 }, (_, at) => say(`${at}`)))));
  assertEquals([held.size, holds, sought], [5000, 5000, 1]);
  await pbx.add("evil", { context: "x", priority: say("1", 2), replace: false });
  await pbx.add("evil", { context: "x", priority: say("new"), replace: false });
  assertEquals([held.size, holds, sought], [5001, 5001, 1]);
  await pbx.remove("evil", { context: "x", extension: "1", priority: 1 });
  assertEquals(held.has("extension 1@x"), true);
  await pbx.remove("evil", { context: "x", extension: "1", priority: 2 });
  assertEquals(held.has("extension 1@x"), false);
  await pbx.add("evil", { context: "x", priority: step("new", 1), replace: true });
  assertEquals(held.has("extension new@x"), false);
  await pbx.replace("evil", contents(context("x", [say("0")])));
  assertEquals([held.size, holds], [1, 5001]);
  pbx.removeRegistrar("evil");
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(held.size, 0);
});
