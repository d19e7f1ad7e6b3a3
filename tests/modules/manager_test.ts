import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { mayConnect, readAclRules, refusalOf } from "../../modules/_manager_acl.ts";
import {
  classesOf,
  formatClasses,
  formatUserClasses,
  readClasses,
  readEventMask,
} from "../../modules/_manager_classes.ts";
import { readManagerConfig } from "../../modules/_manager_config.ts";
import { passesFilters } from "../../modules/_manager_filter.ts";
import { formatActions, formatUsers } from "../../modules/_manager_console.ts";
import { isBlacklisted } from "../../modules/_manager_core_actions.ts";
import { challengeKey } from "../../modules/_manager_login.ts";
import { formatMessage, MAXIMUM_LINES, MessageReader } from "../../modules/_manager_message.ts";
import { formatTime } from "../../modules/_manager_security.ts";
import { sameSecret } from "../../modules/_secret.ts";
import { random } from "../support/random.ts";
import { readConfig } from "./_fake_host.ts";

Deno.test("MessageReader gives the same messages however the bytes are cut", () => {
  const seed = Date.now() % 1_000_000;
  const next = random(seed);
  const parts = ["Action: Ping", "ActionID: ä✓", "X:y", "no colon", "", "", ":", "Z: " + "z".repeat(1500), "\r"];
  const text = Array.from({ length: 400 }, () => parts[Math.floor(next() * parts.length)]).join("\r\n") + "\n\n";
  const bytes = new TextEncoder().encode(text);
  const whole = new MessageReader().push(bytes);
  for (let round = 0; round < 20; round++) {
    const reader = new MessageReader();
    const messages = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + Math.floor(next() * 700);
      messages.push(...reader.push(bytes.subarray(at, end)));
      at = end;
    }
    assertEquals(messages, whole, `seed ${seed}`);
  }
});

Deno.test("Message finds headers as Asterisk does", () => {
  const [message] = new MessageReader().push(
    new TextEncoder().encode("action:  \nACTION: Ping\nactionid:   a : b \nActionID: c\nnothing\n\n"),
  );
  assertEquals([message?.action, message?.get("ACTIONid"), message?.get("no")], ["Ping", "a : b ", ""]);
  const many = new MessageReader().push(new TextEncoder().encode("a: b\n".repeat(MAXIMUM_LINES + 1) + "\na: b\n\n"));
  assertEquals(many.map(({ fault }) => fault), ["Too many lines in message or allocation failure", undefined]);
});

Deno.test("formatMessage() keeps a value in its line", () => {
  assertEquals(
    formatMessage([["A", "b\r\nEvent: Forged\0\tc"], ["B", "\u0085\u2028\u202e\ud800\u200b\u{e0041}"]]),
    "A: b\\u{d}\\nEvent: Forged\\u{0}\tc\r\nB: \\u{85}\\u{2028}\\u{202e}\\u{d800}\\u{200b}\\u{e0041}\r\n\r\n",
  );
});

Deno.test("classes are read and written as Asterisk's", () => {
  assertEquals(readClasses("system, CALL,no"), { mask: 3, unknown: ["no"] });
  assertEquals([formatClasses(0), formatClasses(3), formatUserClasses(3)], [
    "<none>",
    "system,call,all",
    "system,call",
  ]);
  assertEquals(formatUserClasses(readClasses("all").mask), "all");
  const masks = ["", "on", "off", "5", "system,call", "nonsense", "99999999999"].map(readEventMask);
  assertEquals(masks.slice(0, 6), [undefined, 0x7fffffff, 0, 5, 3, undefined]);
  // A module that writes a class wrong gives its action to those who may everything, not to everybody.
  assertEquals([classesOf("sistem") & readClasses("system,call").mask, classesOf("sistem") > 0], [0, true]);
});

