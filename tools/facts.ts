/**
 * What `lint_plugin.ts` finds in source files. Why it exists: the linter prints diagnostics, and checks want facts.
 *
 * @module
 */
import { fromFileUrl, join, relative } from "@std/path";
import { ROOT, runDeno, ToolError } from "./process.ts";

/** A fact about one place in a source file. */
export interface Fact {
  /** Path from the root. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** The text that the plugin's rule reported. */
  readonly text: string;
}

/** What `deno lint --json` prints, as far as it is used here. */
interface LintOutput {
  readonly diagnostics: readonly {
    readonly filename: string;
    readonly range: { readonly start: { readonly line: number } };
    readonly message: string;
    readonly code: string;
  }[];
  readonly errors: readonly { readonly file_path: string; readonly message: string }[];
}

/**
 * Runs one rule of the plugin over files and directories.
 *
 * @param rule name of the rule, without the plugin's
 * @throws {ToolError} when the linter does not run or cannot read a file
 */
export async function sourceFacts(rule: "functions" | "deno", paths: readonly string[]): Promise<Fact[]> {
  const { stdout, stderr } = await runDeno(["lint", "--config", join(ROOT, "tools/lint.json"), "--json", ...paths]);
  let output: LintOutput;
  try {
    output = JSON.parse(stdout);
  } catch (cause) {
    throw new ToolError(`Cannot read the source files: deno lint gave no JSON; it said\n${stderr}`, { cause });
  }
  const [fault] = output.errors;
  if (fault !== undefined) throw new ToolError(`Cannot read ${fault.file_path}: ${fault.message}`);
  return output.diagnostics.filter(({ code }) => code === `asterism/${rule}`).map((found) => ({
    file: relative(ROOT, fromFileUrl(found.filename)),
    line: found.range.start.line,
    text: found.message,
  }));
}
