/** The example of the proposal for manifests: a channel driver, a dialplan, a record writer, and a module that is banned. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/fault/mod.ts";
import { loadList } from "../../src/plan/mod.ts";
import { policyOf } from "../plan/_build.ts";
import { startHost, type TestHost, type TestModule } from "./_harness.ts";

const POLICY = `[modules]
load=chan_sip
load=app_system             ; ignored because of neverload
neverload=app_system
[uses]
;type=module                ; it is implied that the values are modules
chan_sip=cdr_custom         ; chan_sip requires cdr_custom per admin
chan_sip=pbx_config
type=application            ; switch to requiring applications
pbx_config=Gosub
type=function               ; switch to requiring functions
pbx_config=GLOBAL
pbx_config=CHANNEL
`;

const MODULES: Readonly<Record<string, TestModule>> = {
  app_stack: { load: `host.application("Gosub", () => 0)`, manifest: "[provides]\napplication = Gosub" },
  app_system: { load: `host.application("System", () => 0)`, manifest: "[provides]\napplication = System" },
  cdr_custom: {},
  chan_sip: {
    load: `const calls = [];
      host.application("Dial", async (call, peer) => {
        const held = await host.user(\`SIP/\${peer}\`, () => held.release());
        calls.push(held);
      });
      host.application("EndCall", async () => { await calls.pop().release(); })`,
    manifest: "[provides]\napplication = Dial\napplication = EndCall",
  },
  func_channel: { load: `host.function("CHANNEL", { read: () => "" })`, manifest: "[provides]\nfunction = CHANNEL" },
  func_global: { load: `host.function("GLOBAL", { read: () => "" })`, manifest: "[provides]\nfunction = GLOBAL" },
  pbx_config: {},
  res_other: {},
};

/** Names in the order of the log's lines that match. */
function named(host: TestHost, pattern: RegExp): string[] {
  return host.messages("verbose").flatMap((line) => pattern.exec(line)?.[1] ?? []);
}

const ALL = ["app_stack", "cdr_custom", "chan_sip", "func_channel", "func_global", "pbx_config"];

Deno.test("load=chan_sip alone loads what it uses, what the administrator makes it use, and nothing else", async () => {
  await using host = await startHost({ modules: MODULES, policy: POLICY });
  assertEquals((await host.states()).map((state) => state.split(" ")[0]), ALL);
  const order = named(host, /Loading (\w+)\./);
  for (const [user, used] of [["chan_sip", "cdr_custom"], ["chan_sip", "pbx_config"], ["pbx_config", "app_stack"]]) {
    assert(order.indexOf(used ?? "") < order.indexOf(user ?? ""), order.join());
  }
  assertMatch(
    await host.run("module show dependencies chan_sip"),
    /uses module=pbx_config.*\n.*application=Gosub: app_stack/,
  );
  assertMatch(await host.run("module load app_system"), /^Unable to load module app_system/);
  assertMatch(host.messages("error").join("\n"), /modules\.conf:4:1 says neverload = app_system/);
});

Deno.test("require of a banned module prevents the start", () => {
  const policy = policyOf(POLICY.replace("load=app_system ", "require=app_system"));
  const error = assertThrows(() => loadList(policy, []), ConfigError, "'require' and 'neverload', this is impossible");
  assertEquals(error.position.line, 4);
});

Deno.test("pbx_config cannot be unloaded before chan_sip, and all go in the reverse order", async () => {
  await using host = await startHost({ modules: MODULES, policy: POLICY });
  await host.run("module unload pbx_config");
  assertEquals((await host.states()).map((state) => state.split(" ")[0]), ALL);
  assertMatch(host.messages("warning").join("\n"), /Soft unload failed, 'pbx_config' has use count 1/);
  assertMatch(await host.run("module unload chan_sip"), /^Unloaded chan_sip/);
  assertEquals(await host.states(), []);
  const stopped = named(host, /Unloading (\w+)/);
  assertEquals(stopped[0], "chan_sip");
  for (const used of ["app_stack", "func_global", "func_channel"]) {
    assert(stopped.indexOf("pbx_config") < stopped.indexOf(used), stopped.join());
  }
});

Deno.test("module unload chan_sip while a session is active stops it, and then all the rest, when the session ends", async () => {
  await using host = await startHost({ modules: MODULES, policy: POLICY });
  await host.run("dialplan exec application Dial(alice)");
  await host.run("module unload chan_sip");
  assertEquals((await host.states()).length, ALL.length);
  assertMatch(
    await host.logged(/stops when its last user goes/),
    /'chan_sip' stops when its last user goes: SIP\/alice/,
  );
  await host.run("dialplan exec application EndCall");
  // The last to be stopped: nobody uses it but what stops before.
  while (named(host, /Unloading (\w+)/).length < ALL.length) await host.sink.written();
  assertEquals(named(host, /Unloading (\w+)/)[0], "chan_sip");
  assertMatch(await host.run("module unload res_other"), /Unable to unload resource/);
  assertEquals(await host.states(), []);
});
