import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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

Deno.test("openLocalConsole() keeps no more for a terminal that takes nothing than it may, and says what is missing", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const handler = { execute: () => Promise.resolve(), complete: () => Promise.resolve({ word: "", matches: [] }) };
  const console = await openLocalConsole({ handler, input, output, onInterrupt: () => {} });
  const line = `${"x".repeat(64 * 1024)}\n`;
  for (let count = 0; count < 1_000; count++) console.write(line);
  assert(output.writableLength < 5 * 1024 * 1024, `${output.writableLength} bytes wait`);
  let shown = "";
  const read = Promise.withResolvers<void>();
  output.on("data", (part: Uint8Array) => {
    shown += new TextDecoder().decode(part);
    if (output.writableLength === 0) read.resolve();
  });
  await read.promise;
  console.write("after\n");
  console.close();
  while (!shown.includes("after\n")) await new Promise((resolve) => output.once("data", resolve));
  const missed = Number(/(\d+) texts were not shown: the terminal took nothing\n.*after/s.exec(shown)?.[1]);
  assertEquals(missed + (shown.match(/x{65536}\n/g)?.length ?? 0), 1_000);
});
