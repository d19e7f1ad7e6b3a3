/** Remote consoles with the compiled program on both ends, and with a recorded Asterisk on the other. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RawClient } from "../remote/_server.ts";
import { asNobody, launch, runToEnd } from "../support/program.ts";
import { SCRIPT, Session } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const ignore = SCRIPT === undefined;
const WHY = ignore ? " (skipped: there is no script(1) for a pseudo-terminal)" : "";

function stageOf(files: Record<string, string> = {}) {
  const conf = { "asterism.conf": ASTERISM_CONF, "modules.conf": "[modules]\nload = plugin\n", ...files };
  return stage({ files: conf, harmless: ["plugin"] });
}

/** Starts a server on pipes and waits until it is ready. */
async function serve(cwd: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Session> {
  const program = launch("binary", cwd);
  const session = Session.start({ ...program, args: ["-C", "asterism.conf", ...args] }, { cwd, env });
  await session.waitFor(/Asterism Ready\.\n/);
  return session;
}

/** Runs a client to its end. */
async function client(cwd: string, ...args: string[]) {
  return await runToEnd({ ...launch("binary", cwd), args }, { cwd, deadlineMs: 20_000 });
}

/** Runs a command in the server; the client ends with that status and says nothing else. */
async function rx(cwd: string, command: string, status = 0): Promise<string> {
  const { code, stdout, stderr } = await client(cwd, "-C", "asterism.conf", "-rx", command);
  assertEquals([code, stderr], [status, ""], stdout);
  return stdout;
}

Deno.test("asterism -rx runs commands in the one that runs, and there can be only one", async () => {
  await using staged = await stageOf({
    "logger.conf": "[logfiles]\nconsole => error\nfull => *\nlines.json => [json]notice\n",
    "cli.conf": "[startup_commands]\ncore show version = fully-booted\nmodule show like plug = pre-module\n",
  });
  const cwd = staged.directory;
  await using server = await serve(cwd, ["-vvv"]);
  assertStringIncludes(server.written.stdout, "0 modules loaded\nAsterism Dynamic Loader Starting:\n");
  assertMatch(server.written.stdout, /Asterism \d+\.\d+\.\d+ built with [^\n]+\nAsterism Ready\.\n/);
  assertMatch(await rx(cwd, "module show"), /^Module .*\nplugin .*\n1 modules loaded\n$/);
  assertEquals(
    await rx(cwd, "nonsense", 1),
    "No such command 'nonsense' (type 'core show help nonsense' for other possible commands)\n",
  );
  assertEquals(await rx(cwd, "core set verbose 5"), "Console verbose was OFF and is now 5.\n");
  const batch = await client(cwd, "-C", "asterism.conf", "-x", "core ping", "-x", "core waitfullybooted");
  assertEquals([batch.code, batch.stdout], [0, "Pong\nAsterism has fully booted.\n"]);
  const second = await client(cwd, "-C", "asterism.conf");
  assertEquals([second.code, second.stdout, second.stderr], [
    1,
    "",
    `Asterism already running on ${cwd}/asterism.ctl.  Use 'asterism -r -C asterism.conf' to connect.\n`,
  ]);
  const long = await client(cwd, "-s", "asterism.ctl", "-x", `module load ${"x".repeat(500)}`);
  assertEquals([long.code, long.stderr], [1, "The command has 512 bytes: the control socket takes 496 at most\n"]);
  const nobody = await client(cwd, "-s", "/nonexistent", "-rx", "core ping");
  assertEquals([nobody.code, nobody.stderr], [1, "Unable to connect to remote asterism (does /nonexistent exist?)\n"]);
  assertEquals((Deno.statSync(`${cwd}/asterism.ctl`).mode ?? 0) & 0o777, 0o600);
  server.signal("SIGHUP");
  await server.waitFor(/Received HUP signal -- Reloading configs\n/);
  await rx(cwd, "logger rotate");
  assertMatch(
    Deno.readTextFileSync(`${cwd}/full.0`),
    /NOTICE\[\d+\] loader: 1 modules will be loaded\.\n[^]*VERBOSE\[\d+\] /,
  );
  assertStringIncludes(Deno.readTextFileSync(`${cwd}/lines.json.0`), '"level":"NOTICE"');
  const pipe = Session.start({ ...launch("binary", cwd), args: ["-C", "asterism.conf", "-rm"] }, { cwd });
  await using piped = pipe;
  await piped.write("core ping\n  \nmodule show like plugin\nquit\ncore ping\n");
  assertEquals(await piped.ended(), 0);
  assertMatch(
    piped.written.stdout,
    /Connected to Asterism .* \(pid = \d+\)\nlog and verbose output currently muted[^\n]*\nPong\nModule [^]*1 modules loaded\nAsterism cleanly ending \(0\)\.\n$/,
  );
  assertEquals(await rx(cwd, "core stop gracefully"), "");
  assertEquals(await server.ended(), 0);
  assert(![...Deno.readDirSync(cwd)].some(({ name }) => name === "asterism.ctl"), "the socket is left");
});

Deno.test("asterism replaces the socket of a dead one, and restarts in its own process", async () => {
  await using staged = await stageOf({ "asterism.conf": `${ASTERISM_CONF}[files]\nastctlpermissions = 0660\n` });
  const cwd = staged.directory;
  {
    await using killed = await serve(cwd);
    killed.signal("SIGKILL");
    await killed.ended();
  }
  assertEquals(Deno.lstatSync(`${cwd}/asterism.ctl`).isSocket, true);
  await using server = await serve(cwd, ["-v"]);
  assertEquals((Deno.statSync(`${cwd}/asterism.ctl`).mode ?? 0) & 0o777, 0o660);
  await rx(cwd, "module unload plugin");
  await rx(cwd, "core restart now");
  await server.waitFor(
    /Beginning asterism restart\.\.\.\.\n[^]*Asterism is now restarting\.\.\.\n[^]*Asterism Ready\.\n/,
  );
  // The status is that of the process started here, so it was never another.
  assertMatch(await rx(cwd, "module show"), /\nplugin /);
  await rx(cwd, "core stop now");
  assertEquals(await server.ended(), 0);
});

Deno.test("asterism asks cli_permissions.conf who may run what", async () => {
  const name = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"))
    .find((fields) => fields[2] === String(Deno.uid()))?.[0];
  assert(name !== undefined, "the user of the tests has no name");
  await using staged = await stageOf({
    "asterism.conf":
      `${ASTERISM_CONF}console_shell = yes\n[files]\nastctl = my.ctl\nastctlowner = ${name}\nastctlgroup = nobody there\n`,
    "cli_permissions.conf":
      `[general]\ndefault_perm = deny\n[${name}]\npermit = all\ndeny = core stop\ndeny = module (un)?load\n`,
  });
  const cwd = staged.directory;
  await using server = await serve(cwd);
  await server.waitFor(/asterism: Unable to find gid of group nobody there\n/, "stderr");
  assertEquals(Deno.statSync(`${cwd}/my.ctl`).uid, Deno.uid());
  assertMatch(await rx(cwd, "core show help !"), /^Usage: !<command>\n/);
  assertEquals(await rx(cwd, "core ping"), "Pong\n");
  assertEquals(await rx(cwd, "core stop now", 1), "You don't have permissions to run 'core stop now' command\n");
  assertEquals(
    await rx(cwd, "module unload plugin", 1),
    "You don't have permissions to run 'module unload plugin' command\n",
  );
  assertStringIncludes(
    await rx(cwd, "cli show permissions"),
    `user: ${name} [uid=${Deno.uid()}]\nPermissions:\n\tpermit -> all\n\tdeny -> core stop\n`,
  );
  await Deno.writeTextFile(`${cwd}/cli_permissions.conf`, "");
  await rx(cwd, "cli reload permissions");
  await rx(cwd, "core stop now");
  assertEquals(await server.ended(), 0);
});

/** Plays the other side: for each command that comes, what is to be answered; undefined closes. */
async function playAsterisk(path: string, answers: Readonly<Record<string, Uint8Array>>): Promise<string[]> {
  using listener = Deno.listen({ transport: "unix", path });
  const heard: string[] = [];
  const connection = await listener.accept();
  await connection.write(new TextEncoder().encode("vm.example.org/6401/23.5.0-rc1\n"));
  const buffer = new Uint8Array(4096);
  for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
    for (const command of new TextDecoder().decode(buffer.subarray(0, n)).split("\0").slice(0, -1)) {
      heard.push(command);
      await connection.write(answers[command] ?? new Uint8Array());
      if (!command.startsWith("cli quit after ")) continue;
      connection.close();
      return heard;
    }
  }
  connection.close();
  return heard;
}

