/** The compiled program while a module that answers nothing is unloaded, and at its own end. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch, runToEnd } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const UNLOAD_MS = 2_000;

/** Without a grant; answers nothing that it is asked on its way out. */
const EVIL = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module evil", async load(host) {
  await host.user("u", () => new Promise(() => {}));
  await host.onAvailable("service=timer", () => () => new Promise(() => {}));
  return 0;
}, unload() { return new Promise(() => {}); } });
`;

function stageOf(evil: readonly string[]) {
  const lines = [...evil.map((name) => `load = ${name}`), "[realms]", "default = process", "other = shared"];
  return stage({
    files: {
      "asterism.conf": `${ASTERISM_CONF}unload_timeout = ${UNLOAD_MS / 1000}\n`,
      "modules.conf": `[modules]\n${lines.join("\n")}\n`,
      ...Object.fromEntries(evil.map((name) => [`${name}.js`, EVIL.replace("Module evil", `Module ${name}`)])),
    },
    manifest: Object.fromEntries(evil.map((name) => [name, "[canuse]\nservice = timer\n"])),
    harmless: ["other"],
  });
}

async function serve(cwd: string): Promise<Session> {
  const program = launch("binary", cwd);
  const session = Session.start({ ...program, args: ["-C", "asterism.conf", "-v"] }, { cwd });
  await session.waitFor(/Asterism Ready\.\n/);
  return session;
}

async function rx(cwd: string, command: string): Promise<string> {
  const args = ["-C", "asterism.conf", "-rx", command];
  return (await runToEnd({ ...launch("binary", cwd), args }, { cwd, deadlineMs: 10 * UNLOAD_MS })).stdout;
}

Deno.test("asterism answers others while it waits for a module that is unloaded, and waits for its deadline only", async () => {
  await using staged = await stageOf(["evil"]);
  await using server = await serve(staged.directory);
  const began = performance.now();
  let over = false;
  const unload = rx(staged.directory, "module unload -h evil").finally(() => over = true);
  await server.waitFor(/Unloading evil\n/);
  assertEquals(await rx(staged.directory, "module load other"), "Loaded other\n");
  assertEquals(over, false);
  assertStringIncludes(await unload, "Unable to unload resource evil");
  assert(performance.now() - began < 10 * UNLOAD_MS);
  assertMatch(server.written.stderr, /Module 'evil' is not waited for any longer while 'evil' stops: cancel of u: /);
  server.signal("SIGTERM");
  assertEquals(await server.ended(), 0);
});

Deno.test("asterism ends at SIGTERM although all its modules hang, and what does not hang stops properly", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `evil${index}`);
  await using staged = await stageOf(names);
  await using server = await serve(staged.directory);
  await rx(staged.directory, "module load other");
  const began = performance.now();
  server.signal("SIGTERM");
  await server.waitFor(/Unloading other\n[^]*Unloading evil0\n/);
  assertEquals(await server.ended(), 0);
  // One after the other they would take eight times the deadline.
  assert(performance.now() - began < 10 * 2 * UNLOAD_MS);
});
