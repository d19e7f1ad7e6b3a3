/** What a module says and registers is shown as what it is, on every console, in every format. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatForFile, formatRecord, verboseLines } from "../../src/log/mod.ts";
import { startHost } from "./_harness.ts";

const FORGED = [
  "[Nov 28 16:16:05] ERROR[24354]: loader: Module 'manager' has failed: Realm dedicated/3 has ended",
  "[Nov 28 16:16:05] NOTICE[24354]: manager: 10.0.0.9 failed to authenticate as 'admin'",
  "Unloaded evil",
  "Loaded good_module => (Signed by the vendor)",
  "Asterism Ready.",
  "*CLI> Enter the token of http.conf to go on:",
];

for (const kind of ["shared", "dedicated", "process"]) {
  Deno.test(`verbose lines of a module do not read like the host's, those from timers neither (${kind})`, async () => {
    await using host = await startHost({
      modules: {
        evil: {
          load: `setTimeout(() => {
          for (const [n, text] of ${JSON.stringify(FORGED)}.entries()) host.log.verbose(n % 3, text);
          host.log.notice("over");
        }, 0)`,
        },
        good: {},
      },
      policy: `[modules]\nautoload = yes\n[realms]\ndefault = ${kind}\n`,
    });
    await host.logged(/^evil: over/);
    const records = host.sink.records.filter(({ message }) => FORGED.includes(message));
    assertEquals(records.length, FORGED.length);
    for (const record of records) {
      for (const line of verboseLines(record, {})) assert(line.startsWith("evil: "), line);
      assert(/^(?: {2}== )?evil: /.test(formatRecord(record, { pid: 1 })));
      assertStringIncludes(formatForFile(record, { pid: 1, hostname: "vm", formatter: "plain" }), " evil: ");
    }
  });
}

Deno.test("dialplan show obeys nothing in where a step is from, in its label or its arguments", async () => {
  const text =
    "\x1b[2J\x1b[H\x1b]52;c;Y3VybCBldmlsfHNo\x07\r\n[Nov 28 16:16:05] NOTICE[1]: loader: forged\n\u202e\u0085";
  const step = { extension: "s", priority: 1, application: "NoOp", args: text, label: text, file: text, line: 3 };
  await using host = await startHost({
    modules: {
      evil: {
        load: `await host.pbx.replace({ globals: [],
          contexts: [{ name: "evil", includes: [], priorities: [${JSON.stringify(step)}] }] })`,
        manifest: "[provides]\ndialplan = *\n",
      },
    },
  });
  for (const command of ["dialplan show", "dialplan show evil", "dialplan show s@evil", "dialplan show --json"]) {
    const shown = await host.run(command);
    assertStringIncludes(shown, "forged");
    assertEquals(/[^\n -~]/.exec(shown)?.[0], undefined, command);
    assertEquals(shown.split("\n").filter((line) => line.startsWith("[Nov")), [], command);
  }
});

Deno.test("help and completion of a module's command forge no line", async () => {
  const text = "text\n[Nov 28 16:16:05] NOTICE[1]: loader: forged\r\x1b[2J\u2028forged";
  await using host = await startHost({
    modules: {
      evil: {
        load: `host.command({ command: "evil show", summary: ${JSON.stringify(text)}, usage: ${JSON.stringify(text)},
          handler: () => ${JSON.stringify(text)} })`,
        manifest: "[provides]\ncommand = evil show\n",
      },
    },
  });
  for (const command of ["core show help", "core show help evil", "core show help evil show", "evil show"]) {
    const shown = await host.run(command);
    assertStringIncludes(shown, "forged");
    assertEquals(/[^\n -~]/.exec(shown)?.[0], undefined, command);
    assertEquals(shown.split("\n").filter((line) => /^(?:\[Nov|forged)/.test(line)), [], command);
  }
  assertStringIncludes(await host.run("evil show"), "\nevil: [Nov 28 16:16:05]");
});
