/** Sessions of the manager interface with the compiled program: login, limits, actions, events, console. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { challengeKey } from "../../modules/_manager_login.ts";
import { assertAnswer, type Client, LAB, type Managed, startManager } from "./_manager.ts";

/** What a command prints, through a client who may run commands. */
async function command(client: Client, line: string): Promise<string> {
  const answer = await client.ask(`Action: Command\nCommand: ${line}`);
  const [head = "", ...output] = answer.trimEnd().split(/^Output: /m);
  assertStringIncludes(head, "Message: Command output follows");
  return output.join("");
}

Deno.test("manager logs in with a challenge, and once", async () => {
  await using managed = await startManager();
  const client = await managed.connect();
  assertStringIncludes(await client.ask("Action: Challenge\nAuthType: SHA1"), "Message: Must specify AuthType");
  const answer = await client.ask("Action: Challenge\nAuthType: MD5\nActionID: 7");
  assertMatch(answer, /Response: Success\nActionID: 7\nChallenge: \d+\n\n/);
  const key = challengeKey(/Challenge: (\d+)/.exec(answer)?.[1] ?? "", "lab");
  const login = `Action: Login\nAuthType: md5\nUsername: LAB\nKey: ${key.toUpperCase()}\nEvents: off\n`;
  assertAnswer(await client.ask(login), "Response: Success\nMessage: Authentication accepted");
  assertAnswer(await client.ask(login), "Response: Success\nMessage: Already authenticated");
});

Deno.test("manager delays and logs wrong secrets, and says nothing else of them", async () => {
  await using managed = await startManager({
    users:
      `${LAB}[watch]\nsecret = watch\nread = security\n[far]\nsecret = far\ndeny = 0.0.0.0/0\npermit = 10.0.0.0/8\n` +
      "[open]\nread = all\n[once]\nsecret = once\nallowmultiplelogin = no\n",
  });
  await managed.session.waitFor(/WARNING\[\d+\]: manager: .*user "open" has no secret and cannot log in\n/, "stderr");
  const watch = await managed.login("watch");
  const attempts = [
    ["Username: lab\nSecret: wrong", "failed to authenticate as 'lab'", "InvalidPassword"],
    ["Username: lab", "failed to authenticate as 'lab'", "InvalidPassword"],
    ["Username: nobody\nSecret: lab", "tried to authenticate with nonexistent user 'nobody'", "InvalidAccountID"],
    ["Username: open\nSecret:", "failed to authenticate as 'open'", "InvalidPassword"],
    ["Username: far\nSecret: far", "failed to pass IP ACL as 'far'", "FailedACL"],
    ["Username: lab\nAuthType: MD5\nKey: 00", "failed to authenticate as 'lab'", "ChallengeResponseFailed"],
  ] as const;
  const began = performance.now();
  await Promise.all(attempts.map(async ([headers]) => {
    const client = await managed.connect();
    await client.send(`Action: Login\nActionID: x\n${headers}\n\nAction: Ping\n\n`);
    const answer = await client.end();
    assertEquals(
      answer.split("\n").slice(1).join("\n").trimEnd(),
      "Response: Error\nActionID: x\nMessage: Authentication failed",
    );
  }));
  const elapsed = performance.now() - began;
  assert(elapsed >= 1000, `answered after ${elapsed} ms`);
  const events = await watch.ask("Action: Ping");
  for (const [, logged, event] of attempts) {
    assertMatch(
      managed.session.written.stdout,
      new RegExp(`NOTICE\\[\\d+\\]: manager: 127\\.0\\.0\\.1 ${logged.replace(/[()]/g, ".")}\n`),
    );
    assertStringIncludes(events, `Event: ${event}\nPrivilege: security,all\nEventTV: `);
  }
  assertNotMatch(managed.session.written.stdout, /wrong/);
  const first = await managed.connect();
  await first.ask("Action: Login\nUsername: once\nSecret: once");
  const second = await managed.connect();
  await second.send("Action: Login\nUsername: once\nSecret: once\n\n");
  assertStringIncludes(await second.end(), "Response: Error\nMessage: Login Already In Use\n");
});

