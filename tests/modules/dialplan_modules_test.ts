/** Modules of the dialplan: what is pure in them, and the small ones as a whole. */
import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { readApplication, readExtensions } from "../../modules/_extensions.ts";
import { LineReader } from "../../modules/_line_reader.ts";
import { readLineSettings } from "../../modules/_line_settings.ts";
import { evaluateMath } from "../../modules/_math.ts";
import { formatTime } from "../../modules/_strings.ts";
import echo from "../../modules/app_echo.ts";
import exec from "../../modules/app_exec.ts";
import verbose from "../../modules/app_verbose.ts";
import env from "../../modules/func_env.ts";
import math from "../../modules/func_math.ts";
import strings from "../../modules/func_strings.ts";
import { FakeCall, FakeHost, readConfig } from "./_fake_host.ts";

function read(text: string) {
  const { contents, warnings } = readExtensions(readConfig("x.conf", text));
  const steps = contents.contexts.flatMap(({ name, priorities }) =>
    priorities.map(({ extension, caller, priority, label, application, args }) =>
      `${name}:${extension}${caller === undefined ? "" : `/${caller}`},${priority}${
        label === undefined ? "" : `(${label})`
      },` +
      `${application}(${args})`
    )
  );
  return { contents, steps, warnings };
}

Deno.test("readExtensions() reads priorities of every kind", () => {
  const { steps, warnings } = read(`[a]
exten => 1,1(begin),NoOp()
exten => 1,n,Set(x=$[1,2])
same => n(two)+2,Echo
same => s,Old,a,b
same =>  n , Verbose( 1 , x )
exten => _[1,2]X/_5.,1,Dial(a(b),c)
same => 7,NoOp(())
exten => 1,hint,SIP/1
[b]
exten => s,next,NoOp()
same => n,NoOp()
`);
  assertEquals(steps, [
    "a:1,1(begin),NoOp()",
    "a:1,2,Set(x=$[1,2])",
    "a:1,5(two),Echo()",
    "a:1,5,Old(a,b)",
    "a:1,6,Verbose( 1 , x )",
    "a:_[1,2]X/_5.,1,Dial(a(b),c)",
    "a:_[1,2]X/_5.,7,NoOp(())",
  ]);
  assertEquals(warnings, [
    "hint of '1' is left out: there are no device states at line 9 of x.conf",
    "Can't use 'next' priority on the first entry at line 11 of x.conf",
    "Can't use 'next' priority on the first entry at line 12 of x.conf",
  ]);
});

Deno.test("readExtensions() reads options, globals and includes, and says what it leaves out", () => {
  const { contents, warnings } = read(`[general]
autofallthrough = no
clearglobalvars = yes
writeprotect = no
nonsense = 1
[globals]
A = 1
A = 2
[a]
include => b
include => b
include => c,9:00-17:00,mon-fri,*,*
include => d,*,*,*,*
switch => Realtime
same => n,NoOp()
exten => 1
exten => 1,zero,NoOp()
exten => 1,1,
nonsense => 1
[a]
include => e
`);
  assertEquals(contents.contexts.map(({ name, includes }) => [name, ...includes]), [["a", "b", "d", "e"]]);
  assertEquals(contents.globals, [{ name: "A", value: "1" }, { name: "A", value: "2" }]);
  assertEquals([contents.autoFallThrough, contents.clearGlobals], [false, true]);
  assertEquals(warnings.map((warning) => /line (\d+)/.exec(warning)?.[1]), [
    ...["4", "5", "11", "12", "14", "15", "16", "17", "18", "19"],
  ]);
});

Deno.test("readApplication() reads all three forms", () => {
  assertEquals(readApplication("App(a,(b))"), { application: "App", args: "a,(b)" });
  assertEquals(readApplication("App"), { application: "App", args: "" });
  assertEquals(readApplication("App,a(b)"), { application: "App", args: "a(b)" });
  assertEquals(readApplication("App(a"), { application: "App", args: "a" });
});

