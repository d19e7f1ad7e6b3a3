/** The whole program with few descriptors, while strangers and modules try to take them all. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch, runToEnd } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const ignore = Deno.build.os !== "linux";
const HALF = new TextEncoder().encode("GET /health HTTP/1.1\r\nHost: loc");

/** A plugin with members of its definition; its manifest asks for these permissions. */
function plugin(name: string, members: string, permissions = ""): Record<string, string> {
  return {
    [`${name}.js`]: `import { defineModule, LoadResult } from "asterism";
const kept = [];
export default defineModule({ license: "MIT", description: "Module ${name}", ${members} });
`,
    [`${name}.manifest`]: `[module]\nname = ${name}\nchecksum = {{sha256:${name}.js}}\ndescription = Module ${name}\n` +
      `license = MIT\nsupport_level = core\n[permissions]\n${permissions}`,
  };
}

/** The program with so many descriptors at most, and what an operator does with it. */
async function start(limit: number, modulesConf: string, files: Record<string, string>) {
  const staged = await stage({
    harmless: ["late"],
    files: {
      "asterism.conf": `${ASTERISM_CONF}warm_realms = 0\nunload_timeout = 2\n`,
      "modules.conf": `${modulesConf}[realms]\nlate = dedicated\n`,
      ...files,
    },
  });
  const { directory: cwd } = staged;
  const program = launch("binary", cwd);
  const script = `ulimit -n ${limit} && exec "$@"`;
  const args = ["-c", script, "sh", program.command, ...program.args, "-C", "asterism.conf", "-vvv"];
  const session = Session.start({ ...program, command: "/bin/bash", args }, { cwd });
  const rx = async (command: string) => {
    const client = { ...program, args: ["-C", "asterism.conf", "-rx", command] };
    const { code, stdout, stderr } = await runToEnd(client, { cwd, deadlineMs: 20_000 });
    assertEquals(code, 0, `${command}: ${stdout}${stderr}`);
    return stdout;
  };
  const port = async (pattern: RegExp) => Number(/:(\d+)\n/.exec(await session.waitFor(pattern))?.[1]);
  /** Answers on its console, starts a Worker, and ends when it is told to. */
  const works = async () => {
    assertStringIncludes(await rx("core show uptime"), "System uptime");
    assertEquals(await rx("module load late"), "Loaded late\n");
    session.signal("SIGTERM");
    await session.waitFor(/Asterism cleanly ending \(0\)\.\n/);
    assertEquals(await session.ended(), 0);
  };
  return {
    ...{ session, rx, port, works },
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await staged[Symbol.asyncDispose]();
    },
  };
}

/** Connections that say so much and then nothing, whether or not they are taken. */
class Crowd implements Disposable {
  readonly connections: Deno.TcpConn[] = [];

  async come(port: number, count: number, says: Uint8Array = new Uint8Array()): Promise<void> {
    for (let number = 0; number < count; number++) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      this.connections.push(connection);
      await connection.write(says).catch(() => {});
    }
  }

  [Symbol.dispose](): void {
    for (const connection of this.connections) connection.close();
  }
}

