import { askAll, type Question, type Unanswered } from "./ask_all.ts";

/** What keeps an instance running (seed 003, Module Users). */
export interface User {
  /** Shown to people: a module's name, `call Console/1`. */
  readonly label: string;
  /** The module whose code `cancel` asks; empty when the host itself lets go. */
  readonly module: string;
  /** Number of references this user holds. */
  references: number;
  /** Called when the module is to stop although it is used: the user is to let go. */
  cancel(): void | Promise<void>;
}

/**
 * The users of one instance. The administrator is one of them but does not count in `module show`, as in Asterisk.
 */
export class Users {
  // Made when there is somebody: most modules have no users.
  #users: Map<string, User> | undefined;
  /** How those let go who use it as long as it is there, and keep it from nothing. */
  #followers: Set<Question> | undefined;
  /** Whether the administrator wants the module to run: autoload, modules.conf, `module load`. */
  admin = false;

  /** How many there are, the administrator aside: Asterisk's use count. */
  get count(): number {
    return this.#users?.size ?? 0;
  }

  /** Whether nothing keeps the instance running. */
  get idle(): boolean {
    return this.count === 0 && !this.admin;
  }

  /** Labels of all users, sorted. */
  labels(): string[] {
    return [...this.#users?.values() ?? []].map(({ label }) => label).sort();
  }

  /**
   * Adds a reference of a user; the same key counts once. Disposing the result twice is safe.
   *
   * @param key identity of the user
   * @param user label, cancel and who answers it, taken from the first reference
   */
  hold(key: string, user: Pick<User, "label" | "cancel"> & Partial<Pick<User, "module">>): Disposable {
    const users = this.#users ??= new Map();
    const { label, module = "", cancel } = user;
    const held = users.get(key) ?? { label, module, cancel, references: 0 };
    held.references++;
    users.set(key, held);
    let disposed = false;
    return {
      [Symbol.dispose]: () => {
        if (disposed) return;
        disposed = true;
        if (--held.references === 0 && users.get(key) === held) users.delete(key);
      },
    };
  }

  /** Adds somebody who uses it as long as it is there, and is asked to leave before it stops. It counts as no user. */
  follow(leave: Question): Disposable {
    // An identity of its own, should the same one follow twice.
    const follower = { ...leave };
    const followers = this.#followers ??= new Set();
    followers.add(follower);
    return { [Symbol.dispose]: () => void followers.delete(follower) };
  }

  /**
   * Asks every user to let go; one that throws keeps the others from nothing.
   *
   * @param milliseconds when those who have not answered are given up
   * @returns the modules that were given up
   */
  cancelAll(milliseconds: number): Promise<Unanswered[]> {
    const users = [...this.#users?.values() ?? []].map((user): Question => ({
      module: user.module,
      what: `cancel of ${user.label}`,
      ask: () => user.cancel(),
    }));
    return askAll([...users, ...this.#followers ?? []], milliseconds);
  }

  /** Forgets them all: the instance is gone. */
  clear(): void {
    this.#users?.clear();
    this.#followers?.clear();
  }
}
