/** Steps and calls of modules are held to what these may do: the PBX core, without realms. */
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { HostCall, type Pbx } from "../../src/dialplan/mod.ts";
import { HostError } from "../../src/fault/mod.ts";
import type { Call } from "../../src/module_api/mod.ts";
import { contents, context, emptyPbx, setGlobal, step } from "./_dialplans.ts";
import { MANIFEST_RIGHTS } from "./_manifests.ts";

/** Which call runs steps of whom. */
interface Running {
  /** The context that it begins in. @default {the one of the steps} */
  readonly begin?: string;
  readonly extension?: string;
  readonly includes?: string[];
  /** The module that adds the steps. @default {evil} */
  readonly by?: string;
  /** The module that begins the call. @default {the same} */
  readonly caller?: string;
}

/** A PBX with the administrator's dialplan, applications that tell what was done, and one way for each of the others. */
async function exchange() {
  const at = emptyPbx({ rights: MANIFEST_RIGHTS });
  const { pbx, registry } = at;
  const done: string[] = [];
  const add = (module: string, name: string, value: (call: Call, args: string) => unknown) =>
    registry.applications.add({ name, owner: { module }, priority: 0, value: value as () => number });
  add("vault", "Vault", (_, args) => void done.push(args));
  add("app_exec", "Exec", (call, args) => {
    const [, name = "", text = ""] = /^(\w+)\((.*)\)$/s.exec(args) ?? [];
    return pbx.runFor(call as Parameters<Pbx["runFor"]>[0], name, text).catch(telling("app_exec"));
  });
  add("app_stack", "Gosub", async (call, args) => {
    const [name = "", extension = "", priority] = args.split(",");
    ways.push(await call.location());
    return await call.setLocation({ context: name, extension, priority: Number(priority) }).catch(telling("app_stack"));
  });
  add("app_stack", "Return", async (call) => {
    const { priority, ...way } = ways.pop()!;
    return await call.setLocation({ ...way, priority: priority + 1 }).catch(telling("app_stack"));
  });
  /** As the real ones do: what fails is told, and the call ends. */
  const telling = (module: string) => (error: Error) => {
    at.sink.write({ level: "error", module, message: error.message } as Parameters<typeof at.sink.write>[0]);
    return -1;
  };
  const ways: { context: string; extension: string; priority: number }[] = [];
  let own: (call: Call) => unknown = () => {};
  add("evil", "Own", (call) => own(call));
  registry.functions.add({
    name: "SECRET",
    owner: { module: "vault" },
    priority: 0,
    value: { read: () => "secret", write: (_call, _args, value) => void done.push(`written ${value}`) },
  });
  const say = (args: string) => ({ application: "Vault", args });
  const administrators = contents(
    context("admin", [
      step("s", 1, say("admin")),
      step("s", 2, { ...say("label"), label: "open" }),
      step("h", 1, say("h")),
    ]),
    context("incoming", [
      step("s", 1, say("incoming ${PIN}")),
      step("sub", 1, { application: "Gosub", args: "mine,sub,1" }),
      step("sub", 2, say("after")),
      step("own", 1, { application: "Own" }),
      step("own", 2, say("next")),
      step("on", 1, { application: "Goto", args: "admin,s,open" }),
      step("set", 1, { application: "Exec", args: "Set(GLOBAL(PIN)=new)" }),
      step("set", 2, { application: "Set", args: "GLOBAL(EVILS)=admin" }),
    ]),
  );
  await pbx.replace("pbx_config", { ...administrators, globals: [{ name: "PIN", value: "1234" }] });
  return {
    ...at,
    done,
    doing: (what: (call: Call) => unknown) => void (own = what),
    get: (name: string) => pbx.substitute(`\${GLOBAL(${name})}`, new HostCall({ name: "C/1", write: () => {} })),
    /** The steps of extension s of evil's context, run by a call of evil to their end; what was done, and told. */
    run: async (steps: readonly string[], more: Running = {}) => {
      const made = steps.map((text, index) => {
        const [, extension = "s", application = "", args = ""] = /^(?:(\w+) )?(\w+)\((.*)\)$/s.exec(text) ?? [];
        const number = steps.slice(0, index).filter((one) =>
          /^(\w+) /.exec(one)?.[1] === /^(\w+) /.exec(text)?.[1]
        ).length;
        return step(extension, number + 1, { application, args });
      });
      done.length = 0;
      const before = at.messages().length;
      const { begin: where = "mine", extension = "s", by = "evil", caller = by } = more;
      await pbx.replace(by, contents(context("mine", made, more.includes)));
      const ended = Promise.withResolvers<void>();
      const options = { technology: "Evil", peer: "p", context: where, extension };
      const peer = { write: () => Promise.resolve(), hangup: () => Promise.resolve() };
      pbx.begin(caller, { options, peer, onEnd: ended.resolve });
      await ended.promise;
      return { done: [...done], told: at.messages().slice(before).filter((line) => /^(?:warning|error)/.test(line)) };
    },
  };
}

