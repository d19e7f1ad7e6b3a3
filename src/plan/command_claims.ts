import { nameKey, type Provision } from "../manifest/mod.ts";
import { checkPattern, type CommandWords, commandWords, fixedPart, overlap, WordTree } from "../registry/mod.ts";
import { CLAIM, type Claim, isSettled, type Settling } from "./claim.ts";

/** Most others that one command is compared with: what has more is refused. */
const MOST_COMPARED = 1_000;

/** A command that a module claims, and its words. */
interface CommandClaim extends Claim {
  readonly words: CommandWords;
}

/** Console commands that modules claim. Two are one name when a line could be meant for either. */
export class CommandClaims {
  readonly #core = new WordTree<CommandWords>();
  readonly #tree = new WordTree<CommandClaim>();
  readonly #all: CommandClaim[] = [];
  readonly #allowed = new Set<CommandClaim>();

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
    const one = { ...claim, words };
    this.#all.push(one);
    this.#tree.add(one, ...place(words));
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
        const owners = this.#isCore(claim.words) ? ["core"] : this.#others(claim, (other) => this.#allowed.has(other));
        if (owners.length > 0) refuse(claim, owners, false);
        return owners.length === 0;
      });
      const equals = new Set(left);
      for (const claim of left) {
        const rivals = isSettled(standing) ? [] : this.#others(claim, (other) => equals.has(other));
        if (rivals.length > 0) refuse(claim, rivals, true);
        else this.#allowed.add(claim);
      }
    }
  }

  /** Whose a command is that a module has no line of its own for; nothing when the module may have it. */
  ownersOf(command: string, module: string, standing: number): readonly string[] | undefined {
    const words = commandWords(command);
    if (this.#isCore(words)) return ["core"];
    const least = Math.max(standing, CLAIM.installed);
    const owners = this.#others({ module, words }, (other) => this.#allowed.has(other) && other.standing >= least);
    return owners.length === 0 ? undefined : owners;
  }

  #isCore(words: CommandWords): boolean {
    for (const core of near(this.#core, words)) if (overlap(words, core)) return true;
    return false;
  }

  /** Modules with a claim that counts and could take lines from this one, or the other way round. */
  #others(
    { module, words }: Pick<CommandClaim, "module" | "words">,
    counts: (other: CommandClaim) => boolean,
  ): string[] {
    const found = new Set<string>();
    let compared = 0;
    for (const other of near(this.#tree, words)) {
      if (nameKey(other.module) === nameKey(module) || !counts(other)) continue;
      if (++compared > MOST_COMPARED || overlap(words, other.words)) found.add(other.module);
      if (compared > MOST_COMPARED) break;
    }
    return [...found].sort();
  }
}

function near<T>(tree: WordTree<T>, { pattern, keys }: CommandWords): Iterable<T> {
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
