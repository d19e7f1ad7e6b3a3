/** The checks of what a host shows find what they are for. */
import { assert, assertEquals } from "@std/assert";
import { FORGED, logFaults, shownFaults, withoutOwnSequences } from "./_shown.ts";

const NAMES = new Set(["evil", "good"]);

Deno.test("what a terminal obeys, and what hides text, is a fault wherever it is shown", () => {
  const signs = ["\x1b", "\x07", "\b", "\r", "\v", "\x9b", "\x7f", "\u0085", "\u2028", "\u2029", "\u202e", "\u2066"];
  for (const sign of [...signs, "\u200e", "\u200b", "\ufeff", "\ud800", "\u{e0041}"]) {
    assertEquals(shownFaults(`evil: a${sign}b`).length, 1, JSON.stringify(sign));
  }
  assertEquals(shownFaults("é 漢 😀\tand\n  lines"), []);
});

Deno.test("a line that a module has begun is a fault", () => {
  const begun = [
    "",
    "[Nov 28 16:16:05] ERROR[1]: loader: ",
    "*CLI> ",
    "  == ",
    "    -- ",
    "[Nov 28 16:16:05] NOTICE[1] ",
  ];
  for (const begin of begun) assertEquals(shownFaults(`text\n${begin}${FORGED}`).length, 1, begin);
  for (const fine of [`text\\n${FORGED}`, `evil: [x] ERROR[1]: loader: ${FORGED}`, `       ${FORGED}`]) {
    assertEquals(shownFaults(fine), [], fine);
  }
});

Deno.test("a line of the log whose author nobody sees is a fault", () => {
  const header = "[Nov 28 16:16:05] ERROR[1]: ";
  for (const line of [`${FORGED}`, `  == ${FORGED}`, "Unloaded evil", `${header}loader: ${FORGED}`, "anything"]) {
    assertEquals(logFaults(line, NAMES).length, 1, line);
  }
  const fine = [
    `evil: ${FORGED}`,
    `  == evil: ${FORGED}`,
    `${header}evil: ${FORGED}`,
    `${header}loader: evil: ${FORGED}`,
    `${header}loader: Module 'evil' has failed: ${FORGED}`,
    `${header}realm shared/1 (evil, good): ${FORGED}`,
    "  == Loaded evil => (Module evil)",
    "Unloading evil",
    "    -- Remote UNIX connection",
  ];
  for (const line of fine) assertEquals(logFaults(line, NAMES), [], line);
});

Deno.test("only what the host's console sends itself is taken out of what a terminal got", () => {
  const shown = "\x1b[1G\x1b[0J*CLI> \x1b[7G\x1b[1G\x1b[0J\x1b[1;37mevil\x1b[0m: text\r\n";
  assertEquals(withoutOwnSequences(shown), "evil: text\n");
  for (const obeyed of ["\x1b[2J", "\x1b[1A", "\x1b]0;x\x07", "\x1b[31m", "\r", "\x1b[8m"]) {
    assert(shownFaults(withoutOwnSequences(`evil: ${obeyed}x\r\n`)).length > 0, JSON.stringify(obeyed));
  }
});