Deno.test("permit and deny: the last rule that matches decides", () => {
  const rules = [
    ...readAclRules(false, "0.0.0.0/0.0.0.0, ::/0"),
    ...readAclRules(true, "10.0.0.0/255.0.0.0,!10.1.0.0/16"),
    ...readAclRules(true, "::1"),
  ];
  const addresses = ["10.2.3.4", "10.1.2.3", "192.168.0.1", "::1", "::2", "::ffff:10.2.3.4"];
  assertEquals(addresses.map((address) => mayConnect(rules, address)), [true, false, false, true, false, true]);
  assertEquals(mayConnect([], "1.2.3.4"), true);
  for (const wrong of ["10.0.0.300", "10.0.0.0/33", "10.0.0.0/255.0.255.0", "name", "10.0.0.0/::"]) {
    assertThrows(() => readAclRules(true, wrong), SyntaxError, "is no address or network");
  }
});

Deno.test("readManagerConfig() reads users, and names file and line of what is wrong", () => {
  const read = (text: string) => readManagerConfig(readConfig("m", text));
  const { settings, users, warnings } = read(
    "[general]\nenabled = yes\nport = 0\nauthtimeout = 5\ntlsenable = no\ntlscertfile = x\nnonsense = 1\n" +
      "[b]\nsecret = s\nread = system,sistem\npermit = ::1\n[A]\nsetvar = x\n",
  );
  assertEquals([settings.enabled, settings.bindport, settings.authtimeout, settings.place], [true, 0, 5000, "m:3"]);
  assertEquals(users.map(({ name, read, write }) => [name, read, write]), [["A", 0, 0], ["b", 1, 0]]);
  assertEquals(warnings.length, 5, warnings.join("\n"));
  assertMatch(warnings[0]!, /^m:6: "tlscertfile" is not supported/);
  assertMatch(warnings[1]!, /^m:7: Invalid keyword <nonsense>: there are enabled, /);
  assertMatch(warnings[2]!, /^m:10: "sistem" is no class/);
  assertEquals(readManagerConfig(undefined).settings.enabled, false);
  const faults: [string, string][] = [
    ["[general]\nport = 70000", 'm:2: "70000" is no value of port: expected a port'],
    ["[general]\nenabled = maybe", "expected yes or no"],
    ["[general]\nbindaddr = a b", "expected an address"],
    ["[general]\nauthtimeout = soon", "expected seconds"],
    ["[u]\npermit = x", 'm:2: permit: "x" is no address'],
    ["[general]\ndeny = 0.0.0.0/0", 'm:2: "deny" restricts nobody here'],
    ["[general]\nacl = office", 'm:2: "acl" restricts nobody here'],
    ["[general]\neventfilter = x", 'm:2: "eventfilter" restricts nobody here'],
  ];
  for (const [text, message] of faults) assertThrows(() => read(text), SyntaxError, message);
});

Deno.test("networks of IPv4 in the form of IPv6 are those of IPv4, as clients are", () => {
  assertEquals(mayConnect(readAclRules(false, "::ffff:10.0.0.1"), "10.0.0.1"), false);
  assertEquals(mayConnect(readAclRules(false, "::ffff:10.0.0.0/8"), "::ffff:10.1.2.3"), false);
  assertThrows(() => readAclRules(false, "::ffff:10.0.0.0/104"), SyntaxError, "is no address or network");
});

