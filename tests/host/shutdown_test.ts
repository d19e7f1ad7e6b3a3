import { assertEquals } from "@std/assert";
import { startHost } from "../loader/_harness.ts";

/** A module with an application that ends when the test says so. */
const HELD = {
  manifest: "[provides]\napplication = Hold\ncommand = let go",
  load: `const gate = Promise.withResolvers();
    host.application("Hold", async (call) => { await call.print("held"); await gate.promise; return 0; });
    host.command({ command: "let go", summary: "", handler: () => { gate.resolve(); return "gone\\n"; } })`,
};

/** A host with a call that goes on. */
async function withCall() {
  const t = await startHost({ modules: { app_hold: HELD } });
  let begun = () => {};
  const held = new Promise<void>((resolve) => begun = resolve);
  const call = t.host.interpreter.execute(
    "dialplan exec application Hold()",
    (text) => text.includes("held") && begun(),
  );
  await held;
  return { t, call };
}

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol();
  return await Promise.race([promise, Promise.resolve(open)]) !== open;
}

Deno.test("core stop gracefully waits for calls, refuses new ones, and can be called off", async () => {
  const { t, call } = await withCall();
  await using host = t;
  assertEquals(await t.run("core abort shutdown"), "There is no shutdown to abort.");
  assertEquals(await t.run("core stop gracefully"), "");
  assertEquals(
    await t.run("dialplan exec application Hold()"),
    "Asterism is shutting down: no new calls\nCommand 'dialplan exec application Hold()' failed.",
  );
  assertEquals(await settled(host.host.stopRequested), false);
  assertEquals(await t.run("core abort shutdown"), "");
  assertEquals(t.messages("verbose").filter((line) => /inactivity|cancelled/.test(line)), [
    "asterism: Waiting for inactivity to perform halt...",
    "asterism: Asterism shutdown cancelled.",
  ]);
  await t.run("core stop when convenient");
  assertEquals(await settled(host.host.stopRequested), false);
  assertEquals(await t.run("let go"), "gone");
  assertEquals(await call, "success");
  assertEquals(await host.host.stopRequested, "gracefully");
  assertEquals(host.host.restartRequested, false);
});

Deno.test("core stop now waits for nothing, and a restart is remembered", async () => {
  const { t, call } = await withCall();
  await using host = t;
  host.host.requestRestart("gracefully");
  assertEquals(await settled(host.host.stopRequested), false);
  host.host.requestRestart("now");
  assertEquals(await host.host.stopRequested, "now");
  assertEquals(host.host.restartRequested, true);
  await t.run("let go");
  await call;
});

Deno.test("core waitfullybooted answers when the start is over", async () => {
  await using t = await startHost({ modules: {} });
  assertEquals(await t.run("core waitfullybooted"), "Asterism has fully booted.");
});
