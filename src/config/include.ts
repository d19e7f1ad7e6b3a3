import { escapePattern, isPattern } from "./glob.ts";
import { BlockState, type Lexer } from "./lexer.ts";
import { ReadFault } from "./read_fault.ts";
import { execOutput } from "./exec.ts";
import type { ReadState, ReadText } from "./state.ts";
import { decodeText, foldCase, isBlank, strip } from "./text.ts";

/** How many files deep below the main one includes may go. */
export const MAX_INCLUDE_LEVEL = 10;

/** What became of an included file or pattern: an invalid one counts as there. */
type Outcome = "missing" | "read" | "invalid";

/**
 * Reads a line that begins with `#`: `#include`, `#tryinclude` or `#exec` in any case of letters, a blank, and the
 * rest of the line as its argument, which may stand in `"…"` or `<…>`. Any other word is a warning.
 *
 * @throws {ReadFault} When an included file is missing and was not tried only.
 */
export function readDirective(state: ReadState, lexer: Lexer): void {
  const { live, position } = lexer;
  const { file, line } = position;
  let end = 1;
  while (end < live.length && !isBlank(live.charCodeAt(end))) end++;
  const word = live.slice(1, end);
  const kind = foldCase(word);
  if (kind === "exec" && state.options.execIncludes !== true) {
    const option = "unless execincludes option is enabled in asterisk.conf (options section)!";
    return state.warn(position, `Cannot perform #exec ${option}`);
  }
  if (kind !== "include" && kind !== "tryinclude" && kind !== "exec") {
    return state.warn(position, `Unknown directive '#${word}' at line ${line} of ${file}`);
  }
  const argument = strip(live, end);
  if (argument === "") {
    const wanted = kind === "exec" ? "/path/to/executable" : "filename";
    return state.warn(position, `Directive '#${kind}' needs an argument (${wanted}) at line ${line} of ${file}`);
  }
  const name = unquote(argument);
  if (kind === "exec") runExec(state, lexer, name);
  else if (include(state, lexer, name) === "missing" && kind === "include") throw missing(lexer, name);
}

/** Takes away `"…"` or `<…>`; anything that is no such pair belongs to the name. */
function unquote(argument: string): string {
  const close = argument.startsWith('"') ? '"' : argument.startsWith("<") ? ">" : undefined;
  return close !== undefined && argument.endsWith(close) ? argument.slice(1, -1) : argument;
}

function include(state: ReadState, lexer: Lexer, name: string): Outcome {
  const { file, line } = lexer.position;
  if (state.included.has(name)) {
    state.warn(lexer.position, `'${file}', line ${line}:  Same File included more than once!`);
  }
  state.included.add(name);
  return descend(state, lexer, () => readPaths(state, lexer, resolve(state, name)));
}

function runExec(state: ReadState, lexer: Lexer, command: string): void {
  descend(state, lexer, () => {
    const output = execOutput(state, lexer, command);
    if (output === undefined) return "read";
    return readOne(state, lexer, {
      text: decodeText(output),
      file: `#exec ${command}`,
      included: true,
      block: new BlockState(),
      target: state.current,
    });
  });
}

/** One level down. As in Asterisk an invalid file does not give its level back: ten of them end all including. */
function descend(state: ReadState, lexer: Lexer, read: () => Outcome): Outcome {
  if (state.level > MAX_INCLUDE_LEVEL) {
    state.warn(lexer.position, `Maximum Include level (${MAX_INCLUDE_LEVEL}) exceeded`);
    return "missing";
  }
  state.level++;
  const outcome = read();
  if (outcome !== "invalid") state.level--;
  return outcome;
}

/** The paths a name stands for. Relative ones are always of the source's directory, never of the including file's. */
function resolve(state: ReadState, name: string): string[] {
  const { source } = state.options;
  if (source === undefined) return [];
  const absolute = name.startsWith("/");
  if (!isPattern(name)) return [absolute ? name : `${source.directory}/${name}`];
  return source.glob(absolute ? name : `${escapePattern(source.directory)}/${name}`);
}

/** Reads all files of one include. They share open block comments and the section they add to. */
function readPaths(state: ReadState, lexer: Lexer, paths: string[]): Outcome {
  const { source } = state.options;
  const input: ReadText = { text: "", file: "", included: true, block: new BlockState(), target: state.current };
  let outcome: Outcome = "missing";
  for (const path of paths) {
    const bytes = source?.read(path);
    if (bytes === undefined) {
      if (source?.isDirectory?.(path) === true) state.warn(lexer.position, `'${path}' is not a regular file, ignoring`);
      continue;
    }
    input.text = decodeText(bytes);
    input.file = path;
    outcome = readOne(state, lexer, input);
    if (outcome === "invalid") break;
  }
  return outcome;
}

/** Reads one included text. What it gave up to a fault stays. */
function readOne(state: ReadState, lexer: Lexer, input: ReadText): Outcome {
  state.countIncluded(input.text.length, lexer);
  try {
    state.read(state, input);
    return "read";
  } catch (error) {
    if (error instanceof ReadFault) return "invalid";
    throw error;
  }
}

function missing(lexer: Lexer, name: string): ReadFault {
  const reason = `Cannot include "${name}": no such readable file, or too deep; #tryinclude does without`;
  const logged = `The file '${name}' was listed as a #include but it does not exist.`;
  return new ReadFault(reason, { position: lexer.position, text: lexer.raw, level: "error", logged });
}
