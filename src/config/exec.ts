import { messageOf } from "../fault/mod.ts";
import type { Lexer } from "./lexer.ts";
import { ReadFault } from "./read_fault.ts";
import { ExecRefused, type ExecResult } from "./source.ts";
import type { ReadState } from "./state.ts";

/**
 * Runs the command of `#exec` and gives what it wrote; nothing when the source may not run it, which is reported. A
 * status other than 0, text on standard error and empty output are only reported, too.
 *
 * @throws {ReadFault} When the source cannot run it at all.
 */
export function execOutput(state: ReadState, lexer: Lexer, command: string): Uint8Array | undefined {
  const result = run(state, lexer, command);
  if (result === undefined) return undefined;
  const { output, status, errors } = result;
  const { position } = lexer;
  for (const line of errors?.split("\n") ?? []) {
    if (line !== "") state.warn(position, `#exec <${command}>: ${line}`, "error");
  }
  if (status !== 0) state.warn(position, `#exec <${command}>: Exited with return value ${status}`, "error");
  if (output.length === 0) state.warn(position, `#exec <${command}>: The program generated no usable output.`);
  return output;
}

function run(state: ReadState, lexer: Lexer, command: string): ExecResult | undefined {
  try {
    const result = state.options.source?.exec?.(command);
    if (result === undefined) throw new Error("no source that runs commands was given");
    return result instanceof Uint8Array ? { output: result, status: 0 } : result;
  } catch (error) {
    if (error instanceof ExecRefused) {
      state.warn(lexer.position, `Cannot perform #exec ${error.message}`);
      return undefined;
    }
    const why = messageOf(error);
    throw new ReadFault(`Cannot run "${command}": ${why}; remove the #exec or mend the command`, {
      position: lexer.position,
      text: lexer.raw,
      level: "error",
      logged: `#exec <${command}>: ${why}`,
      cause: error,
    });
  }
}
