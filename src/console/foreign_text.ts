import { printableText } from "../fault/mod.ts";

/** How lines begin that the host writes by itself on a console: of the log at any level, and the prompt. */
const HOST_LINE_REGEXP = /^(?:\[[^\]]*\] *[A-Z]+\[\d+\]|\S*\*?CLI> | {2}== | {4}-- | {7,}> )/;

/** Blanks before further lines of a usage, as Asterisk has them. */
const INDENT = "       ";

/**
 * What a command of a module prints, with nothing that a terminal obeys. A line that begins as the host's own ones do has
 * the module's name in front: lines of the log come on the same console.
 */
export function foreignText(text: string, module: string): string {
  return printableText(text).split("\n")
    .map((line) => HOST_LINE_REGEXP.test(line) ? `${module}: ${line}` : line).join("\n");
}

/** A usage as it is shown: only its first line begins at the margin, so that no other passes for the host's. */
export function usageText(usage: string): string {
  return printableText(usage).split("\n").map((line, index) =>
    index === 0 || line.trim() === "" ? line : pushedIn(line)
  )
    .join("\n").trimEnd();
}

function pushedIn(line: string): string {
  if (/^[ \t]/.test(line) && !HOST_LINE_REGEXP.test(line)) return line;
  const text = line.trimStart();
  // One blank less where it would read as a verbose line of a high level.
  return `${text.startsWith("> ") ? INDENT.slice(1) : INDENT}${text}`;
}
