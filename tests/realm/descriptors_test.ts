import { assertEquals, assertThrows } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { Descriptors } from "../../src/realm/descriptors.ts";
import type { DescriptorCount } from "../../src/realm/process_descriptors.ts";

/** A system with so many open descriptors, and how often it was asked. */
class System {
  open = 0;
  counts = 0;
  raised = 0;
  soft: number;
  readonly hard: number;
  /** Whether it lets the limit be raised. */
  obliging = true;

  constructor(soft: number, hard: number) {
    this.soft = soft;
    this.hard = hard;
  }

  count(): DescriptorCount | undefined {
    this.counts++;
    return this.soft < 0 ? undefined : { open: this.open, limit: { soft: this.soft, hard: this.hard } };
  }

  raise(): void {
    this.raised++;
    if (this.obliging) this.soft = this.hard;
  }
}

/** Starts realms of which each keeps some descriptors for good, until one is refused. */
function startUntilRefused(system: System, each: number, most = 1000): number {
  const descriptors = new Descriptors(system);
  for (let started = 0; started < most; started++) {
    try {
      descriptors.reserve("dedicated/1");
    } catch {
      return started;
    }
    system.open += each;
  }
  return most;
}

Deno.test("Descriptors refuses a realm before the last descriptor is taken", () => {
  for (const each of [0, 2, 4, 11]) {
    const system = new System(1024, 1024);
    const started = startUntilRefused(system, each);
    assertEquals(system.open <= 1024 - 4, true, `${started} realms of ${each} have ${system.open}`);
    assertEquals(started > 80, true);
  }
});

Deno.test("Descriptors raises the limit once, when half is taken", () => {
  const system = new System(100, 5000);
  assertEquals(startUntilRefused(system, 4, 1000), 1000);
  assertEquals([system.raised, system.soft], [1, 5000]);
  const stubborn = new System(256, 5000);
  stubborn.obliging = false;
  const started = startUntilRefused(stubborn, 4);
  assertEquals([stubborn.raised, started < 64, started > 40], [1, true, true]);
});

Deno.test("Descriptors says how many are open, and what to do", () => {
  const system = new System(64, 64);
  system.open = 20;
  const descriptors = new Descriptors(system);
  assertThrows(
    () => {
      for (let count = 0; count < 20; count++) descriptors.reserve("dedicated/7");
    },
    HostError,
    "Cannot start realm dedicated/7: the program has 20 of 64 descriptors open",
  );
});

Deno.test("Descriptors lets all pass where the system does not say", () => {
  assertEquals(startUntilRefused(new System(-1, -1), 100, 100), 100);
});

Deno.test("Descriptors counts seldom", () => {
  const system = new System(100_000, 100_000);
  startUntilRefused(system, 2, 400);
  assertEquals(system.counts <= 100, true, String(system.counts));
});
