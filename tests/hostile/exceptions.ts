/** What Workers cannot contain, by group: docs/security.md says why, and what an operator can do. */

/** Kinds of exhaustion; each technique of them may take a thread or the program along, but only in a Worker. */
export const EXCEPTIONS: readonly { readonly technique: RegExp; readonly reason: string }[] = [
  {
    technique: /^cpu_|_loop$|regular_expression|_flood_queuemicrotask|errors_hostile_accessors/,
    reason: "a thread that spins",
  },
  { technique: /top_level_hostile_accessors/, reason: "the runtime gives up on what is thrown" },
  {
    technique: /_growth_|_allocation|_memory_|_bomb|_objects_|_large_data|_stack_|_2_gb|array|_300_mb|_descriptor_/,
    reason: "a full heap, or memory outside it, which compression streams have, too",
  },
];

/** What is not run where the host has a terminal. */
const NOT_ON_TERMINALS: readonly { readonly technique: string; readonly reason: string }[] = [
  { technique: "grant_read_devices", reason: "who may read everything may read the terminal that the program has" },
];

/** Whether a technique is not run where the host has a terminal. */
export function isForPipes(name: string): boolean {
  return NOT_ON_TERMINALS.some(({ technique }) => technique === name);
}