Deno.test("readLineSettings() takes loopback addresses only", () => {
  const settings = (text: string) => readLineSettings(readConfig("l.conf", `[general]\n${text}`), "/run");
  assertEquals(settings("bindport = 0").tcp, { hostname: "127.0.0.1", port: 0 });
  assertEquals([settings("").tcp, settings("socket = a").path, settings("socket = /a").path], [
    undefined,
    "/run/a",
    "/a",
  ]);
  for (
    const [text, reason] of [
      ["bindaddr = 0.0.0.0", "only loopback"],
      ["bindaddr = 127.0.0.1.example.com", "only loopback"],
      ["bindport = 65536", "is no port"],
      ["maxsessions = 0", "is no number of sessions"],
      ["idletimeout = -1", "is no time: expected seconds"],
      ["firstlinetimeout = 86401", "is no time: expected seconds"],
      ["writetimeout = 0", "is no time: expected milliseconds"],
      ["port = 1", 'unknown key "port"'],
    ]
  ) assertThrows(() => settings(text!), SyntaxError, reason);
});

Deno.test("LineReader makes lines of bytes, whatever their ends, and cuts endless ones", () => {
  const reader = new LineReader();
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(reader.read(bytes("a\r\nb\n\x1b[1mc")), ["a", "b"]);
  assertEquals(reader.read(bytes("\nü").subarray(0, 2)), ["[1mc"]);
  assertEquals(reader.read(bytes("ü\n").subarray(1)), ["ü"]);
  assertEquals(reader.read(bytes("x".repeat(20_000))).map(({ length }) => length), [8192, 8192]);
  assertEquals(reader.read(bytes("\n")).map(({ length }) => length), [20_000 - 2 * 8192]);
  assertEquals([reader.read(bytes("end")), reader.end()], [[], ["end"]]);
});

Deno.test("evaluateMath() calculates as MATH does", () => {
  const cases: [string, string][] = [
    ["1+2", "3.000000"],
    ["123%16,int", "11"],
    ["-3*-2,i", "6"],
    ["7/2", "3.500000"],
    ["2^10,int", "1024"],
    ["1<<4,i", "16"],
    ["255AND15,hex", "f"],
    ["8 XOR 12,int", "4"],
    ["8OR1,int", "9"],
    ["65+1,char", "B"],
    ["1<2", "TRUE"],
    ["2>=3", "FALSE"],
    ["2==2.0", "TRUE"],
    ["5-3,int", "2"],
    ["5--3,int", "8"],
  ];
  for (const [args, result] of cases) assertEquals(evaluateMath(args), result, args);
  for (const args of ["", "1", "a+b", "1+2,octal", "1++", "1/0", "1%0", "1<<64"]) {
    assertThrows(() => evaluateMath(args), Error);
  }
});