Deno.test("acl of a user: all lists must let the address pass, one that there is not lets nobody", () => {
  const lists = readConfig(
    "acl.conf",
    "[office]\ndeny = 0.0.0.0/0\npermit = 10.0.0.0/8\n[odd]\npermit = 10.0.0.1\ndney = 10.0.0.2\n[bad]\ndeny = x\n[open]\n",
  );
  const refusals = (lines: string, address: string) => {
    const [user] = readManagerConfig(readConfig("m", `[u]\nsecret = s\n${lines}`), lists).users;
    return refusalOf(user!, address);
  };
  assertEquals(refusals("acl = office", "10.1.1.1"), undefined);
  assertEquals(refusals("acl = Office, open", "10.1.1.1"), undefined);
  assertEquals(refusals("acl = office", "192.168.0.1"), 'the ACL "office" does not let it pass');
  assertEquals(refusals("deny = 10.1.1.1\nacl = office", "10.1.1.1"), "");
  const nobody: [string, RegExp][] = [
    ["acl = officeonly", /^m:3: acl.conf has no section \[officeonly\]: nobody passes it$/],
    ["acl =", /^m:3: acl.conf has no section \[\]/],
    ["acl = office,", /^m:3: acl.conf has no section \[\]/],
    ["permit = 10.0.0.0/8\nacl = none", /^m:4: acl.conf has no section \[none\]/],
    ["acl = odd", /^acl\.conf:6: dney: expected permit or deny$/],
    ["acl = bad", /^acl\.conf:8: deny: "x" is no address/],
  ];
  for (const [lines, reason] of nobody) assertMatch(refusals(lines, "10.0.0.1") ?? "let in", reason, lines);
  const [without] = readManagerConfig(readConfig("m", "[u]\nacl = office")).users;
  assertMatch(refusalOf(without!, "10.0.0.1") ?? "let in", /has no section \[office\]/);
  const { warnings } = readManagerConfig(readConfig("m", "[general]\n"), lists);
  assertEquals(warnings.length, 2);
  assertMatch(warnings[0]!, /^acl\.conf:6: dney: .*; nobody passes the ACL "odd"$/);
});

Deno.test("a user with a line that cannot be done may not log in, whatever it was to do", () => {
  for (
    const [line, reason] of [
      ["dney = 0.0.0.0/0", "Invalid keyword <dney>"],
      ["eventfiltr = x", "Invalid keyword <eventfiltr>"],
      ["eventfilter = a(", "is no regular expression"],
      ["eventfilter =", "it has no value"],
      ["eventfilter(nme(X)) = x", '"nme(X)" is no criterion'],
      ["eventfilter(action(hide),name(X)) =", '"hide" is no action'],
      ["eventfilter(method(like)) = x", '"like" is no method'],
      ["eventfilter(name(X)) = x", "a value needs a method"],
      ["eventfilter(name(X),method(exact)) =", "method(exact) needs a value"],
      ["eventfilter(action(exclude)) =", "neither name"],
      ["eventfilter(name(X) x = y", "do not end with a parenthesis"],
      ["eventfilter(name(X) = x", '"name(X" is no criterion'],
    ] as const
  ) {
    const { users: [user], warnings } = readManagerConfig(readConfig("m", `[u]\nsecret = s\n${line}\nread = all\n`));
    assertStringIncludes(user?.refused ?? "let in", reason, line);
    assertMatch(warnings.join(), /^m:3: .*; user "u" cannot log in$/);
  }
  const { users: [user] } = readManagerConfig(readConfig("m", "[u]\nsecret = s\nwritetimeout = 5\nsetvar = a=b\n"));
  assertEquals([user?.refused, user?.writetimeout], [undefined, 5]);
});

