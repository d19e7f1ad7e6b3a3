/** What modules with host capabilities may do to the host, through real realms. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost } from "./_harness.ts";

const CAPABILITIES = ["modules", "command", "loader", "status", "events", "config", "manager"];

/** A module whose command `ask` evaluates one of the given questions about `host.admin` and answers as JSON. */
function asker(questions: Record<string, string>, granted = CAPABILITIES) {
  const cases = Object.entries(questions).map(([name, body]) => `${JSON.stringify(name)}: async () => { ${body} }`);
  return {
    load: `
      const events = []; let held;
      const questions = { ${cases.join(",\n")} };
      await host.command({ command: "ask", summary: "", handler: async ([name]) => {
        try { return JSON.stringify(await questions[name]()) ?? "nothing"; } catch (error) { return error.message; }
      } });`,
    manifest: `[provides]\ncommand = ask\nmanagerevent = Known\n[permissions]\n${
      granted.map((capability) => `host = ${capability}`).join("\n")
    }`,
  };
}

const GRANTED = "[modules]\nautoload = yes\nnoload = later\nnoload = declines\n[permissions]\ndefault = manifest\n";

async function ask(host: TestHost, question: string): Promise<unknown> {
  const answer = await host.run(`ask ${question}`);
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}

Deno.test("host.admin loads, checks, reloads, refreshes and unloads, and tells what happened", async () => {
  await using host = await startHost({
    policy: GRANTED,
    modules: {
      asker: asker({
        listen: "held = await host.admin.onEvent((event) => events.push(event))",
        events: "return events.splice(0)",
        silence: "await held.release(); await held.release()",
        find: "return [await host.admin.findModule('later.so'), await host.admin.findModule('nobody')]",
        load: "return await host.admin.load('later.so')",
        reload: "return await host.admin.reload('later')",
        all: "await host.admin.reloadAll()",
        refresh: "return await host.admin.refresh('later')",
        unload: "return [await host.admin.unload('later'), await host.admin.unload('later')]",
        decline: "return [await host.admin.load('declines'), await host.admin.load('declines')]",
      }),
      later: { members: "reload() {}" },
      declines: { load: "return LoadResult.DECLINE" },
    },
  });
  await ask(host, "listen");
  assertEquals(await ask(host, "find"), [{ known: true, loaded: false }, { known: false, loaded: false }]);
  assertEquals(await ask(host, "load"), true);
  assertEquals(await ask(host, "reload"), "success");
  await ask(host, "all");
  assertEquals(await ask(host, "refresh"), true);
  assertEquals(await ask(host, "unload"), [true, false]);
  assertEquals(await ask(host, "decline"), [false, false]);
  assertEquals(await ask(host, "events"), [
    { type: "load", module: "later.so", status: "Success" },
    { type: "reload", module: "later", status: 0 },
    { type: "reload", module: "All", status: 0 },
    { type: "unload", module: "later" },
    { type: "load", module: "later", status: "Success" },
    { type: "unload", module: "later" },
    { type: "load", module: "declines", status: "Decline" },
    { type: "unload", module: "declines" },
    { type: "load", module: "declines", status: "Decline" },
  ]);
  await ask(host, "silence");
  assertEquals(await ask(host, "load"), true);
  assertEquals(await ask(host, "events"), []);
});

Deno.test("host.admin refreshes dependents too, and tells of a realm that ended", async () => {
  await using host = await startHost({
    policy: `${GRANTED}[realms]\nasker = dedicated\n`,
    modules: {
      asker: asker({
        listen: "await host.admin.onEvent((event) => events.push(event))",
        events: "return events.splice(0).map(({ type, module }) => `${type} ${module}`)",
        plain: "return await host.admin.refresh('base')",
        recursive: "return await host.admin.refresh('base', true)",
        taken: "return await host.admin.refresh('taken', true)",
      }),
      base: {},
      user: { manifest: "[uses]\nmodule = base\n" },
      top: { manifest: "[uses]\nmodule = user\nmodule = base\n" },
      taken: { load: "await host.user('a session', () => {})" },
      loops: {
        load: "host.command({ command: 'loop', summary: '', handler: () => { for (;;); } })",
        manifest: "[provides]\ncommand = loop\n",
      },
    },
    options: { callTimeout: 300, heartbeatInterval: 200, heartbeatTimeout: 500 },
  });
  await ask(host, "listen");
  assertEquals(await ask(host, "plain"), false);
  assertEquals(await ask(host, "recursive"), true);
  assertEquals(await ask(host, "events"), [
    ...["unload top", "unload user", "unload base", "load base", "load user", "load top"],
  ]);
  assertEquals(await ask(host, "taken"), false);
  await host.logged(/Module taken cannot be unloaded \(would still have use count 1\/1 after unloading dependents\)/);
  await host.logged(/Recursive soft unload failed, 'taken' has use count 1/);
  // A loop that nobody waits for ends with a heartbeat; a second call finds it out at once.
  await host.host.execute("loop");
  await host.logged(/Module 'loops' has failed/);
  assert((await ask(host, "events") as string[]).includes("failed loops"));
});

