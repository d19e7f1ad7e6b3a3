/**
 * Runs the techniques that eat memory and processor time, and those that attack the host through its own object, each in a
 * host of its own. Fails when one is not contained in a process, or when one takes the host along that docs/security.md
 * does not list. Those against the host are in a process, unless they say otherwise. At the end all others run on a
 * terminal in every kind of realm, and everything that the host shows of them is read; `shown` alone does only that.
 *
 *     deno task hostile [process|limited|dedicated|shared] [shown | words of a technique's name …]
 *
 * @module
 */
import { type Batch, type Home, runAll, runBatch } from "./_run.ts";
import { isForPipes } from "./exceptions.ts";
import { columnName, columns } from "./_table.ts";
import { type Endurance, formatExhaustion, unexpected } from "./_endurance.ts";
import { formatMeasures, NOTHING, PROMISES } from "./_measure.ts";
import { readTechniques, type Technique } from "./_technique.ts";

const HOMES: readonly Home[] = ["process", "limited", "dedicated", "shared"];

/** Kinds of realm that a technique is run in. */
function homesOf({ group, realm }: Technique, kinds: readonly Home[]): readonly Home[] {
  if (group === "host") return [realm as Home | undefined ?? "process"];
  return kinds.length > 0 ? kinds : HOMES;
}

const LIMITS = ["default = heartbeat=2, memory=512M, cpu=20"];

async function endure(technique: Technique, kind: Home, mode: Batch["mode"] = "binary"): Promise<Endurance> {
  const own = technique.group === "host" ? { bounds: PROMISES } : { limits: LIMITS };
  const batch = { mode, kind, techniques: [technique], patience: 12_000, ...own } as const;
  try {
    const { verdicts, damage, measures } = await runBatch(batch);
    const verdict = verdicts.get(technique.name)?.outcome ?? "silent";
    return {
      name: technique.name,
      kind,
      result: damage.length > 0 ? "host hurt" : verdict,
      evidence: damage.join("; "),
      measures,
      words: verdicts.get(technique.name)?.evidence ?? "",
    };
  } catch (error) {
    const evidence = (error as Error).message.slice(0, 200);
    return { name: technique.name, kind, result: "host gone", evidence, measures: NOTHING, words: "" };
  }
}

/** Reads what hosts show of every technique that leaves the machine to others. Gives what is wrong. */
async function showAll(kinds: readonly Home[]): Promise<string[]> {
  const techniques = readTechniques().filter(({ apart, group, name }) =>
    !apart && group !== "host" && !isForPipes(name)
  );
  const found: string[] = [];
  for (const column of columns.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))) {
    const { damage, measures } = await runAll({ ...column, techniques, shown: true, patience: 12_000 });
    console.log(`shown in ${columnName(column)}: ${damage.length} faults; ${formatMeasures(measures)}`);
    found.push(...damage);
  }
  return found;
}

if (import.meta.main) {
  const kinds = HOMES.filter((kind) => Deno.args.includes(kind));
  const words = Deno.args.filter((word) => !kinds.some((kind) => kind === word));
  const chosen = readTechniques().filter(({ apart, group, name }) =>
    (apart || group === "host") && (words.length === 0 || words.some((word) => name.includes(word)))
  );
  const all: Endurance[] = [];
  for (const technique of chosen) {
    for (const kind of homesOf(technique, kinds)) {
      all.push(await endure(technique, kind));
      const { group, terminal, beside } = technique;
      // The same where the thread of the host is measured.
      if (group === "host" && !terminal && beside.length === 0) all.push(await endure(technique, kind, "embedded"));
    }
    console.log(formatExhaustion(technique.name, all));
    if (technique.group !== "host") continue;
    for (const { measures, words } of all.filter(({ name }) => name === technique.name)) {
      console.log(`    ${formatMeasures(measures)}; ${words}`);
    }
  }
  const shownFaults = words.length === 0 || words.includes("shown") ? await showAll(kinds) : [];
  for (const fault of shownFaults) console.log(`FAILED ${fault}`);
  const faults = unexpected(all);
  for (const { name, kind, result, evidence } of faults) {
    console.log(`FAILED ${name} (${kind}): ${result}: ${evidence}`);
  }
  console.log(`${all.length} runs, ${faults.length} not as docs/security.md has them`);
  Deno.exitCode = faults.length + shownFaults.length === 0 ? 0 : 1;
}