Deno.test("eventfilter chooses events as Asterisk does", () => {
  const texts: Record<string, string> = {
    Newchannel: "Event: Newchannel\r\nPrivilege: call,all\r\nChannel: XXX\r\nSomeheader: YYY\r\n\r\n",
    VarSet: "Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: ABC\r\nSomeheader: XXX\r\n\r\n",
  };
  const cases: [lines: string[], sent: string][] = [
    [[], "Newchannel VarSet"],
    [["eventfilter = XXX"], "Newchannel VarSet"],
    [["eventfilter = !XXX"], ""],
    [["eventfilter = Channel: ABC"], "VarSet"],
    [["eventfilter = !Event: VarSet"], "Newchannel"],
    [["EventFilter = ^Event: (New|Var)", "eventfilter = !Channel: ABC"], "Newchannel"],
    [["eventfilter(name(VarSet),method(none)) ="], "VarSet"],
    [["eventfilter(name(varset)) ="], ""],
    [["eventfilter(name(Newchannel),method(regex)) = X[XYZ]X"], "Newchannel"],
    [["eventfilter(name(Newchannel),method(regex)) = X[abc]X"], ""],
    [["eventfilter(action(exclude),name(Newchannel),method(regex)) = X[XYZ]X"], "VarSet"],
    [["eventfilter(action(include),name(VarSet),header(Channel),method(starts_with)) = AB"], "VarSet"],
    [["eventfilter(header(Channel), method(ends_with)) = BC"], "VarSet"],
    [["eventfilter(header(Channel:),method(exact)) = XXX"], "Newchannel"],
    [["eventfilter(name(VarSet),header(Channel),method(exact)) = XXX"], ""],
    [["eventfilter(name(VarSet),header(Channel),method(exact)) = !ABC"], "Newchannel"],
    [["eventfilter(action(include),name(VarSet),header(Someheader),method(exact)) = !XXX"], "VarSet"],
    [["eventfilter(method(contains)) = YYY"], "Newchannel"],
  ];
  for (const [lines, sent] of cases) {
    const { users: [user] } = readManagerConfig(readConfig("m", `[u]\nsecret = s\n${lines.join("\n")}\n`));
    assertEquals(user?.refused, undefined, lines.join());
    const passed = Object.keys(texts).filter((event) => passesFilters(user!.filters, event, texts[event]!));
    assertEquals(passed.join(" "), sent, lines.join());
  }
  // An expression that would take too long keeps the event back.
  const { users: [user] } = readManagerConfig(readConfig("m", "[u]\neventfilter = !(a|aa|aaa|aaaa)*(b|c)*d$\n"));
  assertEquals(passesFilters(user!.filters, "X", "a".repeat(10_000_000)), false);
});

Deno.test("isBlacklisted() sees through quotes, blanks and shortened words", () => {
  const lines = ["module load x", ' "module"  LOAD x', "mod\\ule unl x", "m u", "restart gracefully"];
  assertEquals(lines.map(isBlacklisted), lines.map(() => true));
  const harmless = ["module show", "module", "module reload x", "modules load", "core show version", ""];
  assertEquals(harmless.map(isBlacklisted), harmless.map(() => false));
});

Deno.test("secrets are compared whole, challenges are MD5", () => {
  assertEquals(challengeKey("840415273", "mysecret"), challengeKey("840415273", "mysecret"));
  assertEquals(challengeKey("", "abc"), "900150983cd24fb0d6963f7d28e17f72");
  const pairs: [string, string, boolean][] = [["a", "a", true], ["a", "b", false], ["aa", "a", false], [
    "",
    "a",
    false,
  ]];
  assertEquals(pairs.map(([a, b]) => sameSecret(a, b)), pairs.map(([, , same]) => same));
});

Deno.test("manager show commands is laid out as recorded", () => {
  const action = (name: string, synopsis: string) => ({ name, synopsis, description: "", syntax: [], classes: 0 });
  const longest = action("PJSIPShowRegistrationInboundContactStatuses", "Lists ContactStatuses for PJSIP inbound ones");
  assertEquals(
    formatActions([action("AbsoluteTimeout", "Set absolute timeout. "), longest]),
    "  Action                                       Synopsis\n" +
      "  ------                                       --------\n" +
      "  AbsoluteTimeout                              Set absolute timeout. \n" +
      "  PJSIPShowRegistrationInboundContactStatuses  Lists ContactStatuses for PJSIP i\n",
  );
  assertEquals(formatUsers([]), "There are no manager users.\n");
  assertMatch(formatTime(0), /^19(?:70-01-01|69-12-31)T\d\d:\d\d:00\.000[+-]\d{4}$/);
  assertStringIncludes(formatTime(Date.now()), "T");
});
