/** Modules that try to do more by the dialplan than their manifests say, with shipped modules, in real realms. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { startHost, type TestHost, type TestModule } from "../loader/_harness.ts";

const MODULES = fromFileUrl(new URL("../../modules", import.meta.url));

const POLICY = `[modules]
load = pbx_config
load = app_stack
load = app_exec
load = vault
load = evil
load = good
[permissions]
pbx_config = host=provide:dialplan
app_stack = host=use:dialplan
app_exec = host=use:application
`;

const EXTENSIONS = `[globals]
PIN = 1234
[admin]
exten => s,1,Vault(admin)
same => n(open),Vault(label)
exten => h,1,Vault(h of admin)
[incoming]
exten => s,1,Vault(\${SECRET(1)} \${PIN})
same => n,ExecIf($[1]?Set(GLOBAL(PIN)=5678))
same => n,Goto(admin,s,open)
exten => sub,1,Gosub(evils,s,1)
same => n,Vault(after)
exten => own,1,Own()
same => n,Vault(next)
exten => more,1,Vault(more)
include => evils
`;

/** Begins calls as it is told, with a dialplan and an application as it is told. */
function driver(technology: string): string {
  return `
    let todo = {}, said = [];
    const trying = (what) => what.then((value) => void said.push(String(value)), (error) => void said.push(error.message));
    const step = (text, at) => {
      const [, extension, application, args] = /^(\\w+) (\\w+)\\((.*)\\)$/s.exec(text);
      return { extension, priority: at, application, args };
    };
    const ways = {
      location: (call) => call.setLocation({ context: "admin", extension: "s", priority: 1 }),
      label: (call) => call.findLabel({ context: "admin", extension: "s", label: "open" }),
      exec: (call) => host.runApplication("Exec", "Vault(by exec)", call),
      gosub: (call) => host.runApplication("Gosub", "admin,s,1", call),
      set: (call) => host.runApplication("Set", "GLOBAL(PIN)=0", call),
      execset: (call) => host.runApplication("Exec", "Set(GLOBAL(PIN)=0)", call),
      execnow: () => host.runApplication("Exec", "Vault(in a call of its own)"),
      read: (call) => host.readFunction("SECRET", "1", call),
      twice: (call) => Promise.all([host.runApplication("Exec", "Vault(one)", call), ways.location(call)]),
    };
    if (${technology === "Evil"}) host.application("Own", async (call) => { await trying(ways[todo.own](call)); });
    host.command({ command: "${technology.toLowerCase()} go", summary: "", handler: async ([text]) => {
      todo = JSON.parse(decodeURIComponent(text));
      said = [];
      if (todo.contexts !== undefined) {
        const contexts = Object.entries(todo.contexts).map(([name, steps]) => ({
          name, includes: todo.includes ?? [],
          priorities: steps.map((text, index) => step(text, steps.slice(0, index).filter((one) => one.split(" ")[0] === text.split(" ")[0]).length + 1)),
        }));
        said.push(...await host.pbx.replace({ contexts, globals: todo.globals ?? [], clearGlobals: todo.clear === true }));
      }
      if (todo.begin !== undefined) {
        const [context, extension] = todo.begin.split(",");
        const ended = Promise.withResolvers();
        const peer = { write: (line) => void said.push(line), hangup: () => ended.resolve() };
        await host.pbx.channel({ technology: "${technology}", peer: "p", context, extension }, peer)
          .then(() => ended.promise, (error) => void said.push(error.message));
      }
      return JSON.stringify(said);
    } });`;
}

const VAULT: TestModule = {
  load: `host.application("Vault", (call, args) => { host.log.notice("OPENED " + args); });
    host.function("SECRET", { read: () => "secret", write: () => { host.log.notice("OPENED by writing"); } });`,
  manifest: "[provides]\napplication = Vault\nfunction = SECRET",
};

const EVIL_PROVIDES = "[provides]\ndialplan = *\nchannel = Evil\napplication = Own\ncommand = evil go";

interface Todo {
  /** Steps of contexts: `extension Application(arguments)`. */
  readonly contexts?: Readonly<Record<string, readonly string[]>>;
  readonly includes?: readonly string[];
  readonly globals?: readonly { name: string; value: string }[];
  readonly clear?: boolean;
  /** `context,extension`. */
  readonly begin?: string;
  /** What its application does. */
  readonly own?: string;
}