const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

Deno.test("asterism -rx works against a recorded Asterisk", async () => {
  await using staged = await stageOf();
  const cwd = staged.directory;
  const table =
    "Module                         Description                              Use Count  Status      Support Level\n" +
    "t_req.so                       Test module t_req                        0          Running              core\n1 modules loaded\n";
  const playing = playAsterisk(`${cwd}/asterisk.ctl`, {
    "cli quit after module show like t_re": latin(`${table}\xfdnot for scripts\n\xc3\xa9toile\n`),
  });
  const { code, stdout, stderr } = await client(cwd, "-s", "asterisk.ctl", "-rx", "module show like t_re");
  assertEquals([code, stdout, stderr], [0, `${table}étoile\n`, ""]);
  assertEquals(await playing, ["cli quit after module show like t_re"]);
});

Deno.test({
  name: `asterism -r works against a recorded Asterisk${WHY}`,
  ignore,
  async fn() {
    await using staged = await stageOf();
    const cwd = staged.directory;
    const playing = playAsterisk(`${cwd}/asterisk.ctl`, {
      '_COMMAND MATCHESARRAY "module un" "un"': latin("unload unload _EOF_"),
      "module load t_p128b.so": latin("Loaded t_p128b.so\n\xfd[tm] t_p128b: load -> 0\n"),
    });
    const args = ["-s", "asterisk.ctl", "-rvvvn"];
    await using session = Session.onTerminal({ ...launch("binary", cwd), args }, { cwd });
    await session.waitFor(/Connected to Asterism 23\.5\.0-rc1 currently running on vm \(pid = 6401\)/);
    await session.waitFor(/vm\*CLI> /);
    await session.write("module un\t");
    await session.waitFor(/module unload /);
    await session.write("\x15module load t_p128b.so\r");
    await session.waitFor(/Loaded t_p128b\.so\r\n/);
    await session.waitFor(/ {2}== \[tm\] t_p128b: load -> 0\r\n/);
    await session.write("quit\r");
    await session.waitFor(/Asterism cleanly ending \(0\)\./);
    assertEquals(await session.ended(), 0);
    assertEquals(await playing, [
      "core set verbose atleast 3 silent",
      "logger mute silent",
      '_COMMAND MATCHESARRAY "module un" "un"',
      "module load t_p128b.so",
    ]);
    assertEquals(Deno.readTextFileSync(`${cwd}/.asterism_history`), "module load t_p128b.so\nquit\n");
  },
});

