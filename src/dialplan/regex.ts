/** Steps that one match may take: an expression of the dialplan must not hold up the host. */
const MAX_STEPS = 200_000;

/** What an expression found. */
export interface RegexMatch {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Text of the first group; undefined when it took no part. */
  readonly group: string | undefined;
}

/** Goes on at a place in the text; false: this way leads nowhere. */
type Next = (at: number) => boolean;
/** Matches at a place and goes on behind it. */
type Matcher = (at: number, next: Next) => boolean;
type Test = (character: string) => boolean;

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // deno-lint-ignore no-control-regex -- control characters are the class meant
  cntrl: /[\x00-\x1f\x7f]/,
};

/**
 * A POSIX extended regular expression, as far as the dialplan's `:` and `=~` need it: the first match, the longest that
 * greedy repetition finds, and its first group. Its work is counted; JavaScript's own could take for ever.
 */
export class Regex {
  /** How many groups there are. */
  readonly groups: number;
  readonly #matcher: Matcher;
  readonly #state: MatchState;

  /**
   * Compiles a pattern.
   *
   * @throws {SyntaxError} when it is none
   */
  constructor(pattern: string) {
    this.#state = { text: "", steps: 0, start: -1, end: -1 };
    const parser = new Parser(pattern, this.#state);
    this.#matcher = parser.parse();
    this.groups = parser.groups;
  }

  /**
   * The first match in a text.
   *
   * @throws {RangeError} when it takes too many steps
   */
  match(text: string): RegexMatch | undefined {
    const state = this.#state;
    state.text = text;
    state.steps = 0;
    for (let start = 0; start <= text.length; start++) {
      let end = -1;
      state.start = state.end = -1;
      if (!this.#run(start, (at) => (end = at) >= 0)) continue;
      return { start, end, group: state.start < 0 ? undefined : text.slice(state.start, state.end) };
    }
    return undefined;
  }

  #run(start: number, next: Next): boolean {
    try {
      return this.#matcher(start, next);
    } catch (error) {
      // Groups within groups also take stack.
      if (error instanceof RangeError) throw new RangeError("the regular expression takes too long on this text");
      throw error;
    }
  }
}

/** What the matchers of an expression share; the place of the first group too. */
interface MatchState {
  text: string;
  steps: number;
  start: number;
  end: number;
}

class Parser {
  groups = 0;
  readonly #pattern: string;
  readonly #state: MatchState;
  #at = 0;

  constructor(pattern: string, state: MatchState) {
    this.#pattern = pattern;
    this.#state = state;
  }