async function exchange(evil = "", policy = POLICY): Promise<TestHost> {
  return await startHost({
    policy,
    beside: [MODULES],
    configs: { "extensions.conf": EXTENSIONS },
    modules: {
      vault: VAULT,
      evil: { load: driver("Evil"), manifest: `${evil}\n${EVIL_PROVIDES}` },
      good: {
        load: driver("Good"),
        manifest: "[canuse]\ndialplan = *\n[provides]\nchannel = Good\ncommand = good go",
      },
    },
  });
}

/** What a module said, what was opened and what was warned of. */
async function go(host: TestHost, who: "evil" | "good", todo: Todo) {
  const before = host.sink.records.length;
  const said = JSON.parse(await host.run(`${who} go ${encodeURIComponent(JSON.stringify(todo))}`)) as string[];
  const fresh = host.sink.records.slice(before);
  return {
    said,
    opened: fresh.flatMap(({ message }) => /^OPENED (.*)$/.exec(message)?.[1] ?? []),
    warned: fresh.filter(({ level }) => level === "warning").map(({ message }) => message),
  };
}

async function pin(host: TestHost): Promise<string> {
  const text = (await go(host, "good", { begin: "incoming,s" })).opened[0] ?? "";
  return text.replace("secret ", "");
}

const VAULT_LINE = /its manifest does not name it; \[uses\] needs application = vault$/i;
const SECRET_LINE = /its manifest does not name it; \[uses\] needs function = secret$/i;
const ADMIN_LINE = /\[uses\] needs dialplan = admin, and \[permissions\] .* evil = host=use:dialplan=admin$/;
const PIN_LINE = /^Cannot set global variable "PIN" for 'evil': it is another's; it keeps its value$/;

/** `[uses]` of applications needs no grant: whoever installs the module sees them. */
const USES =
  "[uses]\napplication = Exec\napplication = ExecIf\napplication = TryExec\napplication = Gosub\napplication = Set";

