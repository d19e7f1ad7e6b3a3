import { assertEquals, assertMatch } from "@std/assert";
import {
  formatForFile,
  formatRecord,
  formatTime,
  LEVELS,
  type LogRecord,
  verboseLines,
  verbosePrefix,
} from "../../src/log/mod.ts";

const TIME = new Date(2026, 10, 21, 9, 18, 57).getTime();

function record(changes: Partial<LogRecord>): LogRecord {
  return { level: "error", verbosity: 0, area: "loader", message: "text", time: TIME, ...changes };
}

Deno.test("verbosePrefix() has none up to level 1, then Asterisk's, each level above 4 one blank more", () => {
  const prefixes = [0, 1, 2, 3, 4, 5, 6, 10].map(verbosePrefix);
  assertEquals(prefixes, ["", "", "  == ", "    -- ", "       > ", "        > ", "         > ", "             > "]);
});

Deno.test("formatTime() pads the day with a blank", () => {
  assertEquals(formatTime(TIME), "Nov 21 09:18:57");
  assertEquals(formatTime(new Date(2026, 2, 3, 23, 4, 5).getTime()), "Mar  3 23:04:05");
});

Deno.test("formatRecord() writes a header before everything but verbose lines", () => {
  const header = "[Nov 21 09:18:57]";
  const plain = (changes: Partial<LogRecord>) => formatRecord(record(changes), { pid: 6429 });
  assertEquals(plain({}), `${header} ERROR[6429]: loader: text\n`);
  assertEquals(plain({ level: "warning" }), `${header} WARNING[6429]: loader: text\n`);
  assertEquals(plain({ level: "notice", area: "cdr" }), `${header} NOTICE[6429]: cdr: text\n`);
  assertEquals(plain({ level: "debug", verbosity: 1 }), `${header} DEBUG[6429]: loader: text\n`);
  assertEquals(plain({ level: "verbose", verbosity: 2 }), "  == text\n");
  assertEquals(plain({ level: "verbose", verbosity: 0, message: "Asterism Ready." }), "Asterism Ready.\n");
});

Deno.test("formatRecord() keeps further lines of a message recognizable as such", () => {
  const message = "first\nsecond";
  assertEquals(
    formatRecord(record({ message }), { pid: 1 }),
    "[Nov 21 09:18:57] ERROR[1]: loader: first\n    second\n",
  );
  const verbose = record({ level: "verbose", verbosity: 3, message });
  assertEquals(formatRecord(verbose, { pid: 1 }), "    -- first\n    -- second\n");
});

// The bytes of a recorded start on a color terminal, with our area in place of file, line and function.
Deno.test("formatRecord() colors what Asterisk colors", () => {
  const colored = (changes: Partial<LogRecord>) => formatRecord(record(changes), { pid: 28476, color: true });
  assertEquals(
    colored({ message: "Error loading module" }),
    "[Nov 21 09:18:57] \x1b[1;31mERROR\x1b[0m[28476]: \x1b[1;37mloader\x1b[0m: Error loading module\n",
  );
  assertEquals(
    colored({ level: "notice", area: "indications" }),
    "[Nov 21 09:18:57] \x1b[1;33mNOTICE\x1b[0m[28476]: \x1b[1;37mindications\x1b[0m: text\n",
  );
  assertEquals(
    colored({ level: "verbose", verbosity: 5, message: "acl => (Named (ACL) system)" }),
    "\x1b[1;30m        > \x1b[0macl => (\x1b[0;33mNamed (ACL) system\x1b[0m)\n",
  );
  assertEquals(
    colored({ level: "verbose", verbosity: 4, message: "Loading acl." }),
    "\x1b[1;30m       > \x1b[0mLoading acl.\n",
  );
  assertEquals(colored({ level: "verbose", message: "Asterism Ready." }), "\x1b[1;32mAsterism Ready.\x1b[0m\n");
});

Deno.test("a line that a module causes carries its name, in every format and at every level", () => {
  const forged = "[Nov 28 16:16:05] ERROR[24354]: loader: Module 'manager' has failed";
  const own = (changes: Partial<LogRecord>) => record({ area: "evil", module: "evil", message: forged, ...changes });
  const aside = (changes: Partial<LogRecord>) => record({ module: "evil", message: forged, ...changes });
  const format = { pid: 1, hostname: "vm" } as const;
  for (const level of LEVELS) {
    for (const verbosity of [0, 1, 2, 3, 4, 5, 10]) {
      for (const one of [own({ level, verbosity }), aside({ level, verbosity })]) {
        const texts = [
          formatRecord(one, format),
          formatRecord(one, { ...format, timestamps: true }),
          ...verboseLines(one, {}),
          ...(["default", "plain"] as const).map((formatter) => formatForFile(one, { ...format, formatter })),
        ];
        for (const text of texts) assertMatch(text, /^(?:\[[^\]]*\] )?(?:[A-Z]+\[1\]:? )?(?:loader: )?[ =>-]*evil: /);
        const json = JSON.parse(formatForFile(one, { ...format, formatter: "json" }));
        assertEquals(json.logmsg.module, "evil");
      }
    }
  }
});

Deno.test("a verbose line of a module has none of the host's colors in its text", () => {
  const line = (message: string) =>
    formatRecord(record({ level: "verbose", verbosity: 1, area: "evil", module: "evil", message }), {
      pid: 1,
      color: true,
    });
  assertEquals(line("Asterism Ready."), "\x1b[1;37mevil\x1b[0m: Asterism Ready.\n");
  assertEquals(line("Loaded good => (Good)"), "\x1b[1;37mevil\x1b[0m: Loaded good => (Good)\n");
});

Deno.test("a module that is called as a part of the host is shown as a module", () => {
  for (const name of ["loader", "core", "Asterism", "console", "pbx"]) {
    const one = record({ area: name, module: name });
    assertEquals(formatRecord(one, { pid: 1 }), `[Nov 21 09:18:57] ERROR[1]: module ${name}: text\n`);
    assertEquals(verboseLines(one, {}), [`module ${name}: text`]);
  }
});
