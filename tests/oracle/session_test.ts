/** Gives every recorded session's commands to a host over the same modules. */
import { assertEquals } from "@std/assert";
import { ownLog, recordedLog, withoutExtensions } from "./_compare.ts";
import { SESSIONS } from "./differences.ts";
import {
  type CommandRecord,
  type ModuleFact,
  readFacts,
  readSession,
  recordNames,
  type SessionRecord,
} from "./_record.ts";
import { type StubHost, stubHost } from "./_stubs.ts";

const FACTS = readFacts();

for (const name of recordNames("cli-modules")) {
  const record = readSession(name);
  if (record.commands.length === 0) continue;
  Deno.test(`answered as Asterisk does: ${name.replaceAll("-", " ")}`, async () => {
    await using at = await stubHost(record.conf, factsOf(record), FACTS);
    at.script(told(record.console));
    assertEquals((await at.host.boot()).status, 0);
    at.takeLog();
    const actual: Outcome[] = [];
    const expected: Outcome[] = [];
    const differences = SESSIONS[name] ?? [];
    for (const [index, command] of record.commands.entries()) {
      if (differences.some(({ without }) => without?.includes(index))) continue;
      actual.push(await give(at, command));
      expected.push(Object.assign(expectedOf(command), ...differences.map(({ otherwise }) => otherwise?.[index])));
    }
    assertEquals(actual, expected);
  });
}

/** What a command comes to. */
interface Outcome {
  readonly command: string;
  readonly answer: readonly string[];
  readonly log: readonly string[];
}

function expectedOf({ command, answer, log }: CommandRecord): Outcome {
  const lines = answer.map((line) => isRow(line) ? withoutExtensions(line) : withoutTimes(line));
  return { command, answer: lines, log: recordedLog(log) };
}

/** An answer: names are repeated as they were typed, how long it has been differs. */
function withoutTimes(line: string): string {
  return line.replaceAll("Asterisk", "Asterism").replace(/^(System uptime|Last reload): .*$/, "$1");
}

/** A row of `module show`. */
function isRow(line: string): boolean {
  return /^\S+\s.*\s(?:Running|Not Running)\s+\w+$/.test(line);
}

async function give(at: StubHost, { command, log }: CommandRecord): Promise<Outcome> {
  at.script(told(log));
  const { output } = await at.host.execute(command);
  const answer = output.split("\n").filter((line) => line !== "").map(withoutTimes);
  return { command, answer, log: ownLog(at.takeLog()) };
}

/** What the functions of the test modules returned, as they said themselves. */
function told(lines: readonly string[]): Map<string, number> {
  return new Map(lines.flatMap((line): [string, number][] => {
    const [, name, what, result] = /\[tm\] (\w+): (\w+) -> (-?\d+)/.exec(line) ?? [];
    return name === undefined ? [] : [[`${name} ${what}`, Number(result)]];
  }));
}

/** The test modules, and what else the session names. */
function factsOf({ conf, commands }: SessionRecord): ModuleFact[] {
  const text = `${conf}\n${commands.map(({ command }) => command).join("\n")}`;
  const log = commands.flatMap((command) => command.log).join("\n");
  return [...FACTS.values()].filter(({ name, builtin }) =>
    !builtin && (name.startsWith("t_") || text.includes(name)) && !log.includes(`/${name}.so: cannot open`)
  );
}

Deno.test("answered as Asterisk does: reload queued, and reload queued all", async () => {
  for (const name of ["reload-queued", "reload-queued-all"]) {
    const { conf, console } = readSession(name);
    await using at = await stubHost(conf, [FACTS.get("t_reload") as ModuleFact], FACTS);
    at.script(new Map());
    // There x and x.so are two, here they are one.
    const recorded = recordedLog(console);
    const deferred = recorded.slice(recorded.findIndex((line) => /deferred/.test(line)));
    const expected = deferred.filter((line, index) => deferred.indexOf(line) === index && !/t_p128a/.test(line));
    const booted = at.host.boot();
    for (const line of expected) {
      if (!/deferred/.test(line)) continue;
      const [, one = ""] = / for module '(.*)'\.$/.exec(line) ?? [];
      const answer = one === "" ? "" : "Asterism cannot reload a module yet; request queued\n";
      assertEquals((await at.host.execute(`module reload ${one}`)).output, answer);
    }
    await booted;
    const log = ownLog(at.takeLog());
    assertEquals(log.slice(log.findIndex((line) => /deferred/.test(line))), expected);
  }
});

Deno.test("stopped as Asterisk is, gracefully: in the reverse order of the starts", async () => {
  for (const name of ["shutdown-core-stop-gracefully", "shutdown-gracefully-selfref"]) {
    const record = readSession(name);
    await using at = await stubHost(record.conf, factsOf(record), FACTS);
    at.script(new Map([["t_decline load", 1]]));
    await at.host.boot();
    at.takeLog();
    await at.host.stop("gracefully");
    // Here every module has its turn in that order: one without unload function, and those that keep references to
    // themselves, which Asterisk passes over or takes in a second round.
    const inTurn = (lines: readonly string[]) =>
      lines.filter((line) => !/t_nounload|t_selfref|t_shutref|Some modules could not/.test(line));
    assertEquals(inTurn(ownLog(at.takeLog())), inTurn(recordedLog(record.end)));
  }
});
