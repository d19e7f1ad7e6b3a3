import { assertEquals, assertStringIncludes } from "@std/assert";
import { PassThrough } from "node:stream";
import type { Completion, Interpreter } from "../../src/console/mod.ts";
import { openLocalConsole } from "../../src/console/mod.ts";

/** A console on streams instead of a terminal, over an interpreter that the test answers for. */
async function setUp(interpreter: Partial<Interpreter>) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = "";
  output.on("data", (part: Uint8Array) => shown += new TextDecoder().decode(part));
  const console = await openLocalConsole({
    handler: interpreter as Interpreter,
    input,
    output,
    onInterrupt: () => {},
  });
  return { input, console, shown: () => shown };
}

Deno.test("openLocalConsole() completes what is typed, and takes a pasted tab as text", async () => {
  const asked: string[] = [];
  const ran = Promise.withResolvers<string>();
  const { input, console } = await setUp({
    complete: (line): Promise<Completion> => {
      asked.push(line);
      return Promise.resolve({ word: "lo", prefix: "load", matches: ["load"] });
    },
    execute: (line) => {
      ran.resolve(line);
      return Promise.resolve("success");
    },
  });
  input.write("lo\t");
  input.write("x\ty\r");
  assertEquals(await ran.promise, "load x\ty");
  assertEquals(asked, ["lo"]);
  console.close();
});

Deno.test("openLocalConsole() is over when its input ends", async () => {
  const { input, console, shown } = await setUp({});
  const ended = Promise.withResolvers<void>();
  input.on("close", () => ended.resolve());
  input.end();
  await ended.promise;
  console.write("without a line end");
  console.close();
  assertStringIncludes(shown(), "without a line end");
});

Deno.test("openLocalConsole() runs lines one after the other", async () => {
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const last = Promise.withResolvers<void>();
  const { input, console, shown } = await setUp({
    execute: async (line, print) => {
      order.push(`begin ${line}`);
      if (line === "one") await first.promise;
      print(`${line} ran\n`);
      order.push(`end ${line}`);
      if (line === "two") last.resolve();
      return "success";
    },
  });
  input.write("one\rtwo\r");
  first.resolve();
  await last.promise;
  console.close();
  assertEquals(order, ["begin one", "end one", "begin two", "end two"]);
  assertStringIncludes(shown(), "one ran\n");
});
