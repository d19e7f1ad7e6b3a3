/** What a module causes in the log is limited, in lines and in bytes, whoever says it; and it is said what is missing. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LONGEST_HOLD_MS, longestHold } from "../support/held.ts";
import { startHost, type TestModule } from "./_harness.ts";

/** Lines of the log that bear the name of a module, but for what is said of those that are missing. */
function linesOf(host: Awaited<ReturnType<typeof startHost>>, module: string) {
  const own = host.sink.records.filter((record) => record.module === module);
  return {
    shown: own.filter(({ message }) => !message.includes("dropped")),
    dropped: own.filter(({ message }) => /^\d+ lines (of module \w+ )?were dropped/.test(message)),
  };
}

/** A module whose command `NAME go` runs a body. */
function going(name: string, body: string, more = ""): TestModule {
  return {
    load: `${more}; host.command({ command: "${name} go", summary: "", handler: async () => { ${body} } })`,
    manifest:
      `[provides]\ncommand = ${name} go\napplication = Talk${name}\nservice = ${name}\n[canuse]\nservice = other`,
  };
}

const policy = (kind: string, limits: string) =>
  `[modules]\nautoload = yes\n[realms]\ndefault = ${kind}\n[limits]\ndefault = ${limits}\n`;

/** Ways to have the core write lines; each is tried 400 times. */
const WAYS: Record<string, { body: string; more?: string }> = {
  "calls that are refused": { body: `await host.use("service=nothing" + n).catch(() => {})` },
  "capabilities that are refused": { body: `await host.modules().catch(() => {})` },
  "what its own calls print": {
    body: `await host.runApplication("Talktalker", "x")`,
    more: `host.application("Talktalker", async (call) => { await call.print("line"); return 0; })`,
  },
  "callbacks that fail": {
    body: `const watch = host.onAvailable("service=other", () => { throw new Error("no") }, () => {});
      (await watch)?.release?.()`,
  },
};

for (const kind of ["shared", "process"]) {
  Deno.test(`lines that the core writes because of a module are the module's (${kind})`, async (t) => {
    for (const [way, { body, more = "" }] of Object.entries(WAYS)) {
      await t.step(way, async () => {
        await using host = await startHost({
          modules: {
            talker: going("talker", `for (let n = 0; n < 400; n++) { ${body}; }`, more),
            other: going(
              "other",
              `await host.use("service=nothing").catch(() => {})`,
              `host.service("other", { x: () => 1 })`,
            ),
          },
          policy: policy(kind, "output=20"),
        });
        const began = Date.now();
        await host.run("talker go");
        // Whoever counts by another second sees as many again.
        const seconds = Math.floor(Date.now() / 1000) - Math.floor(began / 1000) + 1;
        const { shown } = linesOf(host, "talker");
        // The same line in a row is folded.
        assert(shown.length >= 3, `only ${shown.length} lines: is this a way at all?`);
        assert(shown.length <= 20 * seconds, `${shown.length} lines in ${seconds} seconds`);
        // Its neighbor is not silenced.
        await host.run("other go");
        assertStringIncludes(linesOf(host, "other").shown.at(-1)?.message ?? "", 'Cannot use service "nothing"');
        await host.logged(/^talker: \d+ lines of module talker were dropped: more than 20 lines or 1048576 bytes/);
      });
    }
  });

  Deno.test(`bytes that a module writes are limited, and it is told under its name (${kind})`, async () => {
    await using host = await startHost({
      modules: {
        talker: going("talker", 'for (let n = 0; n < 100; n++) host.log.notice("x".repeat(8000))'),
        signs: going("signs", 'for (let n = 0; n < 100; n++) host.log.verbose(3, "\\u202e".repeat(8000))'),
      },
      policy: policy(kind, "outputbytes=64K"),
    });
    for (const name of ["talker", "signs"]) {
      const began = Date.now();
      await host.run(`${name} go`);
      await host.logged(new RegExp(`^${name}: \\d+ lines .*were dropped`));
      const seconds = Math.floor(Date.now() / 1000) - Math.floor(began / 1000) + 1;
      const { shown, dropped } = linesOf(host, name);
      const bytes = shown.reduce((sum, { message }) => sum + new TextEncoder().encode(message).length, 0);
      assert(bytes > 0 && bytes <= 64 * 1024 * seconds, `${bytes} bytes in ${seconds} seconds`);
      // As long as a line may be, with what was made visible in it.
      assert(shown.every(({ message }) => message.length < 8 * 4096 + 100));
      assert(dropped.length >= 1);
      assertEquals((await host.states()).find((state) => state.startsWith(name)), `${name} running 0`);
    }
  });
}

Deno.test("lines of the core about a module come although its neighbors flood their realm", async () => {
  await using host = await startHost({
    modules: {
      talker: going("talker", 'for (let n = 0; n < 100; n++) console.log("x")'),
      quiet: going("quiet", `await host.use("service=nothing").catch(() => {})`),
    },
    policy: policy("shared", "output=20"),
  });
  await host.run("talker go");
  await host.run("quiet go");
  assertStringIncludes(linesOf(host, "quiet").shown.at(-1)?.message ?? "", "Cannot use");
});

Deno.test("a module that writes too much does not silence its neighbors in a realm", async () => {
  await using host = await startHost({
    modules: {
      talker: going("talker", 'for (let n = 0; n < 100; n++) console.log("x")'),
      quiet: going("quiet", `host.log.notice("heard"); console.log("heard, too")`),
    },
    policy: policy("shared", "output=20"),
  });
  await host.run("talker go");
  await host.run("quiet go");
  assertEquals(linesOf(host, "quiet").shown.map(({ message }) => message), ["heard", "heard, too"]);
  await host.logged(/^talker: \d+ lines were dropped/);
  assertEquals(linesOf(host, "quiet").dropped, []);
});

Deno.test("a line of which a shared realm cannot tell whose it is names all whose it may be", async () => {
  await using host = await startHost({
    modules: { talker: going("talker", 'setTimeout(console.log, 0, "by nobody")'), other: going("other", "") },
    policy: policy("shared", "output=20"),
  });
  await host.run("talker go");
  await host.logged(/^realm shared\/\d+ \((?:other, talker|talker, other)\): by nobody$/);
});

Deno.test("a flood from a process realm holds the host's thread no longer than it must", async () => {
  await using host = await startHost({
    modules: {
      // Each line was gone through once for each arrow in it.
      talker: going("talker", 'for (let n = 0; n < 5000; n++) host.log.verbose(1, " => (".repeat(1300))'),
    },
    policy: policy("process", "output=1000, outputbytes=16M"),
  });
  const { held } = await longestHold(() => host.run("talker go"));
  assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
});