Deno.test("manager refuses what a user may not, and what is no message", async () => {
  await using managed = await startManager({
    users: `${LAB}[low]\nsecret = low\nread = reporting\nwrite = reporting\n`,
  });
  const stranger = await managed.connect();
  await stranger.until(/\r\n/);
  assertAnswer(await stranger.ask("Action: ListCommands"), "Response: Error\nMessage: Permission denied");
  const low = await managed.login("low");
  assertAnswer(
    await low.ask("Action: ModuleLoad\nActionID: 1"),
    "Response: Error\nActionID: 1\nMessage: Permission denied",
  );
  assertMatch(
    await low.ask("Action: CoreStatus"),
    /^Response: Success\nCoreStartupDate: \d{4}-\d\d-\d\d\nCoreStartupTime: /,
  );
  const listed = await low.ask("Action: ListCommands");
  assertStringIncludes(listed, "\nCoreStatus: Show PBX core status variables.  (Priv: system,reporting,all)\n");
  assertNotMatch(listed, /^ModuleLoad:/m);
  assertAnswer(
    await low.ask("ActionID: 2\nAct: x"),
    "Response: Error\nActionID: 2\nMessage: Missing action in request",
  );
  assertAnswer(
    await low.ask("Action: Nonsense"),
    "Response: Error\nMessage: Invalid/unknown command: Nonsense. Use Action: ListCommands to show available commands.",
  );
  assertAnswer(
    await low.ask(`Action: Ping\nActionID: 3\nX: ${"y".repeat(2000)}`),
    "Response: Error\nActionID: 3\nMessage: Failed to parse message: line too long",
  );
  assertAnswer(
    await low.ask(`Action: Ping\n${"X: y\n".repeat(200)}`),
    "Response: Error\nMessage: Too many lines in message or allocation failure",
  );
  assertAnswer(await low.ask("Action: Events\nEventMask: nonsense"), "Response: Error\nMessage: Invalid event mask");
  assertAnswer(await low.ask("Action: Events\nEventMask: off"), "Response: Success\nEvents: Off");
  assertAnswer(await low.ask("Action: Events\nEventMask: call,system"), "Response: Success\nEvents: On");
});

