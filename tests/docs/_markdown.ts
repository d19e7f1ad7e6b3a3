/** Fenced blocks and links of the documents. */
import { join } from "@std/path";
import { ROOT } from "../../tools/process.ts";

/** A fenced block. */
export interface Block {
  /** Path of the document from the root. */
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The first word behind the fence; empty when there is none. */
  readonly language: string;
  /** The other words, such as `ignore` or `file=etc/modules.conf`. */
  readonly words: readonly string[];
  /** The lines between the fences, without the indentation of the fence. */
  readonly text: string;
}

/** Every document: README.md and all Markdown below docs/. */
export function documents(): string[] {
  const found = ["README.md"];
  const visit = (directory: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, directory))) {
      if (isDirectory) visit(`${directory}/${name}`);
      else if (name.endsWith(".md")) found.push(`${directory}/${name}`);
    }
  };
  visit("docs");
  return found.sort();
}

/** The fenced blocks of a document, in order. */
export function blocksOf(file: string, text = Deno.readTextFileSync(join(ROOT, file))): Block[] {
  const blocks: Block[] = [];
  let open: { indent: string; line: number; info: string[]; lines: string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent, info] = /^(\s*)```(.*)$/.exec(line) ?? [];
    if (indent === undefined || info === undefined) {
      open?.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
    } else if (open === undefined) open = { indent, line: index + 1, info: info.trim().split(/\s+/), lines: [] };
    else {
      const [language = "", ...words] = open.info;
      blocks.push({ file, line: open.line, language, words, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new SyntaxError(`${file}:${open.line}: the block is not closed`);
  return blocks;
}

/** The value of a word such as `file=…`. */
export function wordOf({ words }: Block, key: string): string | undefined {
  return words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
}

/** A line of a transcript as a pattern: `…` stands for anything within it. */
export function linePattern(line: string): RegExp {
  const parts = line.trim().split("…").map((part) =>
    part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(/ +/g, "\\s+")
  );
  return new RegExp(parts.join("[^\\n]*?"));
}

/** The first line of a transcript that an output does not have, in this order; undefined when all are there. */
export function missingLine(transcript: string, output: string): string | undefined {
  let rest = output;
  for (const line of transcript.split("\n")) {
    if (line.trim() === "" || line.trim() === "…") continue;
    const match = linePattern(line).exec(rest);
    if (match === null) return line;
    rest = rest.slice(match.index + match[0].length);
  }
  return undefined;
}

/** Targets of the links of a document, with their lines, those to elsewhere left out. */
export function localLinks(text: string): { line: number; target: string }[] {
  const prose = text.replace(/^(\s*)```[^]*?^\1```$/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)|<img[^>]* src="([^"]+)"|<source[^>]* srcset="([^"]+)"/g)].flatMap(
    (match) => {
      const target = match[1] ?? match[2] ?? match[3] ?? "";
      const line = prose.slice(0, match.index).split("\n").length;
      return /^[a-z]+:/.test(target) ? [] : [{ line, target }];
    },
  );
}

/** The anchors of a document's headings, as the usual renderers make them. */
export function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")
  );
}
