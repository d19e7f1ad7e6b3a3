import { assertEquals, assertThrows } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { permissionSet } from "../../src/permission/mod.ts";
import { Descriptors } from "../../src/realm/descriptors.ts";
import { greediest, reliefReason } from "../../src/realm/relief.ts";
import type { Realm } from "../../src/realm/mod.ts";
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

Deno.test("Descriptors leaves the host enough, whatever realms take", () => {
  for (const each of [2, 4, 8]) {
    const system = new System(1024, 1024);
    const started = startUntilRefused(system, each);
    assertEquals(system.open <= 1024 - 48, true, `${started} realms of ${each} have ${system.open}`);
    assertEquals(started > 80, true);
  }
});

Deno.test("Descriptors refuses the first realm already when there are too few", () => {
  const system = new System(64, 64);
  system.open = 20;
  assertThrows(
    () => new Descriptors(system).reserve("dedicated/7"),
    HostError,
    "Cannot start realm dedicated/7: the program has 20 of 64 descriptors open",
  );
});

Deno.test("Descriptors counts what realms will have that are still starting", () => {
  const system = new System(256, 256);
  system.open = 40;
  const descriptors = new Descriptors(system);
  let up = false;
  let started = 0;
  const start = () => {
    descriptors.reserve("dedicated/1").pending = () => !up;
    started++;
  };
  assertThrows(() => {
    for (;;) start();
  }, HostError);
  assertEquals(started, (256 - 48 - 40) / 8);
  // All are up with less than was expected.
  system.open += started * 7;
  up = true;
  start();
  assertEquals(system.raised, 0);
});

Deno.test("Descriptors raises the limit once, when half is taken", () => {
  const system = new System(200, 5000);
  assertEquals(startUntilRefused(system, 4, 1000), 1000);
  assertEquals([system.raised, system.soft], [1, 5000]);
  const stubborn = new System(256, 5000);
  stubborn.obliging = false;
  const started = startUntilRefused(stubborn, 4);
  assertEquals([stubborn.raised, started < 64, started > 40], [1, true, true]);
});

Deno.test("Descriptors lets all pass where the system does not say", () => {
  assertEquals(startUntilRefused(new System(-1, -1), 100, 100), 100);
  assertEquals(new Descriptors(new System(-1, -1)).shortage(), undefined);
});

Deno.test("Descriptors tells of a shortage, in descriptors that came after the first realm", () => {
  const system = new System(256, 256);
  system.open = 30;
  const descriptors = new Descriptors(system);
  assertEquals(descriptors.shortage(), undefined);
  descriptors.reserve("dedicated/1");
  system.open = 232;
  assertEquals(descriptors.shortage(), undefined);
  system.open = 256;
  assertEquals(descriptors.shortage(), 226);
});

/** A realm with that health. */
function realm(label: string, health: { files: number; servers?: number } | undefined, node: string[] = []): Realm {
  const permissions = permissionSet(node.map((value) => ({ kind: "node", value })));
  return { label, permissions, health: health && { servers: 0, ...health } } as unknown as Realm;
}

Deno.test("greediest() is the realm that has most, or one that may have what nobody counts", () => {
  const few = realm("few", { files: 3 });
  const many = realm("many", { files: 150 });
  const serves = realm("serves", { files: 2, servers: 1 });
  const node = realm("node", { files: 1 }, ["net"]);
  const young = realm("young", undefined);
  const cases: [realms: Realm[], extra: number, Realm | undefined][] = [
    [[], 200, undefined],
    [[few, young], 40, undefined],
    [[few, many, serves], 180, many],
    [[many, few, serves], 800, serves],
    [[few, node], 800, node],
    [[node, serves, few], 800, serves],
    [[few, young], 800, undefined],
  ];
  for (const [realms, extra, expected] of cases) assertEquals(greediest(realms, extra), expected);
  assertEquals(
    reliefReason(serves).message,
    "Realm serves has ended: the program had hardly any descriptor left and this realm had 2 descriptors, and the " +
      "connections of its servers",
  );
});
