import { nameKey, type Provision } from "../manifest/mod.ts";
import { checkPattern, type CommandWords, commandWords, fixedPart, overlap, WordTree } from "../registry/mod.ts";
import { CLAIM, type Claim, isSettled, type Settling } from "./claim.ts";

/** Most others that one command is compared with: what has more is refused. */
const MOST_COMPARED = 1_000;

/** Most that all commands of one module are compared with. No module has so many that begin as those of others do. */
const MOST_OF_MODULE = 20_000;

/** A command that a module claims, and its words. */
interface CommandClaim extends Claim {
  readonly words: CommandWords;
  /** The module's `nameKey`. */
  readonly key: string;
}

/** Claims of one module that stand at one place of a tree: those of the module itself are passed over in one step. */
interface Bunch {
  readonly key: string;
  readonly claims: CommandClaim[];
}

/** Console commands that modules claim. Two are one name when a line could be meant for either. */
export class CommandClaims {
  readonly #core = new WordTree<CommandWords>();
  readonly #all: CommandClaim[] = [];
  /** Claims that have effect, by their standing. Those of lower standing must not even cost the better ones time. */
  readonly #allowed = new Map<number, WordTree<Bunch>>();
  /** How often commands of each module have been compared, by its `nameKey`. */
  readonly #compared = new Map<string, number>();

  /** @param core the program's own commands */
  constructor(core: readonly string[]) {
    for (const command of core) {
      // Of the core's no word is free that only begins as one does: what is mistyped is the core's to answer.
      const words = fixedPart(commandWords(command));
      this.#core.add(words, ...place(words));
    }
  }

  /** Adds a claim; one whose words make no command is never registered, and left out. */
  add(claim: Claim): void {
    if (!isCommand(claim.provision)) return;
    const words = commandWords(claim.provision.name);
    this.#all.push({ ...claim, words, key: nameKey(claim.module) });
  }

  /** Decides about all, the best first: of those that could take lines from each other only the best have effect. */
  settle({ given, refuse }: Settling): void {
    const byStanding = Map.groupBy(this.#all, ({ standing }) => standing);
    for (const standing of [...byStanding.keys()].sort((a, b) => b - a)) {
      const level = byStanding.get(standing) ?? [];
      if (standing === CLAIM.none) {
        for (const claim of level) refuse(claim, given(claim.provision), false);
        continue;
      }
      const left = level.filter((claim) => {
        const owners = this.#isCore(claim.words) ? ["core"] : this.#others(claim, this.#allowed.values());
        if (owners.length > 0) refuse(claim, owners, false);
        return owners.length === 0;
      });
      const rivals = isSettled(standing) ? [] : [treeOf(left)];
      const allowed = left.filter((claim) => {
        const others = this.#others(claim, rivals);
        if (others.length > 0) refuse(claim, others, true);
        return others.length === 0;
      });
      this.#allowed.set(standing, treeOf(allowed));
    }
    this.#compared.clear();
  }

  /** Whose a command is that a module has no line of its own for; nothing when the module may have it. */
  ownersOf(command: string, module: string, standing: number): readonly string[] | undefined {
    const words = commandWords(command);
    if (this.#isCore(words)) return ["core"];
    const least = Math.max(standing, CLAIM.installed);
    const better = [...this.#allowed].filter(([level]) => level >= least).map(([, tree]) => tree);
    const owners = this.#others({ words, key: nameKey(module) }, better);
    this.#compared.clear();
    return owners.length === 0 ? undefined : owners;
  }

  #isCore(words: CommandWords): boolean {
    for (const core of near(this.#core, words)) if (overlap(words, core)) return true;
    return false;
  }

  /** Modules with a claim in these trees that could take lines from this one, or the other way round. */
  #others({ words, key }: Pick<CommandClaim, "words" | "key">, trees: Iterable<WordTree<Bunch>>): string[] {
    const found = new Set<string>();
    const before = this.#compared.get(key) ?? 0;
    const most = Math.min(before + MOST_COMPARED, MOST_OF_MODULE);
    let compared = before;
    for (const tree of trees) {
      const others = near(tree, words).filter((bunch) => bunch.key !== key).flatMap(({ claims }) => claims);
      for (const other of others) {
        if (compared >= most || overlap(words, other.words)) found.add(other.module);
        if (compared++ >= most) break;
      }
    }
    this.#compared.set(key, Math.min(compared, MOST_OF_MODULE));
    return [...found].sort();
  }
}

function treeOf(claims: readonly CommandClaim[]): WordTree<Bunch> {
  const tree = new WordTree<Bunch>();
  const bunches = new Map<string, Bunch>();
  for (const claim of claims) {
    const [words, whole] = place(claim.words);
    const at = JSON.stringify([claim.key, whole, ...words]).toLowerCase();
    let bunch = bunches.get(at);
    if (bunch === undefined) {
      bunches.set(at, bunch = { key: claim.key, claims: [] });
      tree.add(bunch, words, whole);
    }
    bunch.claims.push(claim);
  }
  return tree;
}

function near<T>(tree: WordTree<T>, { pattern, keys }: CommandWords): IteratorObject<T> {
  return tree.near(keys.map((one) => [...one.keys()]), (at) => pattern[at]?.kind === "optional");
}

/** Where a command stands in a tree: by the words that must be typed first. */
function place(words: CommandWords): [words: string[], whole: boolean] {
  const { pattern } = fixedPart(words);
  return [pattern.flatMap((word) => word.words), pattern.length === words.pattern.length];
}

function isCommand({ name }: Pick<Provision, "name">): boolean {
  try {
    checkPattern(name);
    return true;
  } catch {
    return false;
  }
}
