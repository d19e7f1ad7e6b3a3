import { assertEquals } from "@std/assert";
import { CORE, type Owner, type Registration, RegistrationTable } from "../../src/registry/mod.ts";
import { forSeeds } from "../config/support.ts";

const RUNS = 500;
const STEPS = 40;
const NAMES = ["a", "A", "b", "B", "toString", "__proto__", "ä", "Ä"];
const OWNERS: readonly Owner[] = [{ module: "one" }, { module: "two" }, { module: "one" }, CORE];

type Row = Registration<number>;

/** The table as one would explain it: a list in the order of first addition, searched and sorted for every question. */
class NaiveTable {
  readonly #known: Row[] = [];
  readonly #present = new Set<Row>();

  add(row: Row): void {
    if (!this.#known.includes(row)) this.#known.push(row);
    this.#present.add(row);
  }

  delete(row: Row): void {
    this.#present.delete(row);
  }

  where(matches: (row: Row) => boolean): Row[] {
    const rows = this.#known.filter((row) => this.#present.has(row) && matches(row));
    // Sorting is stable, so the oldest comes first among equals.
    const core = ({ owner }: Row) => Number(owner === CORE);
    const byName = (a: Row, b: Row) => a.owner.module < b.owner.module ? -1 : a.owner.module > b.owner.module ? 1 : 0;
    return rows.sort((a, b) => core(b) - core(a) || b.priority - a.priority || byName(a, b));
  }

  all(name: string): Row[] {
    return this.where((row) => row.name.toLowerCase() === name.toLowerCase());
  }

  list(): Row[] {
    return [...new Set(NAMES.map((name) => name.toLowerCase()))].sort().flatMap((name) => this.all(name));
  }
}

Deno.test("RegistrationTable answers as a list that is searched every time", () => {
  forSeeds(RUNS, (random) => {
    const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
    const [table, naive] = [new RegistrationTable<number>(), new NaiveTable()];
    const added: { row: Row; handle: Disposable }[] = [];
    for (let step = 0; step < STEPS; step++) {
      const [kind, owner, name] = [random(6), pick(OWNERS), pick(NAMES)];
      if (kind <= 2) {
        const row = { name, owner, value: step, priority: random(3) };
        added.push({ row, handle: table.add(row) });
        naive.add(row);
      } else if (kind === 3 && added.length > 0) {
        const { row, handle } = pick(added);
        if (random(2) === 0) {
          handle[Symbol.dispose]();
          naive.delete(row);
        } else {
          table.add(row);
          naive.add(row);
        }
      } else if (kind === 4) {
        const gone = naive.all(name).filter((row) => row.owner === owner);
        assertEquals(table.remove(owner, name), gone.length > 0);
        for (const row of gone) naive.delete(row);
      } else if (kind === 5) {
        const gone = naive.list().filter((row) => row.owner === owner);
        assertEquals(table.removeOwner(owner), gone);
        for (const row of gone) naive.delete(row);
      }
      assertEquals(table.list(), naive.list());
      for (const each of NAMES) {
        assertEquals(table.all(each), naive.all(each));
        assertEquals(table.get(each), naive.all(each)[0]);
      }
    }
  });
});
