/** Stock clients from npm, written by others for Asterisk, against the compiled program. */
import { assertEquals } from "@std/assert";
import AmiClient from "asterisk-ami-client";
import amiIo from "ami-io";
import { startManager } from "./_manager.ts";

const MODULES = {
  t_base: "load: () => LoadResult.SUCCESS",
  t_work: "load: () => LoadResult.SUCCESS, reload() {}",
};

/** A promise for the first event that fits, with a deadline. */
function seen(listen: (take: (event: Record<string, string>) => void) => void, wanted: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error(`no event ${wanted}`)), 20_000);
  listen((event) => {
    const got = `${event.Event ?? event.event} ${event.Module ?? event.module} ${event.Status ?? event.status}`;
    if (got !== wanted) return;
    clearTimeout(timer);
    resolve(got);
  });
  return promise;
}

Deno.test("asterisk-ami-client logs in, loads, checks, reloads and unloads a module and sees its events", async () => {
  await using managed = await startManager({ modules: MODULES });
  const client = new AmiClient({ reconnect: false, keepAlive: true, keepAliveDelay: 50 });
  try {
    await client.connect("lab", "lab", { host: "127.0.0.1", port: managed.port });
    const events = (wanted: string) => seen((take) => client.on("event", take), wanted);
    const ask = async (action: Record<string, string>) => {
      const { Response, Message } = await client.action(action, true) as Record<string, string>;
      return Message === undefined ? Response : `${Response} ${Message}`;
    };
    const Module = "t_work.so";
    const loaded = events("Load t_work.so Success");
    assertEquals(await ask({ Action: "ModuleLoad", Module, LoadType: "load" }), "Success Module loaded.");
    assertEquals(await loaded, "Load t_work.so Success");
    assertEquals(await ask({ Action: "ModuleCheck", Module }), "Success");
    const reloaded = events("Reload t_work.so 0");
    assertEquals(await ask({ Action: "ModuleLoad", Module, LoadType: "reload" }), "Success Module reloaded.");
    await reloaded;
    const unloaded = events("Unload t_work.so Success");
    assertEquals(await ask({ Action: "ModuleLoad", Module, LoadType: "unload" }), "Success Module unloaded.");
    await unloaded;
    assertEquals(await ask({ Action: "ModuleCheck", Module }), "Error Module not loaded");
  } finally {
    client.disconnect();
  }
});

// The client keeps a timer of five minutes for an answer that it has had.
Deno.test("ami-io logs in, loads, checks, reloads and unloads a module and sees its events", {
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await using managed = await startManager({ modules: MODULES });
  const client = amiIo.createClient({ port: managed.port, host: "127.0.0.1", login: "lab", password: "lab" });
  client.useLogger(new amiIo.SilentLogger());
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("connected", () => resolve());
      client.once("incorrectLogin", () => reject(new Error("incorrect login")));
      client.connect(false);
    });
    const events = (wanted: string) => seen((take) => client.on("event", take), wanted);
    const ask = (name: string, headers: Record<string, string>) =>
      new Promise<string>((resolve, reject) => {
        const action = new amiIo.Action.Action(name);
        Object.assign(action, headers);
        client.send(action, (error: Record<string, string> | null, response: Record<string, string>) => {
          const answer = error ?? response;
          if (answer === undefined) reject(new Error("no answer"));
          else resolve(answer.message === undefined ? answer.response! : `${answer.response} ${answer.message}`);
        });
      });
    const Module = "t_work.so";
    const loaded = events("Load t_work.so Success");
    assertEquals(await ask("ModuleLoad", { Module, LoadType: "load" }), "Success Module loaded.");
    await loaded;
    assertEquals(await ask("ModuleCheck", { Module }), "Success");
    const reloaded = events("Reload t_work.so 0");
    assertEquals(await ask("ModuleLoad", { Module, LoadType: "reload" }), "Success Module reloaded.");
    await reloaded;
    const unloaded = events("Unload t_work.so Success");
    assertEquals(await ask("ModuleLoad", { Module, LoadType: "unload" }), "Success Module unloaded.");
    await unloaded;
    assertEquals(await ask("ModuleCheck", { Module }), "Error Module not loaded");
  } finally {
    client.disconnect();
  }
});
