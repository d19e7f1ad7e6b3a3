import { assertEquals } from "@std/assert";
import { ProgressLine } from "../../src/console/mod.ts";

Deno.test("ProgressLine rewrites its line and erases it at the end", () => {
  const written: string[] = [];
  const progress = new ProgressLine((text) => written.push(text));
  progress.update(1, 356);
  progress.update(2, 356);
  progress.end();
  progress.end();
  assertEquals(written, ["\r\x1b[KLoading modules 1/356", "\r\x1b[KLoading modules 2/356", "\r\x1b[K"]);
});

Deno.test("ProgressLine is silent with few modules", () => {
  const written: string[] = [];
  const progress = new ProgressLine((text) => written.push(text));
  for (let done = 0; done <= 30; done++) progress.update(done, 30);
  progress.end();
  assertEquals(written, []);
});

Deno.test("ProgressLine.around() makes room for log lines", () => {
  const written: string[] = [];
  const progress = new ProgressLine((text) => written.push(text));
  const writers = progress.around({
    out: (text) => written.push(`out:${text}`),
    err: (text) => written.push(`err:${text}`),
  });
  writers.out("before\n");
  progress.update(3, 40);
  writers.err("during\n");
  progress.end();
  writers.out("after\n");
  assertEquals(written, [
    "out:before\n",
    "\r\x1b[KLoading modules 3/40",
    "\r\x1b[K",
    "err:during\n",
    "Loading modules 3/40",
    "\r\x1b[K",
    "out:after\n",
  ]);
});