Deno.test("host.admin tells status, calls and configuration", async () => {
  await using host = await startHost({
    policy: GRANTED,
    configs: {
      "any.conf": "[base](!)\na = 1\n[one](base)\nb = 2\n[two]\nc = 3\n",
      "broken.conf": "[one\n",
    },
    modules: {
      asker: asker({
        status: "return await host.admin.status()",
        calls: "return await host.admin.calls()",
        run: "return [await host.admin.run('core show versio'), (await host.admin.run('core show uptime seconds')).ok]",
        config: "return await host.admin.readConfig('any.conf', 'TEMPLATES=include')",
        filtered: "return (await host.admin.readConfig('any.conf', 'b=^2$')).sections.map(({ name }) => name)",
        slow: "return (await host.admin.readConfig('any.conf', `a=${'(a|aa)*'.repeat(200)}b`))",
        faults: "return [await host.admin.readConfig('../any.conf'), await host.admin.readConfig('no.conf'), " +
          "await host.admin.readConfig('broken.conf')].map(({ fault }) => fault)",
        event: "await host.managerEvent('Known', 'user', [['A', 'b']]); return 'sent'",
        unknown: "await host.managerEvent('Unknown', 'user', [])",
        broken: "await host.managerEvent('Known', 'user', [['A', 'b\\r\\nEvent: Forged']])",
      }),
      waits: {
        load: "host.application('Linger', () => new Promise((done) => { globalThis.done = done; })); " +
          "host.command({ command: 'finish', summary: '', handler: () => { globalThis.done(0); return ''; } })",
        manifest: "[provides]\napplication = Linger\ncommand = finish\n",
      },
    },
  });
  const waiting = host.host.execute("dialplan exec application Linger(5)");
  let calls = await ask(host, "calls") as Record<string, unknown>[];
  while (calls.length === 0) calls = await ask(host, "calls") as Record<string, unknown>[];
  assertEquals(
    [calls[0]?.name, calls[0]?.application, calls[0]?.data, calls[0]?.context],
    ["Console/1", "Linger", "5", "default"],
  );
  await host.run("finish");
  await waiting;
  assertEquals(await ask(host, "calls"), []);
  const status = await ask(host, "status") as Record<string, unknown>;
  assertEquals([status.booted, status.processedCalls], [true, 1]);
  const [failed, succeeded] = await ask(host, "run") as [{ output: string; ok: boolean }, boolean];
  assertEquals([failed.ok, succeeded], [false, true]);
  assertMatch(failed.output, /^No such command 'core show versio'/);
  assertEquals(await ask(host, "config"), {
    sections: [
      { name: "base", template: true, inherits: [], entries: [{ key: "a", value: "1" }] },
      {
        name: "one",
        template: false,
        inherits: ["base"],
        entries: [{ key: "a", value: "1" }, { key: "b", value: "2" }],
      },
      { name: "two", template: false, inherits: [], entries: [{ key: "c", value: "3" }] },
    ],
  });
  assertEquals(await ask(host, "filtered"), ["one"]);
  assertEquals(await ask(host, "slow"), { sections: [] });
  assertEquals(await ask(host, "faults"), ["missing", "missing", "invalid"]);
  assertEquals(await ask(host, "event"), "sent");
  assertStringIncludes(String(await ask(host, "unknown")), "the manifest does not provide it");
  assertStringIncludes(String(await ask(host, "broken")), "nor a line end may be in it");
});

Deno.test("host.admin refuses whatever was not granted", async () => {
  const questions = {
    modules: "host.admin.findModule('asker')",
    loader: "host.admin.load('asker')",
    status: "host.admin.calls()",
    events: "host.admin.onEvent(() => {})",
    config: "host.admin.readConfig('modules.conf')",
    manager: "host.admin.runManagerAction('Ping', { user: '', headers: [] })",
    command: "host.admin.run('core show version')",
  };
  const bodies = Object.fromEntries(Object.entries(questions).map(([name, call]) => [name, `await ${call}`]));
  await using host = await startHost({ modules: { asker: asker(bodies, []) } });
  for (const capability of Object.keys(questions)) {
    assertStringIncludes(String(await ask(host, capability)), `Not granted: host capability "${capability}"; it needs`);
    await host.logged(new RegExp(`Not granted: host capability "${capability}"`));
  }
});

