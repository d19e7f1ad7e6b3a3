import { assertEquals, assertStringIncludes } from "@std/assert";
import { Pbx } from "../../src/dialplan/mod.ts";
import { Logger, MemorySink } from "../../src/log/mod.ts";
import type { Call, DialplanContext } from "../../src/module_api/mod.ts";
import { Registry } from "../../src/registry/mod.ts";
import { readExtensions } from "../../modules/_extensions.ts";
import { RIGHTS } from "./_dialplans.ts";
import { readConfig } from "../modules/_fake_host.ts";

const OWNER = { module: "app_test" };

/** A PBX with a dialplan and an application that prints, all in this thread. */
async function pbxOf(dialplan: string) {
  const registry = new Registry();
  const sink = new MemorySink();
  const pbx = new Pbx({
    registry,
    log: new Logger([sink], { area: "pbx" }),
    refusesCalls: () => false,
    rights: RIGHTS,
  });
  const records: Record<string, string>[] = [];
  registry.applications.add({ name: "Say", owner: OWNER, priority: 0, value: (call, args) => call.print(args) });
  registry.applications.add({
    name: "Read",
    owner: OWNER,
    priority: 0,
    value: async (call: Call, name) => await call.setVariable(name, await call.readLine(5) ?? "nothing"),
  });
  registry.applications.add({ name: "Throw", owner: OWNER, priority: 0, value: () => Promise.reject(new Error("oh")) });
  registry.functions.add({
    name: "UP",
    owner: OWNER,
    priority: 0,
    value: {
      read: (_call, args) => args.toUpperCase(),
      write: (call, args, value) => call.setVariable(`UP_${args}`, value),
    },
  });
  registry.services.add({
    name: "cdr",
    owner: OWNER,
    priority: 0,
    value: { post: (record: Record<string, string>) => void records.push(record) },
  });
  const { contents, warnings } = readExtensions(readConfig("extensions.conf", dialplan));
  assertEquals([warnings, await pbx.replace("pbx_config", contents)], [[], []]);
  /** Runs a call to its end, with these lines sent to it; what it wrote. */
  const run = async (extension = "s", ...lines: string[]): Promise<string[]> => {
    const written: string[] = [];
    const ended = Promise.withResolvers<void>();
    const options = { technology: "Test", peer: "x", context: "default", extension, caller: "555" };
    const peer = { write: (line: string) => Promise.resolve(void written.push(line)), hangup: () => Promise.resolve() };
    const call = pbx.begin("chan_test", { options, peer, onEnd: ended.resolve });
    for (const line of lines) await call.receive(line);
    await ended.promise;
    return written;
  };
  return {
    pbx,
    run,
    records,
    registry,
    messages: () => sink.records.map(({ level, message }) => `${level}: ${message}`),
  };
}

Deno.test("a call runs its priorities, with variables, expressions and functions, and h afterwards", async () => {
  const at = await pbxOf(`[globals]
G = ${"${B}"}all
[default]
exten => s,1,Set(A=1)
same => n,Set(__B=$[${"${A}"} + 2])
same => n,Say(${"${A} ${B} ${UP(x${B})} ${G} ${EXTEN}@${CONTEXT}:${PRIORITY} ${NONE}"}|)
same => n,MSet(C=x, D="y z")
same => n,Set(UP(k)=v)
same => n,Set(GLOBAL(G)=new)
same => n,Say(${"${C}${D}${UP_k}${G}${GLOBAL(G)} ${CHANNEL}"})
exten => h,1,Say(bye ${"${A}"})
`);
  assertEquals(await at.run(), ["1 3 X3 all s@default:3 |", "xy zvnewnew Test/x-00000001", "bye 1"]);
  assertEquals(
    at.records.map(({ dst, lastapp, disposition, src, channel }) => [dst, lastapp, disposition, src, channel]),
    [
      ["s", "Say", "NO ANSWER", "555", "Test/x-00000001"],
    ],
  );
  assertEquals([at.pbx.calls(), at.pbx.processedCalls], [[], 1]);
  assertStringIncludes(
    at.messages().join("\n"),
    'verbose: Executing [s@default:1] Set("Test/x-00000001", "A=1") in new stack',
  );
});

Deno.test("Goto and GotoIf take numbers, relative ones, labels and other places", async () => {
  const at = await pbxOf(`[default]
exten => s,1,GotoIf($[1 > 2]?wrong:next)
same => n,Say(wrong)
same => n(next),Goto(+2)
same => n,Say(wrong)
same => n,GotoIf(0?wrong)
same => n,Goto(other,100,begin)
[other]
exten => _1XX,1,Say(wrong)
same => n(begin),Say(${"${EXTEN}"})
same => n,Goto(s,nowhere)
exten => s,1,Say(wrong)
`);
  assertEquals(await at.run(), ["100"]);
  assertStringIncludes(at.messages().join("\n"), "warning: Priority 'nowhere' must be a number > 0, or valid label");
});

