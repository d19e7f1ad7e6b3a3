/**
 * Runs the techniques that eat memory and processor time: each in a host of its own in Workers, side by side in processes.
 * Fails when one is not contained in a process, or when one takes the host along that docs/security.md does not list.
 *
 *     deno task hostile [process|limited|dedicated|shared] [words of a technique's name …]
 *
 * @module
 */
import { type Home, runBatch } from "./_run.ts";
import { type Endurance, formatExhaustion, unexpected } from "./_endurance.ts";
import { readTechniques, type Technique } from "./_technique.ts";

const HOMES: readonly Home[] = ["process", "limited", "dedicated", "shared"];

const LIMITS = ["default = heartbeat=2, memory=512M, cpu=20"];

async function endure(technique: Technique, kind: Endurance["kind"]): Promise<Endurance> {
  const batch = { mode: "binary", kind, techniques: [technique], limits: LIMITS, patience: 12_000 } as const;
  try {
    const { verdicts, damage } = await runBatch(batch);
    const verdict = verdicts.get(technique.name)?.outcome ?? "silent";
    return {
      name: technique.name,
      kind,
      result: damage.length > 0 ? "host hurt" : verdict,
      evidence: damage.join("; "),
    };
  } catch (error) {
    return { name: technique.name, kind, result: "host gone", evidence: (error as Error).message.slice(0, 200) };
  }
}

if (import.meta.main) {
  const kinds = HOMES.filter((kind) => Deno.args.includes(kind));
  const words = Deno.args.filter((word) => !kinds.some((kind) => kind === word));
  const chosen = readTechniques().filter(({ apart, name }) =>
    apart && (words.length === 0 || words.some((word) => name.includes(word)))
  );
  const all: Endurance[] = [];
  for (const technique of chosen) {
    for (const kind of kinds.length > 0 ? kinds : HOMES) {
      all.push(await endure(technique, kind));
    }
    console.log(formatExhaustion(technique.name, all));
  }
  const faults = unexpected(all);
  for (const { name, kind, result, evidence } of faults) {
    console.log(`FAILED ${name} (${kind}): ${result}: ${evidence}`);
  }
  console.log(`${all.length} runs, ${faults.length} not as docs/security.md has them`);
  Deno.exitCode = faults.length === 0 ? 0 : 1;
}
