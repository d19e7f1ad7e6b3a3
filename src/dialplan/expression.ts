import {
  BINARY,
  choose,
  FUNCTIONS,
  numberValue,
  type OperatorScope,
  showValue,
  textValue,
  toNumber,
  UNARY,
  type Value,
} from "./expression_value.ts";

/** What an expression may ask of its surroundings. */
export interface ExpressionScope extends OperatorScope {
  /** Reads a dialplan function. */
  readFunction(name: string, args: string): Promise<string>;
  /** Gives the thread back when it was kept long enough. */
  rest(): Promise<void> | undefined;
}

/** Binary operators, the loosest first; all group to the left. */
const LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["&"],
  ["=", ">", "<", ">=", "<=", "!="],
  ["+", "-"],
  ["*", "/", "%"],
];
/** Binds tighter than the sign of a number. */
const TIGHTEST = [":", "=~", "~~"];

const ALIASES: Readonly<Record<string, string>> = { "||": "|", "&&": "&", "==": "=" };

/** Longest text that comes out of anything here: variables may double themselves. */
export const MAX_TEXT = 64 * 1024;
/** How deep parentheses may stand in one another. */
const MAX_DEPTH = 100;

/** Longest first; characters that begin nothing mean nothing, as in Asterisk. */
const TOKEN_REGEXP =
  /(\|\||&&|==|=~|~~|>=|<=|!=|::|[|&=<>+,\-*/%?!:()])|"[^"]*"|(?:[a-zA-Z0-9.';\\_^#@]|[^\0-\x7f]|\$(?!\{))+|[^]/g;

/** Steps that one token is worth, with all levels of the grammar that it goes through. */
const TOKEN_STEPS = 100;
/** Characters of a text that are worth one step. */
const CHARACTERS_A_STEP = 8;

type Token = { readonly operator: string } | { readonly value: Value };

/**
 * The value of what stands in `$[…]`, variables already replaced: Asterisk's grammar and precedence. An expression that
 * cannot be read is warned of and has the value 0.
 */
export async function evaluateExpression(text: string, scope: ExpressionScope): Promise<string> {
  try {
    const parser = new Parser(text, scope);
    return parser.empty ? "" : showValue(await parser.parse());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    scope.warn(`syntax error: ${error.message}; Input: ${text}`);
    return "0";
  }
}

function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN_REGEXP)].flatMap(([token, operator]): Token[] => {
    if (operator !== undefined) return [{ operator: ALIASES[operator] ?? operator }];
    if (/^[0-9]+(\.[0-9]+)?$/.test(token)) return [{ value: { kind: "digits", text: token } }];
    const word = token.length > 1 || /[a-zA-Z0-9.';\\_^#@$]|[^\0-\x7f]/.test(token);
    return word ? [{ value: { kind: "text", text: token } }] : [];
  });
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #scope: ExpressionScope;
  #at = 0;
  #depth = 0;

  constructor(text: string, scope: ExpressionScope) {
    scope.spend(text.length);
    this.#tokens = tokens(text);
    this.#scope = scope;
  }

  get empty(): boolean {
    return this.#tokens.length === 0;
  }

  async parse(): Promise<Value> {
    const value = await this.#condition();
    if (this.#at < this.#tokens.length) this.#unexpected();
    return value;
  }

  async #condition(): Promise<Value> {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`more than ${MAX_DEPTH} expressions in one another`);
    let left = await this.#binary(0);
    while (this.#take("?")) {
      const yes = await this.#condition();
      if (!this.#take("::")) this.#unexpected("expecting '::'");
      left = choose(left, yes, await this.#binary(0));
    }
    this.#depth--;
    return left;
  }

  async #binary(level: number): Promise<Value> {
    const operators = LEVELS[level];
    if (operators === undefined) return await this.#unary();
    let left = await this.#binary(level + 1);
    for (let operator = this.#takeOf(operators); operator !== undefined; operator = this.#takeOf(operators)) {
      left = this.#apply(operator, left, await this.#binary(level + 1));
    }
    return left;
  }

  /** Signs are gathered first: thousands of them must not exhaust the stack. */
  async #unary(): Promise<Value> {
    const signs: string[] = [];
    for (let sign = this.#takeOf(["-", "!"]); sign !== undefined; sign = this.#takeOf(["-", "!"])) signs.push(sign);
    let value = await this.#tight();
    for (const sign of signs.reverse()) value = UNARY[sign]!(value, this.#scope);
    return value;
  }

  async #tight(): Promise<Value> {
    let left = await this.#primary();
    for (let operator = this.#takeOf(TIGHTEST); operator !== undefined; operator = this.#takeOf(TIGHTEST)) {
      left = this.#apply(operator, left, await this.#primary());
    }
    return left;
  }

  /** Texts may be long, and an operator looks at all of both. */
  #apply(operator: string, left: Value, right: Value): Value {
    this.#scope.spend((showValue(left).length + showValue(right).length) / CHARACTERS_A_STEP);
    const value = BINARY[operator]!(left, right, this.#scope);
    if (value.kind !== "number" && value.text.length > MAX_TEXT) {
      throw new RangeError(`text becomes longer than ${MAX_TEXT} characters`);
    }
    return value;
  }

  async #primary(): Promise<Value> {
    this.#scope.spend(TOKEN_STEPS);
    const rest = this.#scope.rest();
    if (rest !== undefined) await rest;
    if (this.#take("(")) {
      const value = await this.#condition();
      if (!this.#take(")")) this.#unexpected("expecting ')'");
      return value;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined || !("value" in token)) this.#unexpected();
    this.#at++;
    return this.#take("(") ? await this.#call(showValue(token.value)) : token.value;
  }

  async #call(name: string): Promise<Value> {
    const args = [await this.#condition()];
    while (this.#take(",")) args.push(this.#peek(")") || this.#peek(",") ? textValue("") : await this.#condition());
    if (!this.#take(")")) this.#unexpected("expecting ')'");
    if (!/^[A-Z_0-9]+$/.test(name)) {
      this.#scope.warn(`'${name}' is not possibly a function name`);
      return numberValue(0);
    }
    const own = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (own === undefined) return textValue(await this.#scope.readFunction(name, args.map(showValue).join(",")));
    if (args.length === own.arity) {
      return numberValue(own.run(toNumber(args[0]!) ?? 0, toNumber(args[1] ?? args[0]!) ?? 0));
    }
    this.#scope.warn(`Wrong args to ${name}() function`);
    return numberValue(0);
  }

  #peek(operator: string): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && "operator" in token && token.operator === operator;
  }

  #take(operator: string): boolean {
    if (!this.#peek(operator)) return false;
    this.#at++;
    return true;
  }

  #takeOf(operators: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !("operator" in token) || !operators.includes(token.operator)) return undefined;
    this.#at++;
    return token.operator;
  }

  #unexpected(expected?: string): never {
    const token = this.#tokens[this.#at];
    const found = token === undefined
      ? "end"
      : "operator" in token
      ? `'${token.operator}'`
      : `'${showValue(token.value)}'`;
    throw new SyntaxError(`unexpected ${found}${expected === undefined ? "" : `, ${expected}`}`);
  }
}