Deno.test("manager tells settings, channels and configuration", async () => {
  await using managed = await startManager({
    load: "load = waits",
    modules: {
      waits: `load(host) {
        host.application("Linger", () => new Promise((done) => globalThis.done = () => done(0)));
        host.command({ command: "finish", summary: "", handler: () => { globalThis.done(); return ""; } });
        return LoadResult.SUCCESS;
      }`,
    },
    manifest: { waits: "[provides]\napplication = Linger\ncommand = finish\n" },
    files: { "any.conf": '[base](!)\na => 1\n[one](base)\nb = "2"\n[two]\nc = 3\n', "broken.conf": "[one\n" },
  });
  const other = await managed.login();
  const client = await managed.login();
  assertMatch(
    await client.ask("Action: CoreSettings"),
    /^Response: Success\nAMIversion: 12\.0\.0\nAsteriskVersion: Asterism /,
  );
  await other.send("Action: Command\nCommand: dialplan exec application Linger(5)\n\n");
  let channels = "";
  while (!channels.includes("ListItems: 1")) channels = await client.ask("Action: CoreShowChannels\nActionID: c");
  assertMatch(
    channels,
    /^Response: Success\nActionID: c\nEventList: start\nMessage: Channels will follow\n\nEvent: CoreShowChannel\nActionID: c\nChannel: Console\/1\n(?:.+\n)*Application: Linger\nApplicationData: 5\nDuration: 00:00:\d\d\n(?:.+\n)*\nEvent: CoreShowChannelsComplete\nActionID: c\nEventList: Complete\nListItems: 1\n/,
  );
  await command(client, "finish");
  await other.until(/Return Value: Success/);
  assertMatch(await client.ask("Action: CoreStatus"), /CoreCurrentCalls: 0\nCoreProcessedCalls: 1\n/);
  const config = (more: string) => client.ask(`Action: GetConfig\nFilename: any.conf\n${more}`);
  assertAnswer(
    await config("Filter: TEMPLATES=include"),
    "Response: Success\nCategory-000000: base\nIsTemplate-000000: 1\nLine-000000-000000: a=1\n" +
      'Category-000001: one\nTemplates-000001: base\nLine-000001-000000: a=1\nLine-000001-000001: b="2"\n' +
      "Category-000002: two\nLine-000002-000000: c=3",
  );
  assertAnswer(await config("Filter: c=^3$"), "Response: Success\nCategory-000000: two\nLine-000000-000000: c=3");
  assertAnswer(await config("Category: TWO"), "Response: Success\nCategory-000000: two\nLine-000000-000000: c=3");
  assertAnswer(await config("Category: three"), "Response: Success\nNo categories found");
  const json = await client.ask("Action: GetConfigJSON\nFilename: any.conf");
  assertEquals(JSON.parse(/^JSON: (.*)$/m.exec(json)?.[1] ?? ""), {
    one: { templates: "base", a: "1", b: '"2"' },
    two: { c: "3" },
  });
  for (const file of ["../any.conf", "no.conf", "/etc/passwd"]) {
    assertAnswer(
      await client.ask(`Action: GetConfig\nFilename: ${file}`),
      "Response: Error\nMessage: Config file not found",
    );
  }
  assertStringIncludes(await client.ask("Action: GetConfig\nFilename: broken.conf"), "Config file has invalid format");
  assertStringIncludes(await client.ask("Action: GetConfig"), "Message: Filename not specified");
});

Deno.test("manager waits for events, sends those that are wanted, and those of other modules", async () => {
  await using managed = await startManager({
    general: "timestampevents = yes\ndisabledevents = Unload",
    load: "load = talks",
    modules: {
      later: "load: () => LoadResult.SUCCESS",
      talks: `load(host) {
        host.managerAction({ action: "Talk", synopsis: "Talks.", description: "At length.", privilege: "agent",
          handler: async ({ get, user }) => {
            await host.managerEvent("Talked", "agent", [["About", get("about")]]);
            return { message: "talked with " + user, headers: [["Loud", "yes"]], events: [[["Event", "Word"], ["Of", "1"]]] };
          } });
        host.managerAction({ action: "Hang", synopsis: "Hangs.", handler: () => { throw new Error("no answer"); } });
        return LoadResult.SUCCESS;
      }`,
    },
    manifest: { talks: "[provides]\nmanager = Talk\nmanager = Hang\nmanagerevent = Talked\n" },
    users: `${LAB}[agent]\nsecret = agent\nread = agent\nwrite = agent\n`,
  });
  const [agent, lab] = [await managed.login("agent"), await managed.login()];
  await agent.send("Action: WaitEvent\nActionID: w\nTimeout: -1\n\n");
  const talked = await lab.ask("Action: talk\nActionID: t\nAbout: weather");
  assertMatch(
    talked,
    /^Response: Success\nActionID: t\nMessage: talked with lab\nLoud: yes\n\nEvent: Word\nActionID: t\nOf: 1\n\nEvent: Talked\nPrivilege: agent,all\nTimestamp: \d+\.\d{6}\nModule: talks\nAbout: weather\n/,
  );
  const waited = (await agent.until(/Event: WaitEventComplete\r\nActionID: w\r\n\r\n/)).replaceAll("\r\n", "\n");
  assertMatch(waited, /Response: Success\nActionID: w\nMessage: Waiting for Event completed\.\n\nEvent: Talked\n/);
  assertMatch(await agent.ask("Action: WaitEvent\nTimeout: 0"), /^Response: Success\n.*\n\nEvent: WaitEventComplete\n/);
  // A message ends the wait: the marker that `ask` sends.
  assertMatch(await agent.ask("Action: WaitEvent"), /WaitEventComplete/);
  assertAnswer(
    await lab.ask("Action: Hang"),
    "Response: Error\nMessage: Action failed: Error: no answer (talks.js:8:89)",
  );
  const load = await lab.ask("Action: ModuleLoad\nModule: later.so\nLoadType: load");
  assertMatch(load, /Event: Load\nPrivilege: system,all\nTimestamp: .*\nModule: later.so\nStatus: Success\n/);
  assertNotMatch(await lab.ask("Action: ModuleLoad\nModule: later.so\nLoadType: unload"), /Event: /);
  assertStringIncludes(await lab.ask("Action: ListCommands"), "\nTalk: Talks. (Priv: agent,all)\n");
  assertStringIncludes(await command(lab, "manager show command Talk"), "[Privilege]\nagent,all");
  await lab.ask("Action: ModuleLoad\nModule: talks\nLoadType: unload");
  assertStringIncludes(await lab.ask("Action: Talk"), "Invalid/unknown command: Talk.");
});

