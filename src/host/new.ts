import { fromFileUrl } from "@std/path";
import { messageOf } from "../fault/mod.ts";
import { newModule } from "../scaffold/mod.ts";
import { USAGE } from "../settings/mod.ts";
import type { CommandResult } from "./command_result.ts";

/**
 * `asterism new NAME [DIR]`, from its arguments.
 *
 * @param base URL of the program's main file
 */
export function newCommand(args: readonly string[], base: string): CommandResult {
  const [name, directory = ".", ...more] = args;
  if (name === "-h" || name === "--help") return { out: USAGE, err: "", status: 0 };
  const option = args.find((argument) => argument.startsWith("-"));
  if (name === undefined || more.length > 0 || option !== undefined) {
    const why = option === undefined
      ? "expected the name of a module, and a directory at most"
      : `unknown option "${option}"`;
    return { out: "", err: `asterism: new: ${why}\n${USAGE}`, status: 1 };
  }
  // A compiled program has no checkout beside it.
  const checkout = Deno.build.standalone ? undefined : fromFileUrl(new URL(".", base)).replace(/\/$/, "");
  try {
    return { out: newModule(name, { directory, checkout }), err: "", status: 0 };
  } catch (error) {
    return { out: "", err: `asterism: ${messageOf(error)}\n`, status: 1 };
  }
}