Deno.test("func_math, func_env and func_strings answer in calls", async () => {
  const host = new FakeHost();
  for (const module of [math, strings, env]) assertEquals(await module.load?.(host), 0);
  const call = new FakeCall("X/1", { N: "41", LIST: "a,b,c", PATH: "/usr/bin/x", T: "hello" });
  const cases: [string, string, string][] = [
    ["INC", "N", "42"],
    ["DEC", "N", "41"],
    ["MIN", "3,-2.5", "-2.5"],
    ["MAX", "3,4", "4"],
    ["ABS", "-3", "3"],
    ["LEN", "äbc", "3"],
    ["TOUPPER", "abc", "ABC"],
    ["TOLOWER", "ABC", "abc"],
    ["TRIM", " a ", "a"],
    ["LTRIM", " a ", "a "],
    ["RTRIM", " a ", " a"],
    ["FIELDQTY", "LIST,\\,", "3"],
    ["FIELDQTY", "PATH,/", "4"],
    ["FIELDNUM", "LIST,\\,,b", "2"],
    ["FIELDNUM", "LIST,\\,,z", "0"],
    ["FILTER", "a-c0-9,xaybz1-2", "ab12"],
    ["FILTER", "a\\x2d,a-b", "a-"],
    ["REPLACE", "T,l,x", "hexxo"],
    ["REPLACE", "T,l", "heo"],
    ["STRREPLACE", "T,l,LL,1", "heLLlo"],
    ["STRREPLACE", "T,ll,", "heo"],
    ["STRBETWEEN", "a<b>c,<,>", "b"],
    ["LISTFILTER", "LIST,\\,,b", "a,c"],
    ["REGEX", '"^[[:digit:]]+$" 123', "1"],
    ["REGEX", '"x" abc', "0"],
    ["REGEX", '"^\\\\+?[1-9]" +155', "1"],
    ["REGEX", '"^\\\\*[0-9]" *5', "1"],
    ["REGEX", '"\\\\w+" abc', "1"],
    // Nested repetition: JavaScript's own expressions would never end on it.
    ["REGEX", `"^([0-9]+-?)+$" ${"1".repeat(5000)}x`, "0"],
    ["FILTER", `${Array.from({ length: 9000 }, (_, at) => String.fromCharCode(0x100 + 2 * at)).join("")},aĀb`, "Ā"],
    ["QUOTE", 'a"b\\c', '"a\\"b\\\\c"'],
    ["CSV_QUOTE", 'a"b', '"a""b"'],
    ["PASSTHRU", "a,b", "a,b"],
    ["KEYPADHASH", "Les-7", "5377"],
    ["STRFTIME", "0,UTC,%Y-%m-%d %H:%M:%S", "1970-01-01 00:00:00"],
    ["POP", "LIST", "c"],
    ["SHIFT", "LIST", "a"],
    ["BASENAME", "/usr/bin/", "bin"],
    ["DIRNAME", "/usr/bin", "/usr"],
    ["DIRNAME", "x", "."],
    ["DIRNAME", "/x", "/"],
    ["ENV", "ASTERISM_NO_SUCH_VARIABLE", ""],
  ];
  for (const [name, args, result] of cases) assertEquals(await host.read(name, call, args), result, `${name}(${args})`);
  await host.write("PUSH", call, { args: "LIST", value: "z" });
  await host.write("UNSHIFT", call, { args: "LIST", value: "y" });
  await host.write("ARRAY", call, { args: "P,Q", value: "1,2" });
  assertEquals([call.variables.get("LIST"), call.variables.get("P"), call.variables.get("Q")], ["y,b,z", "1", "2"]);
  await assertRejects(async () => await host.read("REGEX", call, "nothing"), SyntaxError);
  assertEquals(await host.read("REGEX", call, `"(a{0,9}){0,50}b" ${"a".repeat(60_000)}`), "0");
  assertMatch(host.said.join("\n"), /warning.*Function REGEX\(.*takes over 2000000 steps/);
  await assertRejects(async () => await host.read("STRFTIME", call, "0,Nowhere/Land,%Y"), RangeError);
  await assertRejects(async () => await host.write("ENV", call, { args: "AST_X", value: "1" }), SyntaxError);
});

Deno.test("formatTime() knows strftime's letters", () => {
  const format = "%a %A %b %B %d %e %j %y %C %I %p %D %F %T %R %s %z %3q %% %c %Q";
  assertEquals(
    formatTime(1_795_252_634_056, { format, timeZone: "UTC" }),
    "Sat Saturday Nov November 21 21 325 26 20 09 AM 11/21/26 2026-11-21 09:17:14 09:17 1795252634 +0000 056 % " +
      "Sat Nov 21 09:17:14 2026 %Q",
  );
});

Deno.test("Echo, Verbose, Log and Exec do what they say", async () => {
  const ran: string[] = [];
  const host = new FakeHost({
    runApplication: (name, args) => {
      ran.push(`${name}(${args})`);
      return name === "None"
        ? Promise.reject(new Error("nothing provides it"))
        : Promise.resolve(name === "Bad" ? -1 : 0);
    },
  });
  for (const module of [echo, verbose, exec]) assertEquals(await module.load?.(host), 0);
  const call = new FakeCall();
  call.lines = ["a", "b", "#", "c"];
  assertEquals([await host.run("Echo", call, ""), call.printed, call.answered], [0, ["a", "b"], true]);
  await host.run("Verbose", call, "3,some, text");
  await host.run("Verbose", call, "plain");
  await host.run("Log", call, "notice,text");
  await host.run("Log", call, "loud,text");
  assertEquals(call.logged.slice(0, 3), ["verbose 3 some, text", "verbose 1 plain", "notice text"]);
  assertStringIncludes(call.logged[3]!, "error Unknown log level: 'LOUD'");
  assertEquals(await host.run("Exec", call, "App(a,(b))"), 0);
  assertEquals([await host.run("Exec", call, "None"), await host.run("Exec", call, "Bad()")], [-1, -1]);
  for (const [app, status] of [["App()", "SUCCESS"], ["Bad()", "FAILED"], ["None()", "NOAPP"]]) {
    assertEquals(await host.run("TryExec", call, app!), 0);
    assertEquals(call.variables.get("TRYSTATUS"), status);
  }
  ran.length = 0;
  await host.run("ExecIf", call, "1?Yes(a:b):No(c)");
  await host.run("ExecIf", call, "0?Yes(a):No(c)");
  await host.run("ExecIf", call, "0?Yes(a)");
  assertEquals(ran, ["Yes(a:b)", "No(c)"]);
  assertEquals(await host.run("ExecIf", call, "nothing"), -1);
});
