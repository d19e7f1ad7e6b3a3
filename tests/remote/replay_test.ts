/** The recorded traffic of an Asterisk is sent to Asterism's socket, byte for byte, and answered in kind. */
import { assertEquals, assertMatch } from "@std/assert";
import { loggerCommands } from "../../src/console/mod.ts";
import { ControlServer, listenUnix } from "../../src/remote/mod.ts";
import { startHost, type TestModule } from "../loader/_harness.ts";
import { bytesText, readRecord, type Step } from "./_record.ts";
import { RawClient } from "./_server.ts";

/** Built-in modules of the recorded program; those of the second list have no reload function. */
const BUILT_IN = "acl cdr cel dnsmgr dsp enum extconfig features http indications logger manager plc udptl".split(" ");
const NOT_RELOADABLE = ["ccss", "sounds"];
const TIMING = ["res_timing_pthread", "res_timing_timerfd"];

/** What runs in the recorded program, beside the built-in modules. */
const RUNNING = ["t_dep", "t_req", "t_reload", "t_decline"];

/**
 * Answers that differ on purpose: why, and what they are like here. The key is what was sent, or its beginning; where
 * something is recorded more than once, all of it is meant.
 */
const ON_PURPOSE: readonly { readonly sent: string; readonly answer: RegExp; readonly why: string }[] = [
  {
    sent: "core show version",
    answer: /^Asterism \d+\.\d+\.\d+ built with deno [^\n]+\n$/,
    why: "it is another program",
  },
  {
    sent: "module load no_such.so",
    answer:
      /^Unable to load module no_such\.so\nCommand 'module load no_such\.so' failed\.\n\[[^\]]+\] ERROR\[1\]: \w+: [^\n]*no_such[^\n]*\n$/,
    why: "the reason why nothing of that name can be loaded is another, and lines name no place in a source",
  },
  {
    sent: '_COMMAND MATCHESARRAY "" ""',
    answer: /^ (?:\w+ )*core (?:\w+ )*logger (?:\w+ )*module (?:\w+ )*_EOF_$/,
    why: "there are other commands",
  },
  {
    sent: '_COMMAND MATCHESARRAY "core show h"',
    answer: /^h\w* (?:\w+ )*help (?:\w+ )*_EOF_$/,
    why: "there are other commands",
  },
  {
    sent: '_COMMAND MATCHESARRAY "core show help module "',
    answer: /^ .*\bload refresh reload (?:\w+ )*show (?:\w+ )*unload _EOF_$/,
    why: "more commands",
  },
  {
    sent: '_COMMAND MATCHESARRAY "module " ""',
    answer: /^ .*\bload refresh reload (?:\w+ )*show (?:\w+ )*unload _EOF_$/,
    why: "more commands",
  },
  {
    sent: '_COMMAND MATCHESARRAY "module refresh t_req.so ',
    answer: /^(?:recursively recursively )?_EOF_$/,
    why: "a refresh that takes dependents with it need not be there",
  },
  { sent: '_COMMAND MATCHESARRAY "module show " ""', answer: /^.*\blike\b.* _EOF_$/, why: "more may be shown" },
  {
    sent: '_COMMAND MATCHESARRAY "core set debug " ""',
    answer: /^ 0 0\.\.\. 1 .* 9 9\.\.\. atleast off _EOF_$/,
    why: "no categories",
  },
];

const say = (what: string) => `host.log.verbose(2, "${what} -> 0");`;

/** What the recorded modules do, as far as it can be seen on the socket. */
function recordedModules(installed: readonly string[]): Record<string, TestModule> {
  const modules: Record<string, TestModule> = Object.fromEntries(installed.map((name) => [name, {}]));
  const load = 'await host.user("core", () => {})';
  for (const name of BUILT_IN) modules[name] = { load, members: "reload: () => 0" };
  for (const name of NOT_RELOADABLE) modules[name] = { load };
  for (const name of TIMING) modules[name] = {};
  modules.t_dep = { load: say("load") };
  modules.t_req = { load: say("load"), manifest: "[uses]\nmodule = t_dep" };
  modules.t_reload = { members: `reload(host) { ${say("reload")} return 0; }` };
  modules.t_decline = { load: "return LoadResult.DECLINE" };
  modules.t_p128a = { load: say("load"), members: `unload(host) { ${say("unload")} return 0; }` };
  return modules;
}

/** Names that the recorded program could load. */
function installedNames(steps: readonly Step[]): string[] {
  const step = steps.find(({ sent }) => sent !== undefined && bytesText(sent).includes('"module load " ""'));
  return bytesText(step?.answer ?? new Uint8Array()).split(" ").filter((word) => word.endsWith(".so"))
    .map((word) => word.slice(0, -".so".length));
}

