/** No method causes more lines in the log than its declaration says, whatever it refuses. */
import { assert } from "@std/assert";
import { BOUNDS, type Bounds } from "../../src/realm/mod.ts";
import { startHost } from "./_harness.ts";

/** How a module calls each method, in a way that is refused. */
const REFUSED: Readonly<Record<string, string>> = {
  registerApplication: `host.application("NotMine", () => {})`,
  registerFunction: `host.function("NOT_MINE", { read: () => "" })`,
  registerService: `host.service("not_mine", { a: () => {} })`,
  registerRealtime: `host.realtime("not_mine", { load: () => [] })`,
  registerCommand: `host.command({ command: "not mine", summary: "", handler: () => "" })`,
  unregister: `host.unregister("application", "NotMine")`,
  use: `host.use("service=not_mine")`,
  hold: `host.hold("service=not_mine", { as: "x", cancel() {} })`,
  onAvailable: `host.onAvailable("service=not_mine", () => {})`,
  runApplication: `host.runApplication("NotMine", "")`,
  readFunction: `host.readFunction("NOT_MINE", "")`,
  config: `host.config("not_mine.conf")`,
  modules: `host.modules()`,
  execute: `host.execute("module show")`,
  database: `host.db.get("a")`,
  user: `host.user(["no text"], () => {})`,
  saveState: `host.saveState("x".repeat(2_000_000))`,
  draft: `host.pbx.replace({ contexts: [], globals: [] })`,
  add: `host.pbx.add("x", { extension: "s", priority: 1, application: "NoOp", args: "" })`,
  remove: `host.pbx.remove("x", "s")`,
  channel:
    `host.pbx.channel({ technology: "Not", peer: "p", context: "x", extension: "s" }, { write() {}, hangup() {} })`,
  managerEvent: `host.managerEvent("NotMine", "", [])`,
  status: `host.admin.status()`,
  run: `host.admin.run("module show")`,
  onEvent: `host.admin.onEvent(() => {})`,
};

const ROUNDS = 20;

Deno.test("a refused call causes no more lines than its method declares", async () => {
  const all: Readonly<Record<string, Bounds>> = Object.assign({}, ...Object.values(BOUNDS));
  const calls = Object.entries(REFUSED).map(([method, call]) => `${JSON.stringify(method)}: () => ${call}`).join(",\n");
  await using host = await startHost({
    modules: {
      refused: {
        load: `const calls = { ${calls} };
          host.command({ command: "refused", summary: "", handler: async ([method]) => {
            let failed = 0;
            for (let round = 0; round < ${ROUNDS}; round++) {
              try { await calls[method](); } catch { failed++; }
            }
            return String(failed);
          } });`,
        manifest: "[provides]\ncommand = refused",
      },
    },
  });
  for (const method of Object.keys(REFUSED)) {
    const declared = all[method];
    assert(declared !== undefined, method);
    const before = host.messages().length;
    await host.run(`refused ${method}`);
    const lines = host.messages().length - before;
    assert(lines <= ROUNDS * declared.lines, `${method}: ${lines} lines in ${ROUNDS} calls\n${host.messages().at(-1)}`);
  }
});
