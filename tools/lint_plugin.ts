/**
 * Facts about source files that need a parser, reported as lint diagnostics. Why it exists: Deno's linter is the only
 * parser of TypeScript that is always at hand. `check_limits.ts` and `check_layers.ts` run it and judge what it finds.
 *
 * It stops at an empty statement (a stray `;`); `deno fmt` removes those and goes first in the gate.
 *
 * @module
 */

/** The name of a function that has none. */
const ANONYMOUS = "(anonymous)";

/** The functions that have a body and parameters of their own. */
type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** Reports every function as `name|lines|parameters`; who asks knows the limits. */
const functions: Deno.lint.Rule = {
  create(context) {
    const text = context.sourceCode.text;
    const report = (node: FunctionNode) => {
      const lines = text.slice(...node.range).split("\n").length;
      context.report({ node, message: `${nameOf(node)}|${lines}|${node.params.length}` });
    };
    return { FunctionDeclaration: report, FunctionExpression: report, ArrowFunctionExpression: report };
  },
};

/** Reports every use of the global `Deno`, types included, as the expression it stands in. */
const deno: Deno.lint.Rule = {
  create(context) {
    return {
      Identifier(node) {
        if (node.name !== "Deno" || isLabel(node)) return;
        context.report({ node, message: context.sourceCode.getText(node.parent).split("\n")[0] ?? "Deno" });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = { name: "asterism", rules: { functions, deno } };
export default plugin;

/** A name that is no reference: `{ Deno: 1 }`, `x.Deno`. */
function isLabel({ parent, range }: Deno.lint.Identifier): boolean {
  const isHere = (node: { range: Deno.lint.Range }) => node.range[0] === range[0];
  if (parent.type === "Property") return !parent.computed && isHere(parent.key);
  return parent.type === "MemberExpression" && !parent.computed && isHere(parent.property);
}

/** What a reader calls the function: its own name, or that of what it is assigned to. */
function nameOf(node: FunctionNode): string {
  if (node.type !== "ArrowFunctionExpression" && node.id) return node.id.name;
  const { parent } = node;
  switch (parent.type) {
    case "VariableDeclarator":
      return parent.id.type === "Identifier" ? parent.id.name : ANONYMOUS;
    case "MethodDefinition":
    case "PropertyDefinition":
    case "Property":
      return parent.key.type === "Identifier" || parent.key.type === "PrivateIdentifier" ? parent.key.name : ANONYMOUS;
    default:
      return ANONYMOUS;
  }
}
