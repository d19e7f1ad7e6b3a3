import type { CommandResult } from "./command_result.ts";

/** A command that is run instead of a host. */
export type HostCommand = "check" | "learn" | "new";

/**
 * Runs one of them.
 *
 * @param args what follows its name on the command line
 * @param base URL of the program's main file
 */
export async function runCommand(
  name: HostCommand,
  args: readonly string[],
  base: string,
): Promise<CommandResult> {
  const { checkCommand, learnCommand, newCommand } = await import("./aside.ts");
  return await { check: checkCommand, learn: learnCommand, new: newCommand }[name](args, base);
}
