import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fillHookArgs, hookFields, parseSwitch, planHook } from "../../modules/_hook.ts";
import module from "../../modules/func_periodic_hook.ts";
import cut from "../../modules/func_cut.ts";
import uri from "../../modules/func_uri.ts";
import { FakeCall, FakeHost } from "./_fake_host.ts";

/** The module with the real CUT and URIENCODE and a timer whose ticks the test makes. */
async function loaded(result: () => number = () => 0, all = () => "nothing provides it") {
  const functions = new FakeHost();
  await cut.load?.(functions);
  await uri.load?.(functions);
  const timers = new Map<number, { milliseconds: number; callback: () => Promise<void> }>();
  let timerId = 0;
  const timer = {
    every(milliseconds: number, callback: () => Promise<void>) {
      timers.set(++timerId, { milliseconds, callback });
      return Promise.resolve(timerId);
    },
    cancel: (id: number) => Promise.resolve(timers.delete(id)),
    name: () => Promise.resolve("fake"),
  };
  const ran: string[] = [];
  const host = new FakeHost({
    services: { "service=timer": timer },
    readFunction: (name, args, call) => functions.read(name, call!, args),
    runApplication: (name, args) => {
      if (name === "*") return Promise.reject(new Error(`Cannot run application "*": ${all()}`));
      ran.push(`${name}(${args})`);
      return Promise.resolve(result());
    },
  });
  assertEquals(await module.load?.(host), 0);
  const tick = () => Promise.all([...timers.values()].map(({ callback }) => callback()));
  return { host, call: new FakeCall("SIP/a,b"), timers, ran, tick };
}

Deno.test("hookFields() leaves the middle to the application", () => {
  assertEquals(hookFields("App,a,5"), { application: "1", args: "2-2", interval: "3" });
  assertEquals(hookFields("App,a,b,c,5"), { application: "1", args: "2-4", interval: "5" });
  assertThrows(() => hookFields("App,5"), SyntaxError, "syntax: PERIODIC_HOOK(");
});

Deno.test("planHook() checks the application and the interval", () => {
  assertEquals(planHook({ application: " App ", args: "x", interval: " 5 " }), {
    application: "App",
    args: "x",
    seconds: 5,
  });
  for (const interval of ["", "0", "-1", "1.5", "x", "2147484"]) {
    assertThrows(() => planHook({ application: "App", args: "", interval }), RangeError, "Invalid hook interval");
  }
  for (const application of ["", "a b", "a("]) {
    assertThrows(() => planHook({ application, args: "", interval: "1" }), SyntaxError, "no name of an application");
  }
});

Deno.test("fillHookArgs() and parseSwitch() read what is written", () => {
  assertEquals(fillHookArgs("a${HOOK_ID}b${OTHER}${toString}", { HOOK_ID: "7" }), "a7b${OTHER}${toString}");
  assertEquals(["on", "OFF", " yes ", "0", "maybe", ""].map(parseSwitch), [
    true,
    false,
    true,
    false,
    undefined,
    undefined,
  ]);
});

Deno.test("PERIODIC_HOOK runs the application at every tick", async () => {
  const { host, call, timers, ran, tick } = await loaded();
  const id = await host.read("PERIODIC_HOOK", call, "Beep,${HOOK_ID},${HOOK_CHANNEL},low,30");
  assertEquals([...timers.values()].map(({ milliseconds }) => milliseconds), [30_000]);
  await tick();
  await tick();
  assertEquals(ran, Array(2).fill(`Beep(${id},SIP%2Fa%2Cb,low)`));
  assertEquals([...host.users.keys()], [`PERIODIC_HOOK ${id}`]);
  assertEquals(call.variables.size, 0);
  const shown = await host.type("periodic hook show");
  assertStringIncludes(shown, `SIP/a,b              Beep(${id},SIP%2Fa%2Cb,low)\n1 periodic hooks\n`);
  await module.unload?.(host);
});

Deno.test("writing off and on stops and starts a hook", async () => {
  const { host, call, timers } = await loaded();
  const id = await host.read("PERIODIC_HOOK", call, "App,,1");
  await host.write("PERIODIC_HOOK", call, { args: id, value: "off" });
  assertEquals([timers.size, host.users.size, host.references], [0, 0, 0]);
  await host.write("PERIODIC_HOOK", call, { args: id, value: "off" });
  await host.write("PERIODIC_HOOK", call, { args: id, value: "on" });
  await host.write("PERIODIC_HOOK", call, { args: id, value: "on" });
  assertEquals([timers.size, host.users.size, host.references], [1, 1, 1]);
  await Promise.all(["off", "on", "on"].map((value) => host.write("PERIODIC_HOOK", call, { args: id, value })));
  assertEquals([timers.size, host.users.size, host.references], [1, 1, 1]);
  await assertRejects(() => host.write("PERIODIC_HOOK", call, { args: id, value: "x" }), SyntaxError, "on or off");
  await assertRejects(() => host.write("PERIODIC_HOOK", call, { args: "0", value: "on" }), RangeError, "no hook");
  await module.unload?.(host);
});

Deno.test("canceling the user of a hook stops it, unload stops all", async () => {
  const { host, call, timers } = await loaded();
  const id = await host.read("PERIODIC_HOOK", call, "App,x,1");
  await host.read("PERIODIC_HOOK", call, "App,y,1");
  await host.users.get(`PERIODIC_HOOK ${id}`)?.();
  assertEquals([timers.size, host.users.size, host.references], [1, 1, 1]);
  await module.unload?.(host);
  assertEquals([timers.size, host.users.size, host.references], [0, 0, 0]);
});

Deno.test("a hook that keeps failing stops itself", async () => {
  const { host, call, timers, tick } = await loaded(() => -1);
  await host.read("PERIODIC_HOOK", call, "App,x,1");
  for (let run = 0; run < 10; run++) await tick();
  assertEquals([timers.size, host.users.size, host.references], [0, 0, 0]);
  assertStringIncludes(host.said[0]!, "could not run App(x): it returned -1");
  assertStringIncludes(host.said.at(-1)!, "error: Stopped hook");
  await module.unload?.(host);
});

Deno.test("a hook that cannot start leaves nothing behind", async () => {
  const { host, call, timers } = await loaded();
  host.options.services!["service=timer"]!.every = () => Promise.reject(new Error("too many"));
  await assertRejects(() => host.read("PERIODIC_HOOK", call, "App,x,1"), Error, "too many");
  assertEquals([timers.size, host.users.size, host.references], [0, 0, 0]);
});

Deno.test("who may not run every application has nothing to do with hooks", async () => {
  let why = "nothing provides it";
  const { host, call, ran, tick } = await loaded(() => 0, () => why);
  const id = await host.read("PERIODIC_HOOK", call, "App,a,5");
  why = "the step for which that is to be done has no right to it";
  await assertRejects(() => host.read("PERIODIC_HOOK", call, "App,b,5"), Error, "no right");
  await assertRejects(() => host.write("PERIODIC_HOOK", call, { args: id, value: "off" }), Error, "no right");
  await tick();
  assertEquals(ran, ["App(a)"]);
});
