/**
 * Takes a module's text apart with acorn. A bundle of its own, imported when the first text needs it: the parser would
 * cost every start of the program some milliseconds.
 *
 * @module
 */
import { type Comment, Parser } from "acorn";

/** A part of a text, as offsets of UTF-16 units; the end is exclusive. */
export interface Span {
  /** First unit. */
  readonly start: number;
  /** Behind the last unit. */
  readonly end: number;
}

/** Something in a text that imports, or could. */
export interface ImportForm extends Span {
  /** `static` covers `export … from` too. */
  readonly kind: "static" | "dynamic" | "meta";
  /** What a static form names; undefined for the others. */
  readonly specifier: string | undefined;
  /** It has `with { … }`. */
  readonly attributes: boolean;
}

/** Text that is no code: a string, a part of a template, a regular expression. */
export interface Quoted extends Span {
  /** An escape in it would be seen: a part of a tagged template. */
  readonly raw: boolean;
}

/** What the parser found. */
export interface Dissection {
  /** Everything that imports, in no order. */
  readonly forms: readonly ImportForm[];
  /** Comments. */
  readonly comments: readonly Span[];
  /** Names written `import` that are members, which is allowed: `{ import: 1 }`. */
  readonly names: readonly Span[];
  /** Strings, templates and regular expressions. */
  readonly quoted: readonly Quoted[];
}

// deno-lint-ignore no-explicit-any -- nodes are walked without regard to their types
type Node = any;

/**
 * Acorn without its checks for names declared twice and for regular expressions: their cost grows with the square of the
 * text, and V8 makes them anyway when the text is imported.
 */
const Scanner = Parser.extend((Base: typeof Parser) => {
  // deno-lint-ignore no-explicit-any -- methods that acorn's types leave out
  return class extends (Base as any) {
    declareName(): void {}
    checkLocalExport(): void {}
    checkExport(): void {}
    checkPatternExport(): void {}
    checkVariableExport(): void {}
    validateRegExpFlags(): void {}
    validateRegExpPattern(): void {}
  } as unknown as typeof Parser;
});

/** Where a form stands in a text, by the type of its node. */
const FORMS: Record<string, (node: Node) => ImportForm | undefined> = {
  ImportDeclaration: staticForm,
  ExportNamedDeclaration: staticForm,
  ExportAllDeclaration: staticForm,
  ImportExpression: ({ start, end }) => ({ start, end, kind: "dynamic", specifier: undefined, attributes: false }),
  MetaProperty({ start, end, meta }) {
    return meta.name === "import" ? { start, end, kind: "meta", specifier: undefined, attributes: false } : undefined;
  },
};

function staticForm({ start, end, source, attributes = [] }: Node): ImportForm | undefined {
  if (source === null || source === undefined) return undefined;
  return { start, end, kind: "static", specifier: String(source.value), attributes: attributes.length > 0 };
}

/**
 * Takes a text apart.
 *
 * @throws {SyntaxError} when it is no module, or nested too deeply; `loc`, where there is one, says where
 */
export function dissect(text: string): Dissection {
  const comments: Comment[] = [];
  const program = Scanner.parse(text, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowHashBang: false,
    onComment: comments,
  });
  const found = { forms: [] as ImportForm[], comments, names: [] as Span[], quoted: [] as Quoted[] };
  const open: { node: Node; raw: boolean }[] = [{ node: program, raw: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, raw } = next;
    visit(node, { found, raw });
    const tagged = node.type === "TaggedTemplateExpression";
    for (const key of Object.keys(node)) {
      for (const child of Array.isArray(node[key]) ? node[key] : [node[key]]) {
        if (typeof child?.type !== "string") continue;
        // Only the parts of the template itself, not what stands between them.
        const inRaw = (tagged && key === "quasi") || (raw && key === "quasis");
        open.push({ node: child, raw: inRaw });
      }
    }
  }
  return found;
}

function visit(
  node: Node,
  { found, raw }: { found: { forms: ImportForm[]; names: Span[]; quoted: Quoted[] }; raw: boolean },
): void {
  const { type, start, end } = node;
  const form = FORMS[type]?.(node);
  if (form !== undefined) found.forms.push(form);
  if (type === "Identifier" && node.name === "import") found.names.push({ start, end });
  if (type === "TemplateElement") found.quoted.push({ start, end, raw });
  if (type === "Literal" && (typeof node.value === "string" || node.regex !== undefined)) {
    found.quoted.push({ start, end, raw: false });
  }
}