const TAKEOVERS: readonly [how: string, todo: Todo, line: RegExp][] = [
  ["a step with another's application", { contexts: { evil: ["s Vault(x)", "s Vault(y)"] } }, VAULT_LINE],
  ["the name in other letters", { contexts: { evil: ["s vaulT(x)"] } }, VAULT_LINE],
  ["by Exec", { contexts: { evil: ["s Exec(Vault(x))"] } }, VAULT_LINE],
  [
    "by ExecIf, with a name made of variables",
    { contexts: { evil: ["s Set(A=Va)", "s ExecIf(1?${A}ult(x))"] } },
    VAULT_LINE,
  ],
  ["by TryExec in Exec", { contexts: { evil: ["s Exec(TryExec(Vault(x)))"] } }, VAULT_LINE],
  ["from h", { contexts: { evil: ["s Hangup()", "h Vault(x)"] } }, VAULT_LINE],
  ["a function", { contexts: { evil: ["s Own(${SECRET(1)})"] }, own: "label" }, SECRET_LINE],
  [
    "a function in an expression, in other letters",
    { contexts: { evil: ['s NoOp($["${secret(1)}" = "secret"])'] } },
    SECRET_LINE,
  ],
  ["a function in a global of its dialplan", {
    contexts: { evil: ["s NoOp()"] },
    globals: [{ name: "G", value: "${SECRET(1)}" }],
  }, SECRET_LINE],
  ["a function that is written", { contexts: { evil: ["s Set(SECRET(1)=x)"] } }, SECRET_LINE],
  ["a channel in another's context", { begin: "admin,s" }, ADMIN_LINE],
  ["Goto", { contexts: { evil: ["s Goto(admin,s,1)"] } }, ADMIN_LINE],
  ["Goto a label", { contexts: { evil: ["s Goto(admin,s,open)"] } }, ADMIN_LINE],
  ["Goto by Exec", { contexts: { evil: ["s Exec(Goto(admin,s,1))"] } }, ADMIN_LINE],
  ["GotoIf from h", { contexts: { evil: ["s Hangup()", "h GotoIf(1?admin,s,1)"] } }, ADMIN_LINE],
  ["Gosub", { contexts: { evil: ["s Gosub(admin,s,1)"] } }, ADMIN_LINE],
  ["an include", { contexts: { evil: ["x NoOp()"] }, includes: ["admin"] }, ADMIN_LINE],
  ["its own application", { contexts: { evil: ["s Own()"] }, own: "location" }, ADMIN_LINE],
  ["its own application, by Gosub", { contexts: { evil: ["s Own()"] }, own: "gosub" }, ADMIN_LINE],
  ["its own application, by Exec", { contexts: { evil: ["s Own()"] }, own: "exec" }, VAULT_LINE],
  ["its own application, two things at once", { contexts: { evil: ["s Own()"] }, own: "twice" }, VAULT_LINE],
  ["a call of its own", { contexts: { evil: ["s Own()"] }, own: "execnow" }, VAULT_LINE],
  ["its own application in the administrator's step", { begin: "good:incoming,own", own: "location" }, ADMIN_LINE],
  ["that, by Exec", { begin: "good:incoming,own", own: "exec" }, VAULT_LINE],
  ["that, by Gosub", { begin: "good:incoming,own", own: "gosub" }, ADMIN_LINE],
  ["that, on a global", { begin: "good:incoming,own", own: "set" }, PIN_LINE],
  ["that, on a global by Exec", { begin: "good:incoming,own", own: "execset" }, PIN_LINE],
  ["a subroutine that the administrator calls", {
    contexts: { evils: ["s Goto(admin,s,1)"] },
    begin: "good:incoming,sub",
  }, ADMIN_LINE],
  [
    "a context that the administrator includes",
    { contexts: { evils: ["in Vault(x)"] }, begin: "good:incoming,in" },
    VAULT_LINE,
  ],
  ["a global of the administrator", { contexts: { evil: ["s Set(GLOBAL(PIN)=0)"] } }, PIN_LINE],
  ["a global in other letters of GLOBAL", { contexts: { evil: ["s MSet(A=1,global(PIN)=0)"] } }, PIN_LINE],
  ["a global by Exec", { contexts: { evil: ["s Exec(Set(GLOBAL(PIN)=0))"] } }, PIN_LINE],
  ["a global of its dialplan", {
    contexts: { evil: ["s NoOp()"] },
    globals: [{ name: "PIN", value: "0" }],
    clear: true,
  }, PIN_LINE],
];

Deno.test("a module without grants reaches nothing of others by the dialplan, and each time one warning says why", async (t) => {
  for (const [how, todo, line] of TAKEOVERS) {
    await t.step(how, async () => {
      await using host = await exchange(USES);
      const { begin = "evil,s", ...rest } = todo;
      const goodBegins = begin.startsWith("good:");
      let all;
      if (goodBegins) {
        const made = await go(host, "evil", rest);
        const done = await go(host, "good", { begin: begin.slice("good:".length) });
        all = { opened: done.opened.filter((one) => one !== "next"), warned: [...made.warned, ...done.warned] };
      } else all = await go(host, "evil", { begin, ...rest });
      assertEquals(all.opened, []);
      assertEquals(all.warned.filter((one) => line.test(one)).length, 1, all.warned.join("\n"));
      if (!goodBegins && todo.begin === undefined) {
        const again = await go(host, "evil", { begin, ...rest });
        assertEquals([again.opened, again.warned.filter((one) => line.test(one))], [[], []]);
      }
      assertEquals(await pin(host), "1234");
    });
  }
});

Deno.test("the administrator's steps have the host's rights in whoever's call, and so has the console", async () => {
  await using host = await exchange();
  assertEquals((await go(host, "good", { begin: "incoming,s" })).opened, ["secret 1234", "label", "h of admin"]);
  assertEquals((await go(host, "good", { begin: "incoming,s" })).opened, ["secret 5678", "label", "h of admin"]);
  assertStringIncludes(await host.run("dialplan eval function SECRET(1)"), "secret");
  await host.run("dialplan exec application Set(GLOBAL(PIN)=1)");
  await host.run('dialplan add extension "new,1,Vault(typed)" into incoming');
  assertEquals((await go(host, "good", { begin: "incoming,new" })).opened, ["typed"]);
  assertEquals(await pin(host), "1");
  assertEquals(host.messages("warning").filter((one) => /Cannot (?:use|enter|set)/.test(one)), []);
});

