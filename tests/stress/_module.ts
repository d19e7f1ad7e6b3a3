/** The module that calls every remote method of its host, again and again, with whatever may come. */
import { fromFileUrl } from "@std/path";
import { CASES } from "./_cases.ts";

/** Name of the module without grants; its answers must name nobody else. */
export const PLAIN = "stress_plain";
/** Name of the one with every host capability. */
export const GRANTED = "stress_granted";

/**
 * Names that stand beside it, none of which it may ever hear of. Nor may it hear of {@linkcode GRANTED}, unless that one
 * says so itself: an error of a function that it has registered, and this one uses, tells the place in its code.
 */
export const CANARIES = ["zebra_canary", "okapi_canary"] as const;

/** Milliseconds that it waits for an answer: some never come, by the nature of what was asked. */
const PATIENCE = 3000;

/** Calls that it makes at the same time. */
const LANES = 48;

/**
 * Text of the module. What it registers has names of its own, for two of them run side by side.
 *
 * @param name of the module
 */
export function stressText(name: string): string {
  const own = name === PLAIN ? "Plain" : "Granted";
  return plainText(name).replaceAll("Own", own).replaceAll('"own', `"${own.toLowerCase()}`)
    .replaceAll("Drive", `${own}Drive`).replaceAll('"stress"', `"${own.toLowerCase()}"`);
}

function plainText(name: string): string {
  const values = Deno.readTextFileSync(fromFileUrl(new URL("./_values.txt", import.meta.url)));
  const cases = Object.entries(CASES).map(([name, { takes, body, weight = 1, patience = PATIENCE }]) =>
    `  [${JSON.stringify(name)}, ${
      JSON.stringify(takes)
    }, ${weight}, ${patience}, async (host, a, tools) => { ${body} }],`
  );
  return `import { defineModule, LoadResult } from "asterism";
const NAMES = ${JSON.stringify(["Zebra", "okapi_service", "OKAPI", "zebra show", "zebra_context", "ZebraAction"])};
const SECRET = /${CANARIES.join("|")}|${GRANTED}(?!\\.js)/;
const CASES = [
${cases.join("\n")}
];
${values}
${CODE.replace('description: "Stress"', `description: "Module ${name}"`)}`;
}

/** A module that has something of every kind, whose name nobody else may hear of. */
export function canaryText(name: string): string {
  const word = name.split("_")[0] as string;
  const title = `${word[0]?.toUpperCase()}${word.slice(1)}`;
  return `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Module ${name}", async load(host) {
  await host.application("${title}", () => 0);
  await host.function("${word.toUpperCase()}", { read: () => "x" });
  await host.service("${word}_service", { give: () => 1 });
  await host.command({ command: "${word} show", summary: "x", handler: () => "" });
  await host.managerAction({ action: "${title}Action", synopsis: "x", handler: () => ({}) });
  await host.pbx.replace({ contexts: [{ name: "${word}_context", includes: [], priorities: [] }], globals: [] });
  return LoadResult.SUCCESS;
} });
`;
}

/** What the canaries provide. */
export function canaryManifest(name: string): string {
  const word = name.split("_")[0] as string;
  return [
    "[provides]",
    ...[`application = ${word}`, `function = ${word}`, `service = ${word}_service`, `command = ${word} show`],
    ...[`manager = ${word}Action`, "dialplan = *"],
  ].join("\n");
}

/** Types of which the module may have any name. */
export const WILDCARDS: readonly string[] = [
  ...["application", "function", "service", "command", "manager", "managerevent", "realtime", "dialplan"],
];

/** Types of which it may use any name. */
export const USABLE: readonly string[] = ["application", "function", "service"];

/** What the module provides and uses: everything under names of its own, and any name for those that it tries. */
export const STRESS_MANIFEST = [
  "config = stress.conf",
  "config = none.conf",
  "block_unload = 1",
  "[provides]",
  ...WILDCARDS.map((type) => `${type} = *`),
  "channel = Stress",
  "[canuse]",
  ...USABLE.map((type) => `${type} = *`),
].join("\n");

