import type { Interpreter } from "../console/mod.ts";
import type { CommandOutput } from "../module_api/mod.ts";
import { type ConsoleSession, detachedSession } from "../registry/mod.ts";

/**
 * Runs a command for somebody for whom some are not to run.
 *
 * @param refuse beginnings of these, in words with one blank between; what runs is compared, not the alias it was named by
 */
export async function runRefusing(
  interpreter: Interpreter,
  line: string,
  refuse: readonly string[],
): Promise<CommandOutput> {
  const beginnings = refuse.map((beginning) => `${beginning.toLowerCase()} `);
  let output = "";
  let refused = false;
  const session: ConsoleSession = {
    ...detachedSession(),
    refuses(words) {
      const given = `${words.join(" ").toLowerCase()} `;
      const hit = beginnings.some((beginning) => given.startsWith(beginning));
      refused ||= hit;
      return hit;
    },
  };
  const outcome = await interpreter.execute(line, (text) => void (output += text), session);
  return { output, ok: outcome === "success", refused };
}