Deno.test("what does not exist goes to i, and without i ends with a warning", async () => {
  const at = await pbxOf(`[default]
exten => i,1,Say(no ${"${INVALID_EXTEN}"})
exten => 1,1,Goto(elsewhere,s,1)
exten => 2,1,Nonsense(x)
exten => 3,1,Throw()
exten => 3,2,Say(wrong)
exten => 4,1,Say(${"${NOFUNC(1)}$[1 +]"})
`);
  assertEquals(await at.run("7"), ["no 7"]);
  assertEquals(await at.run("1"), []);
  assertEquals(await at.run("2"), []);
  assertEquals(await at.run("3"), []);
  assertEquals(await at.run("4"), ["0"]);
  const messages = at.messages().join("\n");
  assertStringIncludes(
    messages,
    "sent to invalid extension but no invalid handler: context,exten,priority=elsewhere,s,1",
  );
  assertStringIncludes(messages, "No application 'Nonsense' for extension (default, 2, 1)");
  assertStringIncludes(messages, "Call Test/x-00000004 ends at 3@default:1: oh");
  assertStringIncludes(messages, "error: Function NOFUNC not registered");
  assertStringIncludes(messages, "Auto fallthrough, channel 'Test/x-00000001' status is 'UNKNOWN'");
});

Deno.test("WaitExten and lines that are read follow what the caller sends", async () => {
  const at = await pbxOf(`[default]
exten => s,1,Read(NAME)
same => n,Say(hello ${"${NAME}"})
same => n,WaitExten(5)
exten => _XX,1,Say(to ${"${EXTEN}"})
same => n,WaitExten(0)
same => n,Say(on)
exten => i,1,Say(not ${"${INVALID_EXTEN}"})
exten => t,1,Say(timeout)
`);
  assertEquals(await at.run("s", "Ann", "42"), ["hello Ann", "to 42", "timeout"]);
  assertEquals(await at.run("s", "Ann", "abc"), ["hello Ann", "not abc"]);
});

Deno.test("a dialplan that loops for ever leaves the host free, and a hangup ends it", async () => {
  const at = await pbxOf("[default]\nexten => s,1,Goto(s,1)\n");
  const running = at.run();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(at.pbx.calls().map(({ application }) => application), ["Goto"]);
  assertEquals(at.pbx.requestHangup("test/X-00000001"), "Test/x-00000001");
  assertEquals(await running, []);
  assertEquals(at.pbx.requestHangup("Test/x-00000001"), undefined);
});

Deno.test("a hangup wakes a call that waits", async () => {
  const at = await pbxOf(
    "[default]\nexten => s,1,Answer()\nsame => n,Wait(3600)\nexten => r,1,Read(X)\nsame => n,Say(wrong)\n",
  );
  for (const extension of ["s", "r"]) {
    const running = at.run(extension);
    while (!["Wait", "Read"].includes(at.pbx.calls()[0]?.application ?? "")) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    at.pbx.removeRegistrar("chan_test");
    assertEquals(await running, []);
  }
  assertEquals(at.records.map(({ disposition }) => disposition), ["ANSWERED", "NO ANSWER"]);
});

Deno.test("extensions hold what they name, as it comes and goes", async () => {
  const at = await pbxOf(
    "[default]\nexten => 1,1,Say(${UP(x)})\nexten => 1,2,Set(UP(a)=b)\nexten => 2,1,Say()\nexten => 2,2,NoOp()\n",
  );
  const held = new Set<string>();
  at.pbx.references.heldBy(({ type, name, user }, { module }) => {
    const key = `${user} ${type}=${name} of ${module}`;
    held.add(key);
    return { [Symbol.dispose]: () => void held.delete(key) };
  });
  at.pbx.references.refresh();
  assertEquals([...held].sort(), [
    "extension 1@default application=Say of app_test",
    "extension 1@default function=UP of app_test",
    "extension 2@default application=Say of app_test",
  ]);
  at.registry.removeOwner(OWNER);
  at.pbx.references.refresh();
  assertEquals(held.size, 0);
  const next = { module: "app_next" };
  at.registry.applications.add({ name: "Say", owner: next, priority: 0, value: () => 0 });
  at.pbx.references.refresh();
  assertEquals(held.size, 2);
  const other: DialplanContext = { name: "default", includes: [], priorities: [] };
  await at.pbx.replace("pbx_config", { contexts: [other], globals: [] });
  assertEquals(held.size, 0);
});