Deno.test({
  name: `asterism -r has a prompt, completes, shows the log above the line that is typed, and ends at Ctrl-C${WHY}`,
  ignore,
  async fn() {
    await using staged = await stageOf();
    const cwd = staged.directory;
    await using server = await serve(cwd);
    const program = { ...launch("binary", cwd), args: ["-C", "asterism.conf", "-rvvv"] };
    await using session = Session.onTerminal(program, { cwd, env: { ASTERISK_PROMPT: "%#%%test%d> " } });
    await session.waitFor(/>%test\d{4}-\d\d-\d\d> /);
    await session.write("core show ver\t");
    await session.waitFor(/core show version /);
    await session.write("\r");
    await session.waitFor(/Asterism \d+\.\d+\.\d+ built with/);
    await session.waitFor(/>%test\d{4}-\d\d-\d\d> /);
    await session.write("core show up");
    await session.waitFor(/core show up/);
    await rx(cwd, "module unload plugin");
    await session.waitFor(/Unloading plugin\r\n/);
    await session.waitFor(/core show up/);
    await session.write("time\r");
    await session.waitFor(/System uptime: \d+ second/);
    await session.write("!ls\r");
    await session.waitFor(/Shell commands are not available/);
    await session.write("half typed\x03");
    await session.waitFor(/Asterism cleanly ending \(0\)\./);
    assertEquals(await session.ended(), 0);
    assertEquals(Deno.readTextFileSync(`${cwd}/.asterism_history`), "core show version \ncore show uptime\n!ls\n");
    await using again = Session.onTerminal({ ...program, args: ["-C", "asterism.conf", "-R"] }, { cwd });
    await again.waitFor(/\*CLI> /);
    await again.write("\x1b[A\x1b[A");
    await again.waitFor(/core show uptime/);
    await again.write("\x15core restart now\r");
    await again.waitFor(/Disconnected from Asterism server/);
    await again.waitFor(/Reconnect succeeded after [\d.]+ seconds/);
    await again.waitFor(/Connected to Asterism/);
    await again.write("core stop now\r");
    await server.ended();
    await again.waitFor(/Disconnected from Asterism server/);
    await again.write("\x03");
  },
});

