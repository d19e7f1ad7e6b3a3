/**
 * The entry of a realm whose heap is limited. Only Node's kind of Worker can be held to a heap, and only from within a
 * Worker does it inherit permissions: so this one runs no code of modules, and has another one inside that is the realm.
 *
 * @module
 */
import { type MessagePort as NodePort, Worker as NodeWorker } from "node:worker_threads";
import type { RealmInit } from "./wire.ts";

const MEGABYTE = 1024 * 1024;

/** Share of the heap for what is young; V8 would take more of a small heap than it leaves for what stays. */
const YOUNG_SHARE = 1 / 8;

const { name, postMessage: tell } = globalThis as unknown as { name: string; postMessage(why: string): void };

addEventListener("message", (event) => {
  const { data, ports } = event as MessageEvent<RealmInit>;
  const megabytes = data.limits.heap / MEGABYTE;
  const young = Math.max(1, Math.floor(megabytes * YOUNG_SHARE));
  const realm = new NodeWorker(new URL(import.meta.resolve("asterism/guest")), {
    name,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(megabytes) - young, maxYoungGenerationSizeMb: young },
  });
  realm.on("error", (error) => tell(`an error reached its top: ${error}`));
  realm.on("exit", () => tell("its code has ended"));
  // The same ports; only their types are of two worlds.
  realm.postMessage(data, [...ports] as unknown as NodePort[]);
}, { once: true });