Deno.test("manager keeps to its limits", async () => {
  await using managed = await startManager({
    general: "authlimit = 2\nmaxsessions = 4\nauthtimeout = 1\nidletimeout = 1",
  });
  const lab = await managed.login();
  const strangers = [await managed.connect(), await managed.connect()];
  await Promise.all(strangers.map((stranger) => stranger.until(/\r\n/)));
  assertEquals(await (await managed.connect()).end(), "");
  await managed.session.waitFor(/manager connection rejected, unauthenticated sessions = 2\n/, "stderr");
  await Promise.all(strangers.map((stranger) => stranger.end()));
  await lab.end();
  await managed.session.waitFor(
    /(?=[^]*Client from 127\.0\.0\.1, failed to authenticate in 1 seconds\n)(?=[^]*Client from 127\.0\.0\.1 was idle for 1 seconds\n)/,
  );
  const four = [await managed.login(), await managed.login(), await managed.login(), await managed.login()];
  assertEquals(await (await managed.connect()).end(), "");
  await managed.session.waitFor(/manager connection rejected, sessions = 4\n/, "stderr");
  for (const one of four) one.close();
});

Deno.test("manager cuts a client off that does not read, and others notice nothing", async () => {
  await using managed = await startManager({ general: "writetimeout = 300" });
  const [slow, lab] = [await managed.login(), await managed.login()];
  const asking = slow.sendBytes(new TextEncoder().encode("Action: ListCommands\r\n\r\n".repeat(20_000))).catch(
    () => {},
  );
  await managed.session.waitFor(/127\.0\.0\.1 does not read what it is sent: disconnected\n/, "stderr");
  assertMatch(await lab.ask("Action: CoreStatus"), /^Response: Success\n/);
  // Its session is over although the write to it is not.
  assertMatch(await command(lab, "manager show connected"), /^1 users connected\.$/m);
  slow.close();
  await asking;
});

/** Changes manager.conf and has it read. */
async function rewrite(managed: Managed, client: Client, text: string): Promise<string> {
  await Deno.writeTextFile(`${managed.directory}/manager.conf`, text);
  return await client.ask("Action: Reload\nModule: manager");
}

