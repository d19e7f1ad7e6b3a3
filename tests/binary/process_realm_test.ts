/** Process realms end to end: what such a process is given, and that it never outlives what started it. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch, type Mode } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const LINUX = Deno.build.os === "linux";
const MODES: readonly Mode[] = ["binary", "run"];
/** How long a process may take to disappear. */
const GONE_MS = 10_000;

/** A directory with one module that runs in a process of its own, and its neighbor in the usual realm. */
function stageStranger(members: string, { manifest = "", heartbeat = 2 } = {}) {
  const text = `import { defineModule } from "asterism";
    export default defineModule({ license: "MIT", description: "Module stranger", ${members} });`;
  return stage({
    harmless: ["neighbor"],
    files: {
      "stranger.js": text,
      "asterism.conf": `${ASTERISM_CONF}heartbeat_interval = 0.3\nheartbeat_timeout = ${heartbeat}\nload_timeout = 2\n`,
      "modules.conf": "[modules]\nload = neighbor\nload = stranger\n[permissions]\nstranger = manifest\n" +
        "[realms]\nstranger = process\n",
    },
    manifest: { stranger: manifest },
  });
}

function start(mode: Mode, directory: string): Session {
  const program = launch(mode, directory);
  const env = { ...program.env, ASTERISM_GIVEN: "given", ASTERISM_SECRET: "secret" };
  return Session.start({ ...program, env, args: [...program.args, "-C", "asterism.conf", "-v"] }, { cwd: directory });
}

/** The processes that run in that directory as a realm. */
function realmProcesses(directory: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      return pid > 0 && Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("\0--realm-process") &&
        Deno.readLinkSync(`/proc/${pid}/cwd`) === directory;
    } catch {
      return false;
    }
  });
}

/** Waits until no realm runs in that directory. */
async function noneLeft(directory: string): Promise<void> {
  for (const began = Date.now(); realmProcesses(directory).length > 0;) {
    if (Date.now() - began > GONE_MS) throw new Error(`Still there: ${realmProcesses(directory)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const mode of MODES) {
  Deno.test({
    name: `a process realm (${mode}) has its own session, the granted variables and no descriptor but its pipes`,
    ignore: !LINUX,
    fn: async () => {
      await using staged = await stageStranger(
        `load(host) { host.log.notice(Deno.env.get("ASTERISM_GIVEN")); return 0; }`,
        { manifest: "[permissions]\nenv = ASTERISM_GIVEN\n" },
      );
      await using session = start(mode, staged.directory);
      await session.waitFor(/stranger: given\n/);
      await session.waitFor(/Asterism Ready/);
      const [pid] = realmProcesses(staged.directory);
      const [, ppid, group, own, terminal] = /\) \S+ (\d+) (\d+) (\d+) (-?\d+)/.exec(
        Deno.readTextFileSync(`/proc/${pid}/stat`),
      ) ?? [];
      assertEquals([group, own, terminal], [String(pid), String(pid), "0"], `the parent is ${ppid}`);
      assertStringIncludes(Deno.readTextFileSync(`/proc/${pid}/environ`), "ASTERISM_GIVEN=given");
      assertEquals(Deno.readTextFileSync(`/proc/${pid}/environ`).includes("secret"), false);
      assertMatch(Deno.readTextFileSync(`/proc/${pid}/limits`), /^Max open files\s+256\s+256\s/m);
      assertMatch(Deno.readTextFileSync(`/proc/${pid}/limits`), /^Max data size\s+\d+\s+\d+\s/m);
      assertEquals(inheritable(pid as number), ["0", "1", "2"]);
      session.signal("SIGTERM");
      assertEquals(await session.ended(), 0);
      await noneLeft(staged.directory);
    },
  });

  Deno.test({
    name: `a process realm (${mode}) ends although its module loops when the host is killed`,
    ignore: !LINUX,
    fn: async () => {
      await using staged = await stageStranger(
        `load(host) { setTimeout(() => { host.log.notice("looping"); setTimeout(() => { for (;;); }) }); return 0; }`,
      );
      await using session = start(mode, staged.directory);
      await session.waitFor(/stranger: looping\n/);
      session.signal("SIGKILL");
      await session.ended();
      await noneLeft(staged.directory);
    },
  });
}

const EXHAUSTION: Record<string, { body: string; reason: RegExp; heartbeat?: number }> = {
  "its heap": {
    body: "const kept = []; for (;;) kept.push({ text: 'x' + kept.length });",
    reason: /its process ran out of memory/,
  },
  "memory outside the heap": {
    // Refused a buffer, it goes on with what nobody can refuse.
    body: `const kept = [];
      try { for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); } catch { for (;;) kept.push({ text: "x" + kept.length }); }`,
    reason: /its process ran out of memory/,
  },
  "the processor": { body: "for (;;);", reason: /it missed a heartbeat/, heartbeat: 1 },
};

for (const [what, { body, reason, heartbeat = 15 }] of Object.entries(EXHAUSTION)) {
  Deno.test(`a module in a process realm that exhausts ${what} ends alone`, async () => {
    await using staged = await stageStranger(`load() { setTimeout(() => { ${body} }); return 0; }`, { heartbeat });
    await using session = start("binary", staged.directory);
    await session.waitFor(
      new RegExp(`Module 'stranger' has failed: Realm process/\\d+ has ended: ${reason.source}`),
      "stderr",
    );
    await noneLeft(staged.directory);
    session.signal("SIGTERM");
    await session.waitFor(/Unloading neighbor\n/);
    assertEquals(await session.ended(), 0);
  });
}

/** Descriptors that the process would pass on, which are those that it was given. */
function inheritable(pid: number): string[] {
  return [...Deno.readDirSync(`/proc/${pid}/fdinfo`)].map(({ name }) => name).filter((name) => {
    const flags = /^flags:\s*(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/fdinfo/${name}`))?.[1] ?? "";
    return (parseInt(flags, 8) & 0o2000000) === 0;
  }).sort();
}
