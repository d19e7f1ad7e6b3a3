import { assertEquals } from "@std/assert";
import { decideRestart } from "../../src/loader/restart_plan.ts";
import { type Again, Supervisor } from "../../src/loader/supervisor.ts";
import type { RestartPolicy } from "../../src/policy/mod.ts";

const POLICY: RestartPolicy = { when: "on-failure", backoff: 1_000, limit: 3, window: 60_000 };

Deno.test("decideRestart() doubles the delay, leaves half of it to chance and gives up at the limit", () => {
  const decide = (times: number[], random: number) => decideRestart(times, POLICY, { now: 100_000, random });
  assertEquals(decide([], 0), { delay: 1_000 });
  assertEquals(decide([], 1), { delay: 500 });
  assertEquals(decide([90_000], 0), { delay: 2_000 });
  assertEquals(decide([90_000, 95_000], 0.5), { delay: 3_000 });
  assertEquals(decide([90_000, 95_000, 99_000], 0), { spent: 3 });
  // What is older than the window does not count.
  assertEquals(decide([10, 20, 30, 99_000], 0), { delay: 2_000 });
});

Deno.test("decideRestart() never waits longer than the window, nor less than half the backoff", () => {
  const seed = 20261121;
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 500; round++) {
    const policy = {
      ...POLICY,
      backoff: 1 + Math.floor(next() * 10_000),
      limit: 1 + Math.floor(next() * 40),
      window: 10_000 + Math.floor(next() * 100_000),
    };
    const times = Array.from({ length: Math.floor(next() * 40) }, () => 200_000 - Math.floor(next() * 150_000));
    const decision = decideRestart(times, policy, { now: 200_000, random: next() });
    const recent = times.filter((time) => 200_000 - time < policy.window).length;
    if ("spent" in decision) assertEquals(recent >= policy.limit, true, `seed ${seed}, round ${round}`);
    else {assertEquals([
        recent < policy.limit,
        decision.delay <= policy.window,
        decision.delay >= policy.backoff / 2 - 1,
      ], [
        true,
        true,
        true,
      ], `seed ${seed}, round ${round}`);}
  }
});

/** A supervisor with a clock of its own. */
function supervised(policy: RestartPolicy) {
  const clock = { now: 0 };
  const timers = new Set<{ due: number; call: () => void }>();
  const restarted: Again[] = [];
  const said: string[] = [];
  const supervisor = new Supervisor({
    policy: () => policy,
    restart: (again) => void restarted.push(again),
    say: (message) => void said.push(message),
    now: () => clock.now,
    random: () => 0,
    later(call, milliseconds) {
      const timer = { due: clock.now + milliseconds, call };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  });
  const fail = (from: "running" | "starting") => {
    if (supervisor.changed({ module: "a", from, to: "failed", reason: "" })) supervisor.settle(() => ({ admin: true }));
  };
  const pass = (milliseconds: number) => {
    clock.now += milliseconds;
    for (const timer of [...timers]) {
      if (timer.due > clock.now) continue;
      timers.delete(timer);
      timer.call();
    }
  };
  return { supervisor, restarted, said, timers, fail, pass };
}

Deno.test("Supervisor starts a module again until it is spent, and anew when the window has passed", () => {
  const { supervisor, restarted, said, fail, pass } = supervised(POLICY);
  for (const [attempt, delay] of [[1, 1_000], [2, 2_000], [3, 4_000]] as const) {
    fail("running");
    assertEquals(supervisor.status("A").waiting, delay);
    pass(delay);
    assertEquals([restarted.length, supervisor.status("a").restarts], [attempt, attempt]);
  }
  fail("running");
  assertEquals([supervisor.status("a").spent, supervisor.status("a").waiting], [true, undefined]);
  assertEquals(said.at(-1), "Module 'a' stays failed: it was started again 3 times in 60 s");
  pass(60_000);
  fail("running");
  assertEquals([supervisor.status("a").spent, supervisor.status("a").waiting], [false, 1_000]);
});

Deno.test("Supervisor takes a failed load for a failure only when it was a start again, or always", () => {
  const onFailure = supervised(POLICY);
  onFailure.fail("starting");
  assertEquals(onFailure.timers.size, 0);
  onFailure.fail("running");
  onFailure.pass(1_000);
  onFailure.fail("starting");
  assertEquals(onFailure.timers.size, 1);
  const always = supervised({ ...POLICY, when: "always" });
  always.fail("starting");
  assertEquals(always.timers.size, 1);
  const never = supervised({ ...POLICY, when: "never" });
  never.fail("running");
  assertEquals(never.timers.size, 0);
});

Deno.test("Supervisor forgets a module that somebody else takes care of, and all at the end", () => {
  const { supervisor, restarted, fail, pass, timers } = supervised(POLICY);
  fail("running");
  supervisor.along("a", { name: "b", admin: true });
  supervisor.forget("a");
  pass(10_000);
  assertEquals([restarted, supervisor.takeAlong("a"), supervisor.status("a").restarts], [[], [], 0]);
  fail("running");
  supervisor.end();
  supervisor.end();
  fail("running");
  assertEquals(timers.size, 0);
});