const CONTEXT_LINE = /dialplan = admin, and .* evil = host=use:dialplan=admin$/;

const TAKEOVERS: readonly [how: string, steps: readonly string[], line: RegExp, includes?: string[]][] = [
  ["an application that it does not name", ["Vault(x)", "NoOp()"], /application = Vault$/],
  ["in other letters", ["vAULT(x)"], /application = vAULT$/],
  ["by Exec", ["Exec(Vault(x))"], /application = Vault$/],
  ["by Exec in Exec, with a name from a variable", ["Set(A=Va)", "Exec(Exec(${A}ult(x)))"], /application = Vault$/],
  ["a function", ["NoOp(${SECRET()})", 'Set(X=$["${secret(1)}" = "secret"])'], /function = SECRET$/],
  ["a function that is written", ["Set(SECRET(1)=x)"], /function = SECRET$/],
  ["Goto", ["Goto(admin,s,1)"], CONTEXT_LINE],
  ["Goto a label", ["Goto(admin,s,open)"], CONTEXT_LINE],
  ["GotoIf", ["GotoIf(1?admin,s,1:s,2)"], CONTEXT_LINE],
  ["Gosub, by a module that may enter all", ["Gosub(admin,s,1)"], CONTEXT_LINE],
  ["Goto by Exec", ["Exec(Goto(admin,s,1))"], CONTEXT_LINE],
  ["an include", ["NoOp()", "s Vault(own)"], CONTEXT_LINE, ["admin"]],
  ["extension h", ["Hangup()", "h Goto(admin,h,1)"], CONTEXT_LINE],
  ["its own application", ["Own()"], CONTEXT_LINE],
];

for (const [how, steps, line, includes] of TAKEOVERS) {
  Deno.test(`steps of a module reach nothing of others: ${how}`, async () => {
    const at = await exchange();
    at.doing((call) => call.setLocation({ context: "admin", extension: "s", priority: 1 }).catch(() => -1));
    const extension = includes === undefined ? "s" : "h";
    const { done, told } = await at.run(steps.filter((one) => includes === undefined || !one.startsWith("s ")), {
      includes: includes ?? [],
      extension,
    });
    assertEquals(done, []);
    const refusals = told.filter((one) => /\[uses\] needs/.test(one));
    assertEquals(told.filter((one) => !one.startsWith("warning evil: ") && one.includes("evil")), []);
    assertEquals(refusals.length, 1, told.join("\n"));
    assertMatch(refusals[0]!, /^warning evil: Cannot (?:use|enter)/);
    assertMatch(refusals[0]!, line);
    // Once, however often.
    assertEquals(
      (await at.run(steps, { includes: includes ?? [], extension })).told.filter((one) => line.test(one)),
      [],
    );
  });
}

Deno.test("a call of a module begins in contexts of its own and in those that it names, and goes on from there", async () => {
  const at = await exchange();
  const begin = (where: string) => at.run([], { begin: where });
  await assertRejects(() => begin("admin"), HostError, "dialplan = admin");
  await assertRejects(() => begin("admin"), HostError, "dialplan = admin");
  assertEquals(at.messages().filter((one) => /^warning evil: Cannot enter/.test(one)).length, 1);
  // Letter by letter: there is no such context.
  assertEquals((await begin("INCOMING")).done, []);
  assertEquals((await begin("incoming")).done, ["incoming 1234"]);
  // The administrator's step sends the call on, wherever that is.
  assertEquals((await at.run([], { begin: "incoming", extension: "on" })).done, ["label", "h"]);
});