const CODE = `
export default defineModule({ license: "MIT", description: "Stress", async load(host, state) {
  const conf = (await host.config("stress.conf")).section("general");
  const total = Number(conf.get("calls"));
  const only = conf.get("only");
  if (only) CASES.splice(0, Infinity, ...CASES.filter(([name]) => only.split("+").includes(name)));
  const progress = { done: 0, starts: 0, ok: {}, failed: {}, late: {}, ...state };
  progress.starts++;
  await host.service("Own", { give: (...all) => all[0], take: () => [() => 1] });
  await host.application("Own", () => 0);
  await host.function("Own", { read: (call, args) => args });
  const action = "Own";
  await host.managerAction({ action, synopsis: "x", handler: () => ({ headers: [["A", "b"]] }) });
  const waiting = [];
  await host.application("Drive", async (call) => await waiting.shift()?.(call));
  setTimeout(() => run(host, { total, progress, waiting, seed: Number(conf.get("seed")) + progress.done }), 10);
  return LoadResult.SUCCESS;
} });

async function run(host, { total, progress, waiting, seed }) {
  const random = randomOf(seed);
  const value = valuesOf(random);
  const sum = CASES.reduce((all, [, , weight]) => all + weight, 0);
  // Each has its turn before chance decides.
  const pick = (n) => { if (n < 3 * CASES.length) return CASES[n % CASES.length]; let at = random() * sum; return CASES.find(([, , weight]) => (at -= weight) <= 0) ?? CASES[0]; };
  const calls = [];
  let [used, uses] = [undefined, 0];
  const tools = {
    peer: { write() {}, hangup() {} },
    maybe: (release) => { if (random() < 0.95) return release(); },
    calls: (call) => { calls.push(call); if (calls.length > 20) void calls.shift().hangup().catch(() => {}); },
    call: () => calls[Math.floor(random() * calls.length)],
    service: (host) => {
      // What a service was given is kept until the reference is released.
      if (++uses % 50 === 0) void used?.then((last) => last.release()).catch(() => {}), used = undefined;
      return used ??= host.use("service=Own");
    },
    save: () => host.saveState(progress),
    inCall: (use) => new Promise((resolve, reject) => {
      waiting.push((call) => use(call).then(resolve, reject));
      host.runApplication("Drive", "").catch(reject);
    }),
  };
  const hear = (what, method) => {
    const text = typeof what === "string" ? what : what instanceof Error ? what.name + " " + what.message + " " + what.stack : jsonOf(what);
    const found = SECRET.exec(text);
    if (found !== null && host.name === "${PLAIN}") host.log.notice("STRESS named " + method + ": " + text.slice(Math.max(0, found.index - 150), found.index + 100));
  };
  let [told, saved] = [progress.done, progress.done];
  const LATE = Symbol("late");
  const count = (how, name) => progress[how][name] = (progress[how][name] ?? 0) + 1;
  const lane = async () => {
    while (progress.done < total) {
      const [name, takes, , patience, call] = pick(progress.done++);
      let timer;
      try {
        const late = new Promise((resolve) => timer = setTimeout(resolve, patience, LATE));
        const answer = await Promise.race([call(host, takes.map(value), tools), late]);
        hear(answer, name);
        count(answer === LATE ? "late" : "ok", name);
      } catch (error) {
        count("failed", name);
        hear(error, name);
      } finally {
        clearTimeout(timer);
      }
      if (progress.done >= saved + 100) {
        saved = progress.done;
        await tools.save().catch(() => {});
      }
      if (progress.done >= told + 1000) host.log.notice("STRESS at " + (told = progress.done));
    }
  };
  await Promise.all(Array.from({ length: ${LANES} }, lane));
  // A line has its limit.
  for (const kind of ["ok", "failed", "late"]) {
    const all = Object.entries(progress[kind]);
    for (let at = 0; at < all.length; at += 20) host.log.notice("STRESS " + kind + " " + JSON.stringify(Object.fromEntries(all.slice(at, at + 20))));
  }
  host.log.notice("STRESS over " + progress.done + " after " + progress.starts + " starts");
}

function jsonOf(value) {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}
`;
