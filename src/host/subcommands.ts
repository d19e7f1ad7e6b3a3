import type { CommandResult } from "./command_result.ts";

/** A subcommand of the program that is run instead of a host. */
export type Subcommand = "check" | "learn" | "new";

/**
 * Runs one of them.
 *
 * @param args what follows its name on the command line
 * @param base URL of the program's main file
 */
export async function runSubcommand(
  name: Subcommand,
  args: readonly string[],
  base: string,
): Promise<CommandResult> {
  const { checkCommand, learnCommand, newCommand } = await import("./instead_of_host.ts");
  return await { check: checkCommand, learn: learnCommand, new: newCommand }[name](args, base);
}