Deno.test("a module's context that the administrator calls returns where the call came from, and nowhere else", async () => {
  const at = await exchange();
  const sub = async (who: "evil" | "stranger", ...steps: string[]) => {
    const about = { begin: "incoming", extension: "sub", by: who, caller: "chan_line" };
    return (await at.run(steps.map((one) => `sub ${one}`), about)).done;
  };
  assertEquals(await sub("evil", "NoOp()", "Return()"), ["after"]);
  assertEquals(await sub("evil", "Goto(incoming,s,1)"), ["incoming 1234"]);
  at.pbx.removeRegistrar("evil");
  // Its manifest does not name the context.
  assertEquals(await sub("stranger", "Return()"), ["after"]);
  assertEquals(await sub("stranger", "Goto(incoming,s,1)"), []);
  assertEquals(await sub("stranger", "Goto(incoming,sub,1)"), []);
  assertEquals(await sub("stranger", "Goto(admin,s,1)"), []);
});

Deno.test("an application of a module in a step of the administrator does what that module may", async () => {
  const at = await exchange();
  const own = async (what: (call: Call) => unknown) => {
    at.doing(async (call) => void await what(call));
    return (await at.run([], { begin: "incoming", extension: "own" })).done;
  };
  const to = (name: string) => ({ context: name, extension: "s", priority: 1 });
  const refused: unknown[] = [];
  const trying = (what: Promise<unknown>) => what.catch((error: HostError) => void refused.push(error.code));
  const inHands = (call: Call) => call as Parameters<Pbx["runFor"]>[0];
  assertEquals(await own((call) => trying(call.setLocation(to("admin")))), ["next"]);
  assertEquals(await own((call) => trying(at.pbx.runFor(inHands(call), "Vault", "by hand"))), ["next"]);
  assertEquals(await own((call) => trying(at.pbx.runFor(inHands(call), "Exec", "Vault(by exec)"))), ["next"]);
  assertEquals(await own((call) => trying(at.pbx.runFor(inHands(call), "Gosub", "admin,s,1"))), ["next"]);
  assertEquals(await own((call) => trying(at.pbx.runFor(inHands(call), "Exec", "Set(GLOBAL(PIN)=0)"))), ["next"]);
  assertEquals(await own((call) => trying(at.pbx.readFor(inHands(call), "SECRET", ""))), ["next"]);
  // Exec and Gosub say so themselves.
  assertEquals(refused, ["permission", "permission", "permission"]);
  assertEquals(await at.get("PIN"), "1234");
  const label = async (call: Call) => {
    refused.push(await call.findLabel({ context: "admin", extension: "s", label: "open" }));
  };
  assertEquals(await own(label), ["next"]);
  assertEquals(refused.at(-1), undefined);
  // Within the context it may.
  assertEquals(await own((call) => call.setLocation(to("incoming"))), ["incoming 1234"]);
});

