/** Memory of this realm, asked for before anything of the runtime is taken away. */

const { memoryUsage } = Deno;

/** Bytes: of the realm's own heap with what hangs on it, and of the whole process. */
export function memory(): { heap: number; process: number } {
  const { heapTotal, external, rss } = memoryUsage();
  return { heap: heapTotal + external, process: rss };
}
