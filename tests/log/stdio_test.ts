import { assertEquals } from "@std/assert";

const LOG = new URL("../../src/log/mod.ts", import.meta.url).href;

/** Runs a program that has the process's writers as `out` and `err`. */
function spawn(body: string): Deno.ChildProcess {
  const source = `import { stdioWriters } from "${LOG}"; const { out, err } = stdioWriters(); ${body}`;
  const args = ["run", "--quiet", "--no-lock", "--no-config", `data:text/typescript,${encodeURIComponent(source)}`];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" }).spawn();
}

Deno.test("stdioWriters() writes each text to its stream, whole and at once", async () => {
  const long = "größe ".repeat(100_000);
  const child = spawn(`out("größe ".repeat(100_000)); err("fault\\n"); Deno.exit(3);`);
  const { code, stdout, stderr } = await child.output();
  assertEquals(code, 3);
  assertEquals(new TextDecoder().decode(stdout) === long, true);
  assertEquals(new TextDecoder().decode(stderr), "fault\n");
});

Deno.test("stdioWriters() drops what nobody reads and goes on", async () => {
  const child = spawn(`err("ready\\n"); for (let i = 0; i < 100; i++) out("x".repeat(10_000)); err("alive\\n");`);
  await child.stdout.cancel();
  const stderr = await new Response(child.stderr).text();
  assertEquals([(await child.status).code, stderr], [0, "ready\nalive\n"]);
});
