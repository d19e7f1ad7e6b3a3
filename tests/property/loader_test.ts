/**
 * Random operations on random modules in real realms, beside a model that knows nothing but who needs whom. After every
 * step the same modules run, none without what it needs, each is counted as often as it is used, and nothing is registered
 * by what does not run.
 */
import { assertEquals } from "@std/assert";
import { randomOf } from "../config/support.ts";
import { startHost, type TestHost, type TestModule } from "../loader/_harness.ts";

const RUNS = 8;
const STEPS = 16;

type Random = (limit: number) => number;

/** Modules that need each other, and which of them decline. */
interface World {
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly declining: ReadonlySet<string>;
}

function randomWorld(random: Random): World {
  const names = Array.from({ length: 3 + random(5) }, (_, index) => `m${index}`);
  const needs = new Map(names.map((name, index) => {
    const wanted = Array.from({ length: random(3) }, () => {
      // Now and then a cycle, as a rule none.
      const other = random(12) === 0 ? random(names.length) : random(Math.max(1, index));
      return `m${other}`;
    });
    return [name, [...new Set(wanted)].filter((other) => other !== name || random(4) === 0)];
  }));
  return { needs, declining: new Set(names.filter(() => random(9) === 0)) };
}

/** What should be. */
class Model {
  readonly #world: World;
  /** What runs, and whether the administrator wants it. */
  readonly running = new Map<string, boolean>();

  constructor(world: World) {
    this.#world = world;
  }

  needs(name: string): readonly string[] {
    return this.#world.needs.get(name) ?? [];
  }

  users(name: string): string[] {
    return [...this.running.keys()].filter((other) => this.needs(other).includes(name));
  }

  load(name: string): void {
    if (this.running.has(name)) this.running.set(name, true);
    else if (this.#can(name, [])) this.#start(name, true);
  }

  #can(name: string, path: readonly string[]): boolean {
    if (this.running.has(name)) return true;
    if (path.includes(name) || this.#world.declining.has(name)) return false;
    return this.needs(name).every((need) => this.#can(need, [...path, name]));
  }

  #start(name: string, wanted: boolean): void {
    for (const need of this.needs(name)) if (!this.running.has(need)) this.#start(need, false);
    this.running.set(name, wanted);
  }

  unload(name: string, force: boolean): void {
    if (!this.running.has(name)) return;
    if (!force && this.users(name).length > 0) this.running.set(name, false);
    else this.stop(name);
  }

  /** A module goes, with all that need it, and what nobody wants then. */
  stop(name: string): void {
    for (const user of this.users(name)) this.stop(user);
    this.running.delete(name);
    this.#reap();
  }

  #reap(): void {
    const idle = [...this.running].find(([name, wanted]) => !wanted && this.users(name).length === 0);
    if (idle === undefined) return;
    this.running.delete(idle[0]);
    this.#reap();
  }

  /** All modules as the host must show them. */
  rows(): string[] {
    return [...this.running.keys()].sort().map((name) => `${name} running ${this.users(name).length}`);
  }
}

function modulesOf({ needs, declining }: World): Record<string, TestModule> {
  return Object.fromEntries([...needs].map(([name, wanted]) => [name, {
    load: `host.application("App_${name}", () => {});
      host.application("Break_${name}", () => { for (;;); });
      ${declining.has(name) ? "return LoadResult.DECLINE;" : ""}`,
    members: "reload() {}",
    manifest: `[provides]\napplication = App_${name}\napplication = Break_${name}\n[uses]\n${
      wanted.map((other, index) => index % 2 === 0 ? `module = ${other}` : `application = App_${other}`).join("\n")
    }`,
  }]));
}

/** One operation, on the host and in the model. */
async function step(host: TestHost, model: Model, { name, kind }: { name: string; kind: number }): Promise<string> {
  const command = [
    ...[`module load ${name}`, `module load ${name}`, `module load ${name}`, `module unload ${name}`],
    ...[`module unload ${name}`, `module unload -f ${name}`, `module reload ${name}`, `module refresh ${name}`],
    ...[`module refresh ${name} recursively`, `dialplan exec application Break_${name}()`],
  ][kind] as string;
  // What does not run cannot be refreshed: it is then only looked for, or declines once more.
  if (/refresh/.test(command) && !model.running.has(name)) return "";
  if (/Break/.test(command) && !model.running.has(name)) return "";
  if (/load m\d$/.test(command) && !/unload|reload/.test(command)) model.load(name);
  else if (/unload/.test(command)) model.unload(name, command.includes("-f"));
  else if (/Break/.test(command)) model.stop(name);
  await host.run(command);
  // What follows from a realm that ended waits for its turn; so does this.
  if (/Break/.test(command)) await host.logged(new RegExp(`Module '${name}' has failed`));
  await host.host.settled();
  return command;
}

async function play(random: Random): Promise<void> {
  const world = randomWorld(random);
  const names = [...world.needs.keys()];
  const model = new Model(world);
  await using host = await startHost({
    modules: modulesOf(world),
    policy: "[modules]\nautoload = no\n[realms]\ndefault = dedicated\n",
    options: { callTimeout: 150, heartbeatTimeout: 400 },
  });
  const history: string[] = [];
  let broken = 0;
  for (let left = STEPS; left > 0; left--) {
    const name = names[random(names.length)] as string;
    // A loop takes its deadline and a heartbeat: one in a run is enough.
    const kind = random(broken === 0 ? 10 : 9);
    if (kind === 9 && model.running.has(name)) broken++;
    history.push(await step(host, model, { name, kind }));
    const rows = (await host.states()).filter((row) => / running /.test(row));
    assertEquals(rows, model.rows(), `${JSON.stringify([...world.needs])} after ${history.join("; ")}`);
    const listed = JSON.parse((await host.host.execute("core show applications --json")).output) as { name: string }[];
    const registered = listed.map((one) => one.name).filter((one) => one.startsWith("App_")).sort();
    assertEquals(registered, [...model.running.keys()].map((one) => `App_${one}`).sort(), history.join("; "));
  }
}

Deno.test("the loader does what a model of it says, whatever is asked of it", async () => {
  const first = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  for (let seed = first; seed < first + RUNS; seed++) {
    try {
      await play(randomOf(seed));
    } catch (cause) {
      throw new Error(`law broken with seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
});