Deno.test("what its manifest names and was granted a module does: applications, functions, one context of others", async () => {
  const uses = "[uses]\napplication = Vault\n[canuse]\nfunction = SECRET\napplication = Return\ndialplan = incoming";
  await using host = await exchange(uses, `${POLICY}evil = host=use:dialplan=incoming\n`);
  const own = await go(host, "evil", {
    contexts: { evil: ["s Vault(${SECRET(1)} ${PIN})", "s Goto(incoming,s,1)"] },
    begin: "evil,s",
  });
  assertEquals(own.opened, ["secret 1234", "secret 1234", "label", "h of admin"]);
  assertEquals((await go(host, "evil", { begin: "incoming,more" })).opened, ["more"]);
  const inside = await go(host, "evil", {
    contexts: { evil: ["x NoOp()"] },
    includes: ["incoming"],
    begin: "evil,more",
  });
  assertEquals(inside.opened, ["more"]);
  // Contexts differ in their letters.
  assertMatch((await go(host, "evil", { begin: "admin,s" })).said[0] ?? "", ADMIN_LINE);
  assertEquals((await go(host, "evil", { begin: "INCOMING,more" })).opened, []);
  const sub = await go(host, "good", { begin: "incoming,sub" });
  assertEquals(sub.opened, []);
  await go(host, "evil", { contexts: { evils: ["s Vault(sub)", "s Return()"] } });
  assertEquals((await go(host, "good", { begin: "incoming,sub" })).opened, ["sub", "after"]);
});

Deno.test("a hook that runs later is started by nobody who may not run what it runs", async () => {
  const hooks = ["func_periodic_hook", "func_cut", "func_uri", "res_timing_interval"];
  const policy =
    POLICY.replace("[permissions]\n", `${hooks.map((name) => `load = ${name}\n`).join("")}[permissions]\n`) +
    "func_periodic_hook = host=use:application\n";
  await using host = await exchange("[uses]\nfunction = PERIODIC_HOOK\napplication = Exec", policy);
  const shown = async () => (await host.run("periodic hook show")).split("\n").filter((one) => one.includes("Vault"));
  for (const args of ["Vault,x,1", "Exec,Vault(x),1"]) {
    await go(host, "evil", { contexts: { evil: [`s NoOp(\${PERIODIC_HOOK(${args})})`] }, begin: "evil,s" });
  }
  assertEquals(await shown(), []);
  assertMatch(host.messages("warning").join("\n"), /in a step of 'evil': .* \[uses\] needs application = \*/);
  assertMatch(await host.run("dialplan eval function PERIODIC_HOOK(Exec,Vault(typed),3600)"), /Result: 1$/);
  assertEquals((await shown()).length, 1);
  await go(host, "evil", { contexts: { evil: ["s Set(PERIODIC_HOOK(1)=off)"] }, begin: "evil,s" });
  assertMatch((await shown())[0] ?? "", /\bOn\b/);
});

Deno.test("a module that claims another's name does not use it thereby", async () => {
  const policy = POLICY.replace("[permissions]", "[provides]\ntype = application\nVault = vault\n[permissions]");
  await using host = await startHost({
    policy: policy.replace("load = good\n", ""),
    beside: [MODULES],
    configs: { "extensions.conf": EXTENSIONS },
    modules: {
      vault: VAULT,
      evil: { load: driver("Evil"), manifest: `${EVIL_PROVIDES}\napplication = Vault\nfunction = *` },
    },
  });
  const { opened, warned } = await go(host, "evil", { contexts: { evil: ["s Vault(${SECRET(1)})"] }, begin: "evil,s" });
  assertEquals(opened, []);
  assertEquals([VAULT_LINE, SECRET_LINE].map((line) => warned.filter((one) => line.test(one)).length), [1, 1]);
});

Deno.test("a subroutine of a module without any right to the context returns there, to where it was called", async () => {
  await using host = await exchange("[uses]\napplication = Return");
  await go(host, "evil", { contexts: { evils: ["s Return()"] } });
  assertEquals((await go(host, "good", { begin: "incoming,sub" })).opened, ["after"]);
  await go(host, "evil", { contexts: { evils: ["s Goto(incoming,more,1)"] } });
  assertEquals((await go(host, "good", { begin: "incoming,sub" })).opened, []);
});