Deno.test("manager reloads its users, is kept by sessions, and shows itself on the console", async () => {
  await using managed = await startManager({ users: `${LAB}[gone]\nsecret = gone\nread = system,call\n` });
  const [lab, gone] = [await managed.login(), await managed.login("gone")];
  assertEquals(
    await command(lab, "manager show users"),
    "\n\nusername\n--------\ngone\nlab\n-------------------\n2 manager users configured.".slice(1),
  );
  assertStringIncludes(await command(lab, "manager show user gone"), "read perm: system,call\n");
  assertStringIncludes(await command(lab, "manager show user nobody"), "There is no manager called nobody");
  assertMatch(
    await command(lab, "manager show connected"),
    /^ {2}gone +127\.0\.0\.1 +\d+ +\d+ +-1 +0 +0000000003 {2}0000000000/m,
  );
  assertStringIncludes(
    await command(lab, "manager show settings"),
    `TCP Bindaddress:           127.0.0.1:${managed.port}\n`,
  );
  const commands = await command(lab, "manager show commands");
  assertStringIncludes(
    commands,
    "  Action            Synopsis\n  ------            --------\n  Challenge         Generate Challenge for MD5 Auth. ",
  );
  assertStringIncludes(await command(lab, "manager show command ping nothing"), "No action named 'nothing' found.");
  const kept = `[general]\nenabled = yes\nport = 0\n${LAB}`;
  assertStringIncludes(await rewrite(managed, lab, "[general]\nport = x\n"), "An unknown error occurred");
  await managed.session.waitFor(/manager\.conf:2: "x" is no value of port: expected a port/, "stderr");
  assertMatch(await gone.ask("Action: Ping"), /Pong/);
  assertStringIncludes(await rewrite(managed, lab, kept), "Message: Module Reloaded");
  await gone.end();
  assertStringIncludes(
    await lab.ask("Action: ModuleLoad\nModule: manager\nLoadType: unload"),
    "Could not unload module.",
  );
  await managed.session.waitFor(/Module 'manager' stops when its last user goes: manager lab@127\.0\.0\.1\n/);
  for (const line of ["module unload manager", "mod unl manager", '"module" unload manager', "module load x"]) {
    assertAnswer(
      await lab.ask(`Action: Command\nCommand: ${line}`),
      "Response: Error\nMessage: Command blacklisted",
    );
  }
  assertMatch(
    await lab.ask("Action: Command\nCommand: no such"),
    /^Response: Error\nMessage: Command output follows\nOutput: No such command 'no such'/,
  );
  assertAnswer(await lab.ask("Action: Command"), "Response: Error\nMessage: No command provided");
  await lab.send("Action: Command\nCommand: core stop gracefully\n\n");
  await lab.end();
  assertEquals(await managed.session.ended(), 0);
});

Deno.test("manager says what to grant when it may not listen", async () => {
  await using managed = await startManager({ load: "load = func_uri" });
  const lab = await managed.login();
  const answer = await rewrite(managed, lab, `[general]\nenabled = yes\nbindaddr = 127.0.0.2\nport = 1\n${LAB}`);
  assertStringIncludes(answer, "An unknown error occurred");
  await managed.session.waitFor(
    /Cannot listen on 127\.0\.0\.2:1 \(.*manager\.conf:4\): not granted; write "manager = net=127\.0\.0\.2:1"/,
    "stderr",
  );
  assertMatch(await lab.ask("Action: Ping"), /Pong/);
  assertMatch(await (await managed.login()).ask("Action: Ping"), /Pong/);
});