  parse(): Matcher {
    const matcher = this.#choice();
    if (this.#at < this.#pattern.length) this.#fail("unmatched )");
    return matcher;
  }

  #choice(): Matcher {
    const branches = [this.#branch()];
    while (this.#take("|")) branches.push(this.#branch());
    if (branches.length === 1) return branches[0]!;
    return (at, next) => branches.some((branch) => branch(at, next));
  }

  #branch(): Matcher {
    const parts: Matcher[] = [];
    while (this.#at < this.#pattern.length && !"|)".includes(this.#pattern[this.#at]!)) parts.push(this.#piece());
    return parts.reduceRight<Matcher>(
      (rest, part) => (at, next) => part(at, (end) => rest(end, next)),
      (at, next) => next(at),
    );
  }

  #piece(): Matcher {
    const state = this.#state;
    if (this.#take("^")) return (at, next) => at === 0 && next(at);
    if (this.#take("$")) return (at, next) => at === state.text.length && next(at);
    if (this.#take("(")) return this.#repeats(this.#group());
    return this.#characters(this.#character());
  }

  #group(): Matcher {
    const state = this.#state;
    const first = this.groups++ === 0;
    const inner = this.#choice();
    if (!this.#take(")")) this.#fail("unmatched (");
    if (!first) return inner;
    return (at, next) => {
      const { start, end } = state;
      const found = inner(at, (behind) => {
        const saved = { start: state.start, end: state.end };
        [state.start, state.end] = [at, behind];
        if (next(behind)) return true;
        [state.start, state.end] = [saved.start, saved.end];
        return false;
      });
      if (!found) [state.start, state.end] = [start, end];
      return found;
    };
  }

  /** One character, repeated without recursion: a long text must not exhaust the stack. */
  #characters(test: Test): Matcher {
    let { least, most } = this.#counts() ?? { least: 1, most: 1 };
    for (let more = this.#counts(); more !== undefined; more = this.#counts()) {
      [least, most] = [least * more.least, most * more.most];
    }
    const state = this.#state;
    return (at, next) => {
      let end = at;
      while (end - at < most && end < state.text.length && test(state.text[end]!)) end += this.#step();
      for (; end - at >= least; end--) if (this.#step() && next(end)) return true;
      return false;
    };
  }

  #repeats(part: Matcher): Matcher {
    const counts = this.#counts();
    if (counts === undefined) return part;
    const { least, most } = counts;
    const times = (count: number): Matcher => (at, next) => {
      this.#step();
      // A part that took nothing would take nothing for ever.
      const again = count < most && part(at, (end) => (end > at || count < least) && times(count + 1)(end, next));
      return again || (count >= least && next(at));
    };
    return this.#repeats(times(0));
  }

  #counts(): { least: number; most: number } | undefined {
    if (this.#take("*")) return { least: 0, most: Infinity };
    if (this.#take("+")) return { least: 1, most: Infinity };
    if (this.#take("?")) return { least: 0, most: 1 };
    const match = /^\{(\d{1,3})?(,(\d{1,3})?)?\}/.exec(this.#pattern.slice(this.#at));
    if (match === null) return this.#pattern[this.#at] === "{" ? this.#fail("wrong counts in {}") : undefined;
    this.#at += match[0].length;
    const least = Number(match[1] ?? 0);
    const most = match[2] === undefined ? least : Number(match[3] ?? Infinity);
    return least > most ? this.#fail("wrong counts in {}") : { least, most };
  }

  #character(): Test {
    const character = this.#pattern[this.#at++]!;
    if (character === ".") return () => true;
    if (character === "[") return this.#set();
    if ("*+?{".includes(character)) this.#fail(`nothing before ${character}`);
    if (character !== "\\") return (other) => other === character;
    const escaped = this.#pattern[this.#at++] ?? this.#fail("backslash at the end");
    if (escaped === "w") return (other) => /\w/.test(other);
    if (escaped === "W") return (other) => /\W/.test(other);
    return (other) => other === escaped;
  }

  #set(): Test {
    const negated = this.#take("^");
    const tests: Test[] = [];
    do {
      const name = /^\[:(\w+):\]/.exec(this.#pattern.slice(this.#at));
      if (name !== null) {
        const known = CLASSES[name[1]!] ?? this.#fail(`there is no class ${name[1]}`);
        this.#at += name[0].length;
        tests.push((other) => known.test(other));
      } else tests.push(this.#range());
    } while (!this.#take("]"));
    return (other) => tests.some((test) => test(other)) !== negated;
  }

  #range(): Test {
    const from = this.#pattern[this.#at++] ?? this.#fail("unmatched [");
    if (this.#pattern[this.#at] !== "-" || "]".includes(this.#pattern[this.#at + 1] ?? "]")) {
      return (other) => other === from;
    }
    const to = this.#pattern[this.#at + 1]!;
    if (from > to) this.#fail("a range that ends before it begins");
    this.#at += 2;
    return (other) => other >= from && other <= to;
  }

  #take(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #step(): 1 {
    if (++this.#state.steps > MAX_STEPS) throw new RangeError();
    return 1;
  }

  #fail(reason: string): never {
    throw new SyntaxError(`"${this.#pattern}" is no regular expression: ${reason}`);
  }
}