/** What Asterism says instead: its own name, module names without extension where it is not the typed word. */
function expected(answer: string): string {
  let text = answer.replaceAll("Asterisk", "Asterism")
    .replace(/^(\S+)\.so( {2,})(.*)$/gm, "$1   $2$3")
    .replace(
      /^(res_timing_\w+ +)\w+ Timing Interface( *)/gm,
      (_, name) => `${name}${`Test module ${name.trim()}`.padEnd(41)}`,
    )
    // The recorded modules say their names themselves; here the host does.
    .replace(/^(\xfd)\[tm\] (\w+: )/gm, "$1$2")
    .replace(/^([\xf5-\xff](?:Loaded|Unloading|Reloading module ')? ?\w+)\.so/gm, "$1");
  // The support level of all modules here.
  text = text.replace(/ {5}extended$/gm, "         core");
  if (text.endsWith("_EOF_")) text = text.replaceAll(".so ", " ");
  return text;
}

/** Leaves out times, and levels of the loader's lines, which are the tutorial's (seen from -vv on) and not Asterisk's. */
function comparable(text: string): string {
  return text.replace(/\b\d+ seconds?$/gm, "N seconds")
    .replace(/^[\xf5-\xff](?=(?:Loaded|Unloading|Reloading module) )/gm, "\xf5");
}

Deno.test("the recorded traffic of a control socket is answered in kind", async () => {
  const steps = readRecord();
  const policy = [
    "[modules]",
    "compatible = yes",
    ...[...BUILT_IN, ...NOT_RELOADABLE, ...TIMING, ...RUNNING].map((name) => `load = ${name}`),
  ];
  await using t = await startHost({ modules: recordedModules(installedNames(steps)), policy: policy.join("\n") });
  t.host.addCommands(loggerCommands({
    rows: () => [],
    reload: () => Promise.resolve(undefined),
    rotate: () => {},
    add: () => Promise.resolve(true),
    remove: () => true,
  }));
  const path = `${t.directory}/asterism.ctl`;
  const server = new ControlServer({
    listener: listenUnix(path, {}, () => {}),
    interpreter: t.host.interpreter,
    log: t.host.log,
    identity: { hostname: "vm", pid: 6401, version: "23.5.0-rc1", own: false },
    format: () => ({ pid: 1 }),
    hideConnect: true,
  });
  const used = new Set<string>();
  let client: RawClient | undefined;
  try {
    for (const step of steps) {
      const sent = step.sent === undefined ? undefined : bytesText(step.sent);
      if (sent === undefined) {
        await client?.[Symbol.asyncDispose]();
        client = await RawClient.connect(path);
        assertEquals(await client.until("\n"), bytesText(step.answer));
        continue;
      }
      if (client === undefined) {
        client = await RawClient.connect(path);
        if (!bytesText(step.answer).startsWith("vm/")) await client.until("\n");
      }
      await client.send(sent);
      const difference = ON_PURPOSE.find((one) => sent.startsWith(one.sent));
      if (difference !== undefined) used.add(difference.sent);
      const got = await answerOf(client, step);
      const what = `${step.title}: ${JSON.stringify(sent.slice(0, 100))}`;
      if (difference === undefined) assertEquals(comparable(got), comparable(expected(bytesText(step.answer))), what);
      else assertMatch(got, difference.answer, what);
      if (!step.closed) continue;
      await client[Symbol.asyncDispose]();
      client = undefined;
    }
  } finally {
    await client?.[Symbol.asyncDispose]();
    server.close();
  }
  assertEquals(ON_PURPOSE.filter(({ sent }) => !used.has(sent)), [], "differences that are none");
});

/**
 * Everything that answers a step: up to the end of the connection, or up to the answer of a completion that nothing
 * fits, which follows at once.
 */
async function answerOf(client: RawClient, { sent, answer, closed }: Step): Promise<string> {
  if (closed) return await client.end();
  // Only a command that is complete can be followed by another.
  const complete = sent?.at(-1) === 0;
  if (!complete) {
    assertEquals(answer.length, 0);
    return "";
  }
  const mark = "_EOF_";
  await client.send('_COMMAND MATCHESARRAY "zzz" "zzz"\0');
  const text = await client.until(mark);
  return bytesText(answer).endsWith(mark)
    ? text + (await client.until(mark)).slice(0, -mark.length)
    : text.slice(0, -mark.length);
}