Deno.test("1 500 half requests, and as many who say nothing, leave the program as it was", { ignore }, async () => {
  await using program = await start(
    500,
    "[modules]\nload = res_http\nload = manager\nload = pbx_config\nload = chan_line\n[permissions]\npbx_config = host=provide:dialplan\n" +
      "res_http = net=127.0.0.1\nres_http = host=modules,status,events,log\nmanager = net=127.0.0.1\n" +
      "manager = host=modules,command,loader,status,events,config,manager\nchan_line = net=127.0.0.1\n" +
      "chan_line = read=${astrundir}/line.sock\nchan_line = write=${astrundir}/line.sock\n" +
      "chan_line = host=use:dialplan\n",
    {
      "http.conf": "[general]\nenabled = yes\nbindport = 0\n",
      "manager.conf": "[general]\nenabled = yes\nport = 0\n",
      "chan_line.conf": "[general]\nbindport = 0\nmaxsessions = 20\n",
      "extensions.conf": "[default]\nexten => s,1,WaitExten(60)\n",
    },
  );
  const http = await program.port(/HTTP server bound to 127\.0\.0\.1:\d+\n/);
  await program.session.waitFor(/Asterism Ready\.\n/);
  const written = program.session.written.stdout;
  const manager = Number(/Call Manager bound to 127\.0\.0\.1:(\d+)\n/.exec(written)?.[1]);
  const line = Number(/Lines are taken on 127\.0\.0\.1:(\d+)\n/.exec(written)?.[1]);
  using crowd = new Crowd();
  await Promise.all([crowd.come(http, 1500, HALF), crowd.come(manager, 1500), crowd.come(line, 1500)]);
  const health = await fetch(`http://127.0.0.1:${http}/health`);
  assertEquals([health.status, await health.text()], [200, "ok\n"]);
  assertMatch(await program.rx("line show sessions"), /\n20 of 20 sessions\n$/);
  await program.works();
  const warnings = program.session.written.stderr.split("\n").filter((text) => text !== "");
  assertEquals(warnings.map((text) => /WARNING\[\d+\]: (.*?)(?: sessions|$)/.exec(text)?.[1] ?? text).sort(), [
    "chan_line: A connection is refused: there are 20",
    "manager: manager connection rejected, unauthenticated",
    "res_http: HTTP session count exceeded 100",
  ]);
});

Deno.test("a Worker that opens files without end gets its number of them", { ignore }, async () => {
  const load = `async load() {
    try { for (;;) kept.push(await Deno.open("/dev/null")); } catch (error) { console.log(kept.length + " files, then: " + error.message); }
    return LoadResult.SUCCESS;
  }`;
  await using program = await start(
    500,
    "[modules]\nload = greedy\n[permissions]\ngreedy = read=/dev/null\n[limits]\ngreedy = files=100\n",
    plugin("greedy", load, "read = /dev/null\n"),
  );
  await program.session.waitFor(/100 files, then: Too many open files: this realm has 100, which is its limit/);
  await program.session.waitFor(/Asterism Ready\.\n/);
  assertMatch(await program.rx("module unload greedy"), /Unloaded greedy\n/);
  await program.works();
});

Deno.test("Workers that take all descriptors together lose one of them", { ignore }, async () => {
  const load = `async load() {
    const take = async () => { try { for (;;) kept.push(await Deno.open("/dev/null")); } catch {} };
    setInterval(take, 50);
    return LoadResult.SUCCESS;
  }`;
  const names = ["one", "two", "three"];
  await using program = await start(
    400,
    `[modules]\n${names.map((name) => `load = ${name}\n`).join("")}[permissions]\n` +
      `${names.map((name) => `${name} = read=/dev/null\n`).join("")}` +
      `[limits]\n${names.map((name, at) => `${name} = files=${200 + at}\n`).join("")}`,
    Object.assign({}, ...names.map((name) => plugin(name, load, "read = /dev/null\n"))),
  );
  await program.session.waitFor(
    /has ended: the program had hardly any descriptor left and this realm had \d+ descriptors\n/,
    "stderr",
  );
  assertStringIncludes(await program.rx("core show uptime"), "System uptime");
  program.session.signal("SIGTERM");
  assertEquals(await program.session.ended(), 0);
});

Deno.test(
  "a module whose server takes connections without end is ended before the program is",
  { ignore },
  async () => {
    const load = `load(host) {
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response("ok"));
    console.log("serves on 127.0.0.1:" + server.addr.port);
    return LoadResult.SUCCESS;
  }`;
    await using program = await start(
      400,
      "[modules]\nload = serves\n[permissions]\nserves = net=127.0.0.1\n",
      plugin("serves", load, "net = 127.0.0.1\n"),
    );
    const port = await program.port(/serves on 127\.0\.0\.1:\d+\n/);
    await program.session.waitFor(/Asterism Ready\.\n/);
    using crowd = new Crowd();
    await crowd.come(port, 600, HALF).catch(() => {});
    await program.session.waitFor(
      /hardly any descriptor left and this realm had \d+ descriptors, and the connections of its servers\n/,
      "stderr",
    );
    await program.works();
  },
);