Deno.test("globals of others are read only to a module's steps and dialplan, in every form", async () => {
  const at = await exchange();
  await setGlobal(at.pbx, "other", "(OTHERS)=other");
  await setGlobal(at.pbx, "", "(CONSOLES)=console");
  for (
    const [text, name, value] of [
      ["Set(GLOBAL(PIN)=0)", "PIN", "1234"],
      ["Set(global(PIN)=0)", "PIN", "1234"],
      ["MSet(GLOBAL(PIN)=0,A=1)", "PIN", "1234"],
      ["Exec(Set(GLOBAL(PIN)=0))", "PIN", "1234"],
      ["Set(GLOBAL(OTHERS)=0)", "OTHERS", "other"],
      ["Set(GLOBAL(CONSOLES)=0)", "CONSOLES", "console"],
      ["Set(GLOBAL(EVILS)=${PIN})", "EVILS", "1234"],
      ["Set(GLOBAL(EVILS)=2)", "EVILS", "2"],
    ] as const
  ) {
    await at.run([text]);
    assertEquals(await at.get(name), value, text);
  }
  const warnings = at.messages().filter((one) => one.includes("Cannot set global variable"));
  assertEquals(warnings.length, 3, warnings.join("\n"));
  assertMatch(
    warnings[0]!,
    /^warning evil: Cannot set global variable "PIN" for 'evil': it is another's; it keeps its value$/,
  );
  await at.pbx.replace("evil", { ...contents(), globals: [{ name: "PIN", value: "0" }], clearGlobals: true });
  assertEquals([await at.get("PIN"), await at.get("EVILS"), await at.get("OTHERS")], ["1234", "", "other"]);
  // The administrator's steps set every one, also by an application that does what it is told, and have it then.
  await at.run(["Set(GLOBAL(EVILS)=evil)"]);
  await at.run([], { begin: "incoming", extension: "set" });
  assertEquals([await at.get("PIN"), await at.get("EVILS")], ["new", "admin"]);
  await at.run(["Set(GLOBAL(EVILS)=evil)"]);
  assertEquals(await at.get("EVILS"), "admin");
  at.pbx.removeRegistrar("evil");
  assertEquals([await at.get("PIN"), await at.get("EVILS")], ["new", "admin"]);
  // A name that a module has first is the administrator's once the administrator declares it.
  await at.run(["Set(GLOBAL(LATER)=evil)"]);
  await at.pbx.replace("pbx_config", { ...contents(), globals: [{ name: "LATER", value: "admin" }] });
  await at.run(["Set(GLOBAL(LATER)=evil)"]);
  assertEquals(await at.get("LATER"), "admin");
});

Deno.test("a context that the administrator names is the administrator's, whoever had it first; calls in it end", async () => {
  const at = await exchange();
  const wait = (name: string) => context(name, [step("s", 1, { application: "Wait", args: "3600" }), step("s", 2)]);
  await at.pbx.replace("evil", contents(wait("later"), context("keeps", [step("s", 1)])));
  const ended = Promise.withResolvers<void>();
  const options = { technology: "Evil", peer: "p", context: "later", extension: "s" };
  const call = at.pbx.begin("evil", {
    options,
    peer: { write: () => Promise.resolve(), hangup: () => Promise.resolve() },
    onEnd: ended.resolve,
  });
  while (call.running.application !== "Wait") await new Promise((resolve) => setTimeout(resolve, 0));
  const admins = context("later", [step("s", 1), step("s", 2, { application: "Vault", args: "later" })]);
  assertEquals(await at.pbx.replace("pbx_config", contents(admins)), []);
  assertEquals(at.pbx.table.context("later")?.registrar, "pbx_config");
  assertEquals(at.pbx.table.context("keeps")?.registrar, "evil");
  assertMatch(at.messages().join("\n"), /warning evil: Context 'later' of 'evil' goes/);
  // It was sent there by evil, which may not be there any more.
  await call.setLocation({ context: "later", extension: "s", priority: 2 });
  await call.receive("x");
  call.softHangup();
  await ended.promise;
  assertEquals(at.done, []);
  assertThrows(() =>
    at.pbx.begin("evil", { options, peer: { write: async () => {}, hangup: async () => {} }, onEnd() {} })
  );
  // The other way round the administrator's stays.
  assertEquals(await at.pbx.replace("evil", contents(wait("later"))), [
    "Context 'later' is left out: another module has one of that name",
  ]);
});

Deno.test("what a module's steps may not use they hold nobody for, and what they do with a call is their own", async () => {
  const at = await exchange();
  const held: string[] = [];
  const sought: string[] = [];
  at.pbx.references.heldBy(({ type, name, user }) => {
    held.push(`${user} ${type}=${name}`);
    return { [Symbol.dispose]: () => {} };
  }, ({ type, name }) => void sought.push(`${type}=${name}`));
  await at.pbx.replace(
    "evil",
    contents(context("mine", [
      step("s", 1, { application: "Vault", args: "${SECRET(1)}" }),
      step("s", 2, { application: "Own", args: "${OWN(1)}" }),
      step("s", 3, { application: "Missing" }),
    ])),
  );
  assertEquals(held, ["extension s@mine application=Own"]);
  assertEquals(sought, ["function=OWN"]);
  // How its own contexts end is no matter of others' calls.
  await at.pbx.replace("evil", { ...contents(context("mine", [step("s", 1)])), autoFallThrough: false });
  assertEquals((await at.run([], { begin: "incoming" })).done, ["incoming 1234"]);
});
