/** Starts with every recorded modules.conf: what is called, in which order, what is said, and what the table shows. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ownLog, recordedLog, withoutExtensions } from "./_compare.ts";
import { CASES } from "./differences.ts";
import { type ModuleFact, readFacts, readFullStart, readStart, recordNames, type StartRecord } from "./_record.ts";
import { type StubHost, stubHost } from "./_stubs.ts";

const FACTS = readFacts();

const RECORDS = [...recordNames("modconf").map(readStart), ...recordNames("startup").map(readFullStart)];

for (const record of RECORDS) {
  const { name } = record;
  Deno.test(`started as Asterisk is: ${name.replaceAll("-", " ")}`, async () => {
    let started: StubHost;
    try {
      const facts = name.includes("missing-dir") ? "/nowhere/at/all" : factsOf(record);
      started = await stubHost(record.conf, facts, FACTS);
    } catch (error) {
      // A modules.conf that cannot be read: the program prints the error and exits with 1.
      assertEquals(record.status, 1, String(error));
      checkConfigError(record, error as Error);
      return;
    }
    await using at = started;
    const { status } = await at.host.boot();
    const skip = CASES[name]?.skip;
    const inOrder = (lines: string[]) => skip === "order" ? lines.sort() : lines;
    assertEquals(inOrder(ownLog(at.takeLog())), inOrder(recordedLog(record.console)));
    assertEquals(status, record.status);
    if (!record.ready) return;
    const counted = (row: string) => skip === "use counts" ? row.replace(/ \d+ +(?=Running|Not)/, " ") : row;
    assertEquals((await shown(at, record)).map(counted), record.show.map(withoutExtensions).map(counted));
  });
}

/** A file that cannot be read is told with its line; what else is wrong with it in Asterisk's words as well. */
function checkConfigError(record: StartRecord, error: Error): void {
  const [said] = recordedLog(record.console).filter((line) => /^ERROR: (?!.*EXITING)/.test(line));
  if (record.conf === undefined) assertStringIncludes(error.message, "'modules.conf' invalid or missing");
  else assertMatch(error.message, /modules\.conf:\d+:\d+: /);
  if (said?.startsWith("ERROR: Unknown")) assertStringIncludes(error.message, said.replace("ERROR: ", ""));
}

/** The modules that the directory has: all that the record could open. */
function factsOf(record: StartRecord): ModuleFact[] {
  const unopened = new Set(
    record.console.flatMap((line) => /Error loading module '(.*?)(?:\.so)?'[:,]/.exec(line)?.[1] ?? []),
  );
  const started = new Set(record.started.map(bare));
  const called = record.called.map(bare);
  // What was not called is in the order in which it is complained of.
  const complaints = [...record.console.join("\n").matchAll(/(?:module '|for |to load )(\w+)(?:\.so)?\b/g)];
  const order = new Set([...called, ...complaints.map(([, one = ""]) => one), ...FACTS.keys()]);
  const autoload = /autoload\s*=>?\s*(yes|true|y|t|1|on)\s*$/im.test(record.conf ?? "");
  return [...order].flatMap((name) => {
    const fact = FACTS.get(name);
    if (fact === undefined || fact.builtin) return [];
    if (unopened.has(name)) return [{ ...fact, fault: "import" }];
    // With autoload the directory holds what the record knows of, and no more.
    if (autoload && !called.includes(name) && !(record.conf ?? "").includes(name) && !isMentioned(record, name)) {
      return [];
    }
    const declines = called.includes(name) && !started.has(name) && fact.result === 0;
    return [declines ? { ...fact, result: 1 } : fact];
  });
}

function isMentioned(record: StartRecord, name: string): boolean {
  return record.console.some((line) => line.includes(name)) ||
    record.show.some((line) => line.startsWith(`${name}.so`));
}

function bare(name: string): string {
  return name.replace(/\.so$/, "");
}

/** `module show` without what is built in, as the records have it; and without what failed when it was imported. */
async function shown(at: StubHost, { console }: StartRecord): Promise<string[]> {
  const rows = (await at.host.execute("module show")).output.trimEnd().split("\n");
  const listed = rows.filter((row) =>
    !console.some((line) => new RegExp(`Error loading module '${nameIn(row)}(\\.so)?'`).test(line))
  );
  const left = rows.length - listed.length;
  return listed.map((row) => row.replace(/^\d+(?= modules loaded)/, (count) => String(Number(count) - left)))
    .filter((row) => FACTS.get(nameIn(row))?.builtin !== true);
}

function nameIn(row: string): string {
  return row.split(" ")[0] ?? "";
}
