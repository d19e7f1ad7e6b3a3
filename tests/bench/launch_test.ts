import { assertEquals, assertRejects } from "@std/assert";
import { launch, peakOfStatus } from "../../bench/launch.ts";

function program(script: string, line: string) {
  return { path: "/bin/sh", args: ["-c", script], line, temporary: Deno.env.get("TMPDIR") ?? "/tmp" };
}

Deno.test("peakOfStatus() reads the peak in MB", () => {
  assertEquals(peakOfStatus("Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t   51200 kB\n"), 50);
  assertEquals(peakOfStatus("Name:\tx\n"), NaN);
});

Deno.test("launch() measures until the line and does not wait for the program", async () => {
  const { milliseconds } = await launch(program("echo one; echo two; exec sleep 60", "two"));
  assertEquals(milliseconds > 0 && milliseconds < 10_000, true);
});

Deno.test("launch() fails with what a program said that ends without its line", async () => {
  await assertRejects(() => launch(program("echo something else", "ready")), Error, "something else");
});