Deno.test("200 idle and 50 busy consoles leave a ping to be answered within a second", async () => {
  await using staged = await stageOf();
  const cwd = staged.directory;
  await using server = await serve(cwd);
  const clients = await Promise.all(Array.from({ length: 251 }, () => RawClient.connect(`${cwd}/asterism.ctl`)));
  try {
    await Promise.all(clients.map((one) => one.until("\n")));
    const [observer, ...others] = clients;
    assert(observer !== undefined);
    const busy = others.slice(0, 50);
    await Promise.all(busy.map((one) => one.send("core set verbose 4 silent\0logger mute silent\0")));
    let stop = false;
    const working = busy.map(async (one) => {
      let rounds = 0;
      for (; !stop; rounds++) {
        await one.send("module reload plugin\0module show\0core ping\0");
        await one.until("Pong\n");
      }
      return rounds;
    });
    const waits: number[] = [];
    while (waits.length < 20) {
      const began = performance.now();
      await observer.send("core ping\0");
      assertEquals(await observer.until("\n"), "Pong\n");
      waits.push(performance.now() - began);
    }
    stop = true;
    const rounds = await Promise.all(working);
    assert(rounds.every((count) => count > 0), "a busy console was never answered");
    // A median, for a machine that is busy with something else may be late once.
    const median = waits.sort((a, b) => a - b)[10] ?? Infinity;
    assert(median < 1_000, `half of the pings took more than ${median} ms`);
  } finally {
    await Promise.all(clients.map((one) => one[Symbol.asyncDispose]()));
  }
  await rx(cwd, "core stop now");
  assertEquals(await server.ended(), 0);
});

Deno.test({
  name: "asterism tells systemd that it is ready, reloads and stops",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using staged = await stageOf();
    const cwd = staged.directory;
    const listen = `const socket = Deno.listenDatagram({ transport: "unixpacket", path: "${cwd}/notify" });
      console.log("listening");
      for await (const [data] of socket) console.log(new TextDecoder().decode(data).split("\\n")[0]);`;
    const listener = Session.start(
      { command: Deno.execPath(), args: ["eval", "--unstable-net", listen], env: { HOME: cwd } },
      { cwd },
    );
    await using listening = listener;
    await listening.waitFor(/listening\n/);
    await using server = await serve(cwd, [], { NOTIFY_SOCKET: `${cwd}/notify` });
    await listening.waitFor(/READY=1\n/);
    server.signal("SIGHUP");
    await listening.waitFor(/RELOADING=1\nREADY=1\n/);
    await rx(cwd, "core stop now");
    await listening.waitFor(/STOPPING=1\n/);
    assertEquals(await server.ended(), 0);
  },
});

Deno.test("asterism -x and -rx tell scripts what became of their commands, alike whether one runs or not", async () => {
  await using staged = await stageOf();
  const cwd = staged.directory;
  const commands: [status: number, ...commands: string[]][] = [
    [0, "core ping"],
    [1, "module load nosuch"],
    [1, "nonsense"],
    [1, "module show like"],
    [1, "core ping", "module load nosuch", "core ping"],
    [0, "core ping", "core ping"],
  ];
  const ran = async (...flags: string[]) => {
    const outcomes = [];
    for (const [, ...some] of commands) {
      const { code, stdout } = await client(
        cwd,
        "-C",
        "asterism.conf",
        ...flags,
        ...some.flatMap((one) => ["-x", one]),
      );
      outcomes.push({ code, stdout });
    }
    return outcomes;
  };
  const alone = await ran();
  assertEquals(alone.map(({ code }) => code), commands.map(([status]) => status));
  await using server = await serve(cwd);
  for (const flags of [[], ["-r"]]) assertEquals(await ran(...flags), alone);
  await rx(cwd, "core stop gracefully");
  assertEquals(await server.ended(), 0);
});

Deno.test("a socket that is another user's is neither taken for none nor for a dead one", {
  ignore: asNobody("true", []) === undefined,
}, async () => {
  await using staged = await stageOf();
  const cwd = staged.directory;
  await Deno.chmod(cwd, 0o755);
  await using _server = await serve(cwd);
  const program = launch("binary", cwd);
  const run = async (...args: string[]) => {
    const other = asNobody(program.command, ["-C", `${cwd}/asterism.conf`, ...args]);
    const { code, stdout, stderr } = await runToEnd({ ...program, ...other }, { cwd, deadlineMs: 20_000 });
    return [code, stdout, stderr];
  };
  const cannotTell =
    `asterism: Cannot tell whether Asterism runs on ${cwd}/asterism.ctl: permission denied; run this as ` +
    "its user, or name another configuration with -C\n";
  for (const args of [["-x", "module show"], [], ["-c"]]) assertEquals(await run(...args), [1, "", cannotTell]);
  assertEquals(await run("-rx", "module show"), [
    1,
    "",
    `Unable to connect to remote asterism on ${cwd}/asterism.ctl: permission denied; run this as its user\n`,
  ]);
  assertMatch(await rx(cwd, "module show"), /\nplugin /);
});