Deno.test("manager lets nobody in whom acl.conf or a line that it cannot do may keep out, and filters events", async () => {
  const user = (name: string, lines: string) => `[${name}]\nsecret = ${name}\nread = all\nwrite = all\n${lines}\n`;
  await using managed = await startManager({
    load: "load = later",
    modules: { later: "load: () => LoadResult.SUCCESS" },
    users: LAB + user("viaacl", "acl = officeonly") + user("listed", "acl = here") + user("away", "acl = there") +
      user("odd", "alow = 10.0.0.1") + user("quiet", "eventfilter = !Event: Load"),
    files: {
      "acl.conf": "[here]\ndeny = 0.0.0.0/0\npermit = 127.0.0.1\n[there]\ndeny = 0.0.0.0/0\npermit = 10.0.0.1\n",
    },
  });
  const { session } = managed;
  await session.waitFor(/manager\.conf:\d+: Invalid keyword <alow>: .*; user "odd" cannot log in\n/, "stderr");
  for (
    const [name, logged] of [
      [
        "viaacl",
        /127\.0\.0\.1 failed to pass IP ACL as 'viaacl': .*manager\.conf:\d+: acl\.conf has no section \[officeonly\]/,
      ],
      ["away", /failed to pass IP ACL as 'away': the ACL "there" does not let it pass/],
      ["odd", /may not log in as 'odd': .*Invalid keyword <alow>/],
    ] as const
  ) {
    const client = await managed.connect();
    await client.send(`Action: Login\nUsername: ${name}\nSecret: ${name}\n\n`);
    assertStringIncludes(await client.end(), "Response: Error\nMessage: Authentication failed");
    await session.waitFor(logged);
  }
  const [lab, quiet, listed] = [await managed.login(), await managed.login("quiet"), await managed.login("listed")];
  assertStringIncludes(await command(lab, "manager show user listed"), "ACL: yes");
  await lab.ask("Action: Reload\nModule: later");
  const events = await lab.ask("Action: ModuleLoad\nModule: later\nLoadType: refresh");
  assertStringIncludes(events, "Event: Load\n");
  const seen = await quiet.ask("Action: CoreStatus");
  assertStringIncludes(seen, "Event: Unload\n");
  assertNotMatch(seen, /Event: Load\n/);
  // Whoever could not log in any more is logged off; secrets are shown to nobody.
  assertStringIncludes(
    await lab.ask("Action: GetConfig\nFilename: manager.conf\nCategory: quiet"),
    "secret=********\n",
  );
  assertStringIncludes(await lab.ask("Action: GetConfig\nFilename: manager.conf\nFilter: secret=lab"), "Success\n\n");
  await Deno.writeTextFile(`${managed.directory}/acl.conf`, "[here]\ndeny = 127.0.0.1\n");
  assertStringIncludes(await lab.ask("Action: Reload\nModule: manager"), "Module Reloaded");
  await listed.end();
  assertMatch(await quiet.ask("Action: Ping"), /Pong/);
});

Deno.test("manager runs no alias of a command that clients may not run, and passes no forged event of an action", async () => {
  await using managed = await startManager({
    load: "load = res_clialiases\nload = forger",
    permissions: "res_clialiases = host=command,provide:command\n",
    modules: {
      forger: `load(host) {
        const reply = (action, events, headers = []) => host.managerAction({ action, synopsis: action, handler: () => ({ events, headers }) });
        reply("Booted", [[["Event", "FullyBooted"], ["Status", "forged"]]]);
        reply("Auth", [[["Event", "Own"], ["Event", "SuccessfulAuth"]]]);
        reply("Twice", [], [["Response", "Success"]]);
        reply("Fine", [[["Event", "Own"], ["A", "b"]]]);
        return LoadResult.SUCCESS;
      }`,
    },
    manifest: { forger: "[provides]\nmanager = Booted\nmanager = Auth\nmanager = Twice\nmanager = Fine\n" },
    files: {
      "cli_aliases.conf":
        "[general]\ntemplate = t\n[t]\nml = module load\nmu = module unload\nvers = core show version\n",
    },
  });
  const lab = await managed.login();
  assertMatch(await command(lab, "vers"), /^Asterism /);
  for (const line of ["ml forger", "mu forger", 'MU "forger"', "module unload forger"]) {
    assertAnswer(await lab.ask(`Action: Command\nCommand: ${line}`), "Response: Error\nMessage: Command blacklisted");
  }
  for (const action of ["Booted", "Auth", "Twice"]) {
    const answer = await lab.ask(`Action: ${action}`);
    assertMatch(answer, /^Response: Error\nMessage: Action failed: /);
    assertNotMatch(answer, /^(?:Event|Status): /m);
  }
  assertMatch(await lab.ask("Action: Fine"), /^Response: Success\n\nEvent: Own\nA: b\n/);
});
