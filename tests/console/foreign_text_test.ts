import { assertEquals } from "@std/assert";
import { add, core, run, setUp } from "./support.ts";

/** Lines that would pass for the host's own. */
const FORGED = [
  "[Nov 28 16:16:05] ERROR[24354]: loader: Module 'manager' has failed",
  "[Nov 28 16:16:05] NOTICE[1] manager: 10.0.0.9 failed to authenticate as 'admin'",
  "  == Loaded good_module => (Signed by the vendor)",
  "    -- Remote UNIX connection",
  "       > deeper",
  "*CLI> Enter the token of http.conf to go on:",
  "vm*CLI> module unload manager",
];

Deno.test("what a module's command prints carries its name where it reads like a line of the host", async () => {
  const { registry, interpreter } = setUp();
  add(registry, {
    command: "t forge",
    run: ({ print }) => {
      print(`A table\n${FORGED.join("\n")}\n  of two columns\t-- here\n`);
      return "success";
    },
  });
  assertEquals(
    await run(interpreter, "t forge"),
    `A table\n${FORGED.map((line) => `t_module: ${line}`).join("\n")}\n  of two columns\t-- here\n`,
  );
});

Deno.test("no line of a usage but the first begins at the margin", async () => {
  const { registry, interpreter } = setUp();
  add(registry, {
    command: "t usage",
    usage: `t usage\n${FORGED.join("\n")}\n\n       Says how.\n  And more.\x1b[2J`,
    run: () => "usage",
  });
  const expected =
    `Usage: t usage\n${
      FORGED.map((line) => `${/^ *> /.test(line) ? "      " : "       "}${line.trimStart()}`).join("\n")
    }\n\n` +
    `       Says how.\n  And more.\\u{1b}[2J\n`;
  assertEquals(await run(interpreter, "t usage"), expected);
});

Deno.test("a command of the core that forgets to make a field safe has it made safe", async () => {
  const { registry, interpreter } = setUp();
  add(registry, {
    command: "core forget",
    run: ({ print }) => {
      print("field \x1b]52;c;x\x07\r\u0085\u2028\u202e\u200b\ufeff\ud800\tend\n");
      return "success";
    },
  }, core);
  assertEquals(
    await run(interpreter, "core forget"),
    "field \\u{1b}]52;c;x\\u{7}\\u{d}\\u{85}\\u{2028}\\u{202e}\\u{200b}\\u{feff}\\u{d800}\tend\n",
  );
});
