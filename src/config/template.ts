import { matchesFilter } from "./filter.ts";
import type { Lexer } from "./lexer.ts";
import { SectionData } from "./model.ts";
import { ReadFault } from "./read_fault.ts";
import type { ReadState } from "./state.ts";
import { cutBytes } from "./text.ts";

/** What Asterisk keeps of a section's name. */
const MAX_NAME_BYTES = 79;

/**
 * Reads `[name]` or `[name](options)`: options from left to right, divided by commas, nothing stripped.
 *
 * - `!` makes the section a template
 * - `+` or `+filter` goes on with an earlier section of that name instead of beginning a new one
 * - anything else names a section so far whose lines are copied now; the empty name is the file's first section
 *
 * @returns The section that the following lines belong to.
 * @throws {ReadFault} Without `]` or `)`, or when a section named in it does not exist.
 */
export function readHeader(state: ReadState, lexer: Lexer): SectionData {
  const { live } = lexer;
  const close = live.indexOf("]");
  if (close < 0) throw unclosed(lexer, "]");
  const name = live.slice(1, close);
  const fresh = new SectionData(cutBytes(name, MAX_NAME_BYTES), lexer.position);
  if (live[close + 1] !== "(") return begin(state, fresh);
  const end = live.indexOf(")", close + 2);
  if (end < 0) throw unclosed(lexer, ")");
  let target = fresh;
  for (const option of live.slice(close + 2, end).split(",")) {
    if (option === "!") target.template = true;
    else if (option.startsWith("+")) {
      const found = findFiltered({ state, lexer, name }, option.slice(1));
      // What stood before the `+` was done to a section that now never comes to be.
      if (target === fresh) handOver(fresh, found);
      target = found;
    } else inherit({ state, lexer, name: option }, target);
  }
  return target === fresh ? begin(state, fresh) : (state.current = target);
}

/** A section asked for by name. */
interface Reference {
  state: ReadState;
  lexer: Lexer;
  name: string;
}

function begin(state: ReadState, section: SectionData): SectionData {
  state.append(section);
  state.current = section;
  return section;
}

function findFiltered({ state, lexer, name }: Reference, filter: string): SectionData {
  const context = {
    spend: (steps: number) => state.countMatching(steps, lexer),
    warn: (message: string) => state.warn(lexer.position, message, "error"),
  };
  const found = state.named(name).find((section) => matchesFilter(section, filter, context));
  if (found === undefined) throw missing(lexer, name, "continue");
  return found;
}

function handOver(fresh: SectionData, found: SectionData): void {
  for (const entry of fresh.entries) found.entries.push(entry);
  found.template ||= fresh.template;
}

function inherit({ state, lexer, name }: Reference, target: SectionData): void {
  const base = state.named(name)[0];
  if (base === undefined) throw missing(lexer, name, "inherit");
  state.countCopied(base.entries.length, lexer);
  target.inherits.push(base.name);
  // A copy first: `[a](+,a)` appends a section to itself, where Asterisk never comes to an end.
  for (const entry of base.entries.slice()) target.entries.push(entry);
}

function unclosed(lexer: Lexer, bracket: string): ReadFault {
  const { position, raw } = lexer;
  return new ReadFault(`Cannot read the section header: no closing "${bracket}"`, {
    position,
    text: raw,
    logged: `parse error: no closing '${bracket}', line ${position.line} of ${position.file}`,
  });
}

function missing(lexer: Lexer, name: string, use: "continue" | "inherit"): ReadFault {
  const { position, raw } = lexer;
  const asked = use === "inherit" ? "Inheritance" : "Category addition";
  return new ReadFault(
    use === "inherit"
      ? `Cannot inherit from "${name}": no such section above; blanks around the name count`
      : `Cannot continue section "${name}": no such section above; a template needs (+TEMPLATES=include)`,
    {
      position,
      text: raw,
      logged: `${asked} requested, but category '${name}' does not exist, line ${position.line} of ${position.file}`,
    },
  );
}
