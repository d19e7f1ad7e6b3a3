import { fromFileUrl } from "@std/path";
import { messageOf } from "../fault/mod.ts";
import { newModule } from "../scaffold/mod.ts";
import { subcommandUsage } from "../settings/mod.ts";
import type { CommandResult } from "./command_result.ts";
import { parseSubcommand } from "./subcommand_options.ts";

/**
 * `asterism new NAME [DIR]`, from its arguments.
 *
 * @param base URL of the program's main file
 */
export function newCommand(args: readonly string[], base: string): CommandResult {
  const given = parseSubcommand("new", args);
  if ("fault" in given) return { out: "", err: `asterism: new: ${given.fault}\n${subcommandUsage("new")}`, status: 1 };
  const [name = "", directory = "."] = given.words;
  // A compiled program has no checkout beside it.
  const checkout = Deno.build.standalone ? undefined : fromFileUrl(new URL(".", base)).replace(/\/$/, "");
  try {
    return { out: newModule(name, { directory, checkout }), err: "", status: 0 };
  } catch (error) {
    return { out: "", err: `asterism: ${messageOf(error)}\n`, status: 1 };
  }
}