Deno.test("a context that is named and not granted keeps the module from starting, with the line that grants it", async () => {
  const policy = POLICY.replace("load = good\n", "");
  await using host = await exchange("[canuse]\ndialplan = incoming", policy);
  assertStringIncludes(host.messages("error").join("\n"), "evil = host=use:dialplan=incoming");
  assertEquals((await host.states()).some((one) => one.startsWith("evil Running")), false);
});

Deno.test("the administrator limits a module that may enter all contexts to one, and a denial takes it away", async () => {
  const limited = (line: string) =>
    startHost({
      policy: POLICY.replace("load = evil\n", "") + line,
      namesGranted: false,
      beside: [MODULES],
      configs: { "extensions.conf": EXTENSIONS },
      modules: {
        vault: VAULT,
        good: {
          load: driver("Good"),
          manifest: "[canuse]\ndialplan = *\n[provides]\nchannel = Good\ncommand = good go",
        },
      },
    });
  await using host = await limited("good = host=use:dialplan=incoming\n");
  assertEquals((await go(host, "good", { begin: "incoming,s" })).opened, ["secret 1234", "label", "h of admin"]);
  assertEquals((await go(host, "good", { begin: "admin,s" })).opened, []);
  await using denied = await limited("good = host=use:dialplan\ngood = deny-host=use:dialplan=admin\n");
  assertStringIncludes(denied.messages("error").join("\n"), "use:dialplan=admin takes a part of");
});

Deno.test("nobody but the owner of extensions.conf, with the grant, brings the administrator's text", async () => {
  const source = { contexts: { evil: ["s Vault(x)"] }, begin: "evil,s" };
  await using host = await startHost({
    policy: POLICY.replaceAll(/^(?:load = )?(?:pbx_config|good).*\n/gm, "") + "evil = config=extensions.conf\n",
    beside: [MODULES],
    configs: { "extensions.conf": EXTENSIONS },
    modules: {
      vault: VAULT,
      evil: {
        load: `host.config("extensions.conf"); ${driver("Evil")}`,
        manifest: `[permissions]\nconfig = extensions.conf\n${EVIL_PROVIDES}`,
      },
    },
  });
  const { opened, warned } = await go(host, "evil", source);
  assertEquals([opened, warned.filter((one) => VAULT_LINE.test(one)).length], [[], 1]);
});

Deno.test("the administrator's contexts are the administrator's also when a module was first, and after a reload", async () => {
  await using host = await exchange();
  await go(host, "evil", { contexts: { later: ["s NoOp()"], evils: ["s NoOp()"] }, includes: ["secrets"] });
  await Deno.writeTextFile(
    `${host.directory}/extensions.conf`,
    `${EXTENSIONS}[later]\nexten => s,1,Vault(later)\n[secrets]\nexten => s,2,Vault(secrets)\n`,
  );
  assertEquals(await host.run("dialplan reload"), "Dialplan reloaded.");
  assertEquals((await go(host, "evil", { begin: "later,s" })).opened, []);
  assertEquals((await go(host, "evil", { begin: "evils,s" })).opened, []);
  assertEquals((await go(host, "good", { begin: "later,s" })).opened, ["later"]);
  assertMatch(host.messages("warning").join("\n"), /Context 'later' of 'evil' goes/);
  assertMatch(await host.run("dialplan show later"), /Context 'later' created by 'pbx_config'/);
});

Deno.test("steps that name what their module may not use load nothing and keep nothing", async () => {
  const policy = POLICY.replace("load = vault\n", "").replace("[modules]\n", "[modules]\nreference_autoload = yes\n");
  await using host = await exchange("", policy.replace("load = evil", "load = evil"));
  const vault = async () => {
    await host.run("module unload nobody");
    return (await host.states()).filter((one) => one.startsWith("vault running"));
  };
  await host.run("module unload vault");
  await Deno.writeTextFile(`${host.directory}/extensions.conf`, "[incoming]\nexten => s,1,NoOp()\n");
  await host.run("dialplan reload");
  assertEquals(await vault(), []);
  await go(host, "evil", { contexts: { evil: ["s Vault(${SECRET(1)})"] } });
  assertEquals(await vault(), []);
  await host.run('dialplan add extension "9,1,Vault(x)" into incoming');
  assertEquals((await vault()).length, 1);
});
