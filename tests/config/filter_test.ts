import { assertEquals, assertThrows } from "@std/assert";
import { compileEre } from "../../src/config/ere.ts";
import { read, summary } from "./support.ts";

Deno.test("compileEre() of configuration counts bytes, as the C library does", () => {
  const matches = (pattern: string, text: string) => compileEre(pattern).test(text, () => {});
  assertEquals([matches("^..$", "é"), matches("^.$", "é"), matches("^é{1}$", "é")], [true, false, true]);
});

Deno.test("parse() finds the section that a filter means", () => {
  const text = "[a]\nx=1\n[a]\nx=2\nk=9\n[a](!)\nx=2\n";
  const table: [filter: string, summary: string | undefined][] = [
    ["", "x=1,n=0|x=2,k=9|x=2"],
    ["x=2", "x=1|x=2,k=9,n=0|x=2"],
    [" x = 2 & k = . ", "x=1|x=2,k=9,n=0|x=2"],
    ["^k$=", "x=1|x=2,k=9,n=0|x=2"],
    ["TEMPLATES=restrict", "x=1|x=2,k=9|x=2,n=0"],
    ["TEMPLATES=Include&x=2", "x=1|x=2,k=9,n=0|x=2"],
    ["TEMPLATES=other", undefined],
    ["x", undefined],
    ["x=2&", undefined],
    ["X=2", undefined],
    ["x=3", undefined],
  ];
  for (const [filter, expected] of table) {
    const reading = () => summary(read(`${text}[A](+${filter})\nn=0\n`).file);
    if (expected === undefined) assertThrows(reading, SyntaxError, 'Cannot continue section "A"');
    else assertEquals(reading(), expected, filter);
  }
});

Deno.test("parse() reports a filter that is no expression", () => {
  const log: string[] = [];
  const onWarning = ({ level, message }: { level: string; message: string }) => log.push(`${level} ${message}`);
  assertThrows(() => read("[a]\nx=1\n[a](+x=[)\n", { onWarning }), SyntaxError);
  assertEquals(log, ["error Regular expression '[' failed to compile: Invalid regular expression"]);
});
