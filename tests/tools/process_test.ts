import { assertEquals, assertStringIncludes } from "@std/assert";
import { KILLED, run, runDeno } from "../../tools/process.ts";

Deno.test("runDeno() gives back what the program wrote and how it ended", async () => {
  let seen = "";
  const code = "console.log(1); console.error(Deno.env.get('X')); Deno.exit(3)";
  const result = await runDeno(["eval", "--no-config", code], { env: { X: "two" }, onOutput: (text) => seen += text });
  assertEquals(result, { code: 3, stdout: "1\n", stderr: "two\n" });
  assertEquals([...seen].sort().join(""), [..."1\ntwo\n"].sort().join(""));
});

Deno.test("runDeno() kills a program that does not end, with its children", async () => {
  const child =
    "new Deno.Command(Deno.execPath(), { args: ['eval', '--no-config', 'setInterval(() => {}, 1e9)'] }).spawn()";
  const result = await runDeno(["eval", "--no-config", `${child}; setInterval(() => {}, 1e9)`], { deadlineMs: 300 });
  assertEquals(result.code, KILLED);
  assertStringIncludes(result.stderr, "no end within 0.3 s");
});

Deno.test("run() says which program is not there", async () => {
  const result = await run("asterism-no-such-program", []);
  assertEquals(result.code, 127);
  assertStringIncludes(result.stderr, 'Cannot start "asterism-no-such-program"');
});
