import type { RealtimeDriver, RealtimeRequest, RealtimeRow } from "../module_api/mod.ts";
import { text } from "./call.ts";

/**
 * A driver over a function of a module, whose rows are checked.
 *
 * @param load asks the module; the text says what for
 */
export function realtimeDriver(
  load: (request: RealtimeRequest, what: string) => Promise<unknown>,
  module: string,
): RealtimeDriver {
  return {
    load: async (request) => {
      const what = `${module}: ${request.file}`;
      return realtimeRows(await load(request, what), what);
    },
  };
}

/** Most rows of one file: as many as fit into one answer of a realm. */
const MAX_ROWS = 15_000;

/**
 * Checks what a driver gave.
 *
 * @param what who gave it and for which file, for messages
 * @throws {TypeError} when it is no list of rows
 */
function realtimeRows(alleged: unknown, what: string): RealtimeRow[] {
  if (!Array.isArray(alleged) || alleged.length > MAX_ROWS) {
    throw new TypeError(`${what}: expected a list of at most ${MAX_ROWS} rows`);
  }
  return alleged.map((row) => {
    const { id, metric, category, name, value } = Object(row) as RealtimeRow;
    if (!Number.isSafeInteger(id) || !Number.isSafeInteger(metric)) {
      throw new TypeError(`${what}: a row has no whole number as id or metric`);
    }
    return { id, metric, category: text(category, 256), name: text(name, 256), value: text(value) };
  });
}