Deno.test("manager actions go with the module that registered them", async () => {
  const action = (name: string, handler: string) =>
    `host.managerAction({ action: "${name}", synopsis: "Does ${name}", privilege: "reporting", handler: ${handler} });`;
  await using host = await startHost({
    policy: `[provides]\ntype = manager\nCount = provider\n${GRANTED}`,
    modules: {
      asker: asker({
        list: "return await host.admin.managerActions()",
        run:
          "return await host.admin.runManagerAction('count', { user: 'ann', headers: [['Action', 'count'], ['X', 'y']] })",
        bad: "return await host.admin.runManagerAction('Bad', { user: 'ann', headers: [] })",
        throws: "return await host.admin.runManagerAction('Throws', { user: 'ann', headers: [] })",
        nobody: "return await host.admin.runManagerAction('Nobody', { user: 'ann', headers: [] })",
      }),
      provider: {
        load: action(
          "Count",
          "({ action, user, get }) => ({ message: 'counted', headers: [['Of', `${user} ${action} ${get('x')}`]] })",
        ) +
          action("Bad", "() => ({ message: 'one\\r\\nResponse: Forged' })") +
          action("Throws", "() => { throw new Error('out of order'); }"),
        manifest: "[provides]\nmanager = Count\nmanager = Bad\nmanager = Throws\n",
      },
      thief: { load: action("Count", "() => ({})"), manifest: "[provides]\nmanager = count\n" },
      liar: { load: action("Other", "() => ({})") },
    },
  });
  await host.logged(/'thief' provides less than its manifest says: manager=count belongs to 'provider'; /);
  await host.logged(/Load of module 'liar' failed: .*\[provides\] needs manager = Other/);
  const listed = await ask(host, "list") as Record<string, string>[];
  assertEquals(listed.map(({ action, module }) => `${module} ${action}`), [
    ...["provider Bad", "provider Count", "provider Throws"],
  ]);
  assertEquals(await ask(host, "run"), {
    response: "Success",
    message: "counted",
    headers: [["Of", "ann count y"]],
    events: [],
  });
  assertStringIncludes(String(await ask(host, "bad")), "line end");
  assertStringIncludes(String(await ask(host, "throws")), "out of order");
  assertEquals(await host.run("module unload provider"), "Unloaded provider");
  assertEquals(await ask(host, "list"), []);
  assertStringIncludes(String(await ask(host, "nobody")), "nobody has it");
});

Deno.test("a command that stands for another needs host=command, and host.admin.run refuses by what runs", async () => {
  const load = `await host.command({ command: "short", summary: "", standsFor: "core show" })
    .catch((error) => host.log.notice("NOT " + error.message));`;
  const provides = "[provides]\ncommand = short\n";
  await using host = await startHost({
    policy: GRANTED,
    modules: { weak: { load, manifest: provides } },
  });
  assertStringIncludes(host.messages("notice").join("\n"), 'NOT Not granted: host capability "command"');
  await using strong = await startHost({
    policy: GRANTED,
    modules: {
      strong: { load, manifest: `${provides}[permissions]\nhost = command` },
      asker: asker({
        free: "return await host.admin.run('short version')",
        alias: "return await host.admin.run('short version', ['module load', 'Core  show'.replace('  ', ' ')])",
        typed: "return await host.admin.run('core show uptime', ['core show'])",
        other: "return await host.admin.run('core show version', ['core sho', 'core show versio'])",
      }),
    },
  });
  const { ok, refused, output } = await ask(strong, "free") as Record<string, unknown>;
  assertEquals([ok, refused], [true, false]);
  assertMatch(String(output), /^Asterism /);
  for (const question of ["alias", "typed"]) {
    const answer = await ask(strong, question) as Record<string, unknown>;
    assertEquals([answer.ok, answer.refused], [false, true], question);
    assertMatch(String(answer.output), /^You don't have permissions to run 'core show/);
  }
  assertEquals((await ask(strong, "other") as Record<string, unknown>).ok, true);
});

Deno.test("no module sends events of the core, nor messages that pass for others", async () => {
  const events = ["FullyBooted", "successfulauth", "Reload", "Shutdown", "FailedACL", "Hangup", "Fully Booted", "Own"];
  await using host = await startHost({
    policy: GRANTED,
    modules: {
      listening: {
        load:
          `await host.admin.onEvent((event) => event.type === "manager" && host.log.notice("SENT " + event.event));`,
        manifest: "[permissions]\nhost = events",
      },
      evil: {
        load: `host.command({ command: "forge", summary: "", handler: async () => {
          const said = [];
          const send = (event, headers) => host.managerEvent(event, "security", headers).then(() => said.push("sent " + event),
            (error) => said.push(error.message));
          for (const event of ${JSON.stringify(events)}) await send(event, []);
          await send("Own", [["EVENT", "SuccessfulAuth"]]);
          await send("Own", [["event ", "SuccessfulAuth"]]);
          await send("Own", [["Response", "Success"]]);
          await send("Own", [["module ", "manager"]]);
          return JSON.stringify(said);
        } });`,
        manifest: `[provides]\ncommand = forge\nmanagerevent = *\n`,
      },
    },
  });
  const said = JSON.parse(await host.run("forge")) as string[];
  assertEquals(said.slice(0, 7).filter((line) => line.startsWith("sent")), []);
  assertMatch(said[0]!, /^Cannot send event "FullyBooted": events of that name are the core's/);
  assertMatch(said[6]!, /expected a name of letters/);
  assertEquals(said[7], "sent Own");
  for (const line of said.slice(8, -1)) assertMatch(line, /^Cannot send header ".*": a message says once what it is/);
  assertEquals(said.at(-1), 'Cannot send header "Module": the host says whose event it is');
  await host.logged(/SENT Own/);
  assertEquals(host.messages("notice").filter((line) => line.includes("SENT")), ["listening: SENT Own"]);
  assertStringIncludes(host.messages("warning").join("\n"), 'evil: Cannot send event "FullyBooted"');
});
