/**
 * Random operations at the same time on modules that hang, dawdle and refuse when they are to stop. Whatever comes between
 * what: everything answers, no module is left half loaded, none runs without what it needs, each is counted as often as it
 * is used, and nothing is registered by what does not run.
 */
import { assert, assertEquals } from "@std/assert";
import { randomOf } from "../config/support.ts";
import { startHost, type TestHost, type TestModule } from "../loader/_harness.ts";

const RUNS = 6;
const ROUNDS = 4;
const AT_ONCE = 5;
const MODULES = 5;
const UNLOAD_MS = 250;

type Random = (limit: number) => number;

/** Ways to stop; longer than a quick module takes, and never. */
const UNLOADS = [
  "",
  "unload() {}",
  "unload: () => new Promise((done) => setTimeout(done, 150))",
  "unload: () => new Promise(() => {})",
  "unload: () => 1",
];
const CANCELS = ["() => {}", "() => new Promise(() => {})", "() => { throw new Error('no'); }"];

function randomNeeds(random: Random): Map<string, string[]> {
  return new Map(
    Array.from({ length: MODULES }, (_, index) => {
      const needs = Array.from({ length: random(3) }, () => `m${random(Math.max(1, index))}`);
      return [`m${index}`, [...new Set(needs)].filter((need) => need !== `m${index}`)];
    }),
  );
}

function modulesOf(needs: ReadonlyMap<string, readonly string[]>, random: Random): Record<string, TestModule> {
  return Object.fromEntries([...needs].map(([name, used]) => {
    const others = [...needs.keys()].filter((other) => other !== name);
    const followed = others[random(others.length)];
    return [name, {
      load: `host.application("App_${name}", () => {});
        await host.onAvailable("application=App_${followed}", () => ${CANCELS[random(CANCELS.length)]});`,
      members: `reload: () => new Promise((done) => setTimeout(done, ${150 * random(2)})), ${
        UNLOADS[random(UNLOADS.length)]
      }`,
      manifest: `[provides]\napplication = App_${name}\n[canuse]\napplication = *\n[uses]\n${
        used.map((other) => `module = ${other}`).join("\n")
      }`,
    }];
  }));
}

function randomCommand(random: Random): string {
  const words = ["load", "load", "unload", "unload -f", "unload -h", "reload", "refresh"];
  const word = words[random(words.length)] as string;
  const name = `m${random(MODULES)}`;
  return `module ${word} ${name}${word === "refresh" && random(2) === 0 ? " recursively" : ""}`;
}

async function checkLaws(host: TestHost, needs: ReadonlyMap<string, readonly string[]>, what: string): Promise<void> {
  await host.host.settled();
  const rows = (await host.states()).map((row) => row.split(" ") as [string, string, string]);
  const running = rows.filter(([, state]) => state === "running").map(([name]) => name);
  assertEquals(rows.filter(([, state]) => !/^(running|declined|failed)$/.test(state)), [], `half loaded after ${what}`);
  for (const [name, state, count] of rows) {
    if (state !== "running") continue;
    const missing = needs.get(name)?.filter((need) => !running.includes(need));
    assertEquals(missing, [], `${name} runs without what it needs after ${what}`);
    const users = running.filter((other) => needs.get(other)?.includes(name));
    assertEquals(Number(count), users.length, `users of ${name} after ${what}`);
  }
  const listed = JSON.parse((await host.host.execute("core show applications --json")).output) as { name: string }[];
  const registered = listed.map((one) => one.name).filter((one) => one.startsWith("App_")).sort();
  assertEquals(registered, running.map((name) => `App_${name}`).sort(), `registered after ${what}`);
}

async function play(random: Random): Promise<void> {
  const needs = randomNeeds(random);
  await using host = await startHost({
    modules: modulesOf(needs, random),
    options: { unloadTimeout: UNLOAD_MS, callTimeout: 60_000, loadTimeout: 20_000 },
  });
  for (let round = 0; round < ROUNDS; round++) {
    const commands = Array.from({ length: AT_ONCE }, () => randomCommand(random));
    const began = performance.now();
    await Promise.all(commands.map((command) => host.run(command)));
    const took = performance.now() - began;
    assert(took < 10 * UNLOAD_MS * MODULES * AT_ONCE, `${Math.round(took)} ms for ${commands.join("; ")}`);
    await checkLaws(host, needs, commands.join("; "));
  }
  for (const name of needs.keys()) await host.run(`module unload -h ${name}`);
  assertEquals((await host.states()).filter((row) => row.includes(" running ")), []);
}

Deno.test("operations at the same time on modules that hang leave nothing half done", async () => {
  const first = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  for (let seed = first; seed < first + RUNS; seed++) {
    try {
      await play(randomOf(seed));
    } catch (cause) {
      throw new Error(`law broken with seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
});
