import { assertEquals } from "@std/assert";
import { FileSink, fileWriter, Logger, MemorySink, TailSink } from "../../src/log/mod.ts";

Deno.test("TailSink keeps so many lines and so much text, the latest in any case", () => {
  const tail = new TailSink({ lines: 3, length: 100, verbosity: 1 });
  const log = new Logger([tail]);
  const kept = () => tail.after(0).map(({ number, message }) => `${number} ${message.length}`);
  for (let line = 1; line <= 5; line++) log.notice("x".repeat(line));
  assertEquals(kept(), ["3 3", "4 4", "5 5"]);
  log.notice("x".repeat(95));
  assertEquals(kept(), ["5 5", "6 95"]);
  log.notice("x".repeat(1_000));
  assertEquals(kept(), ["7 1000"]);
  log.notice("x");
  assertEquals(kept(), ["8 1"]);
  log.debug(1, "x");
  log.verbose(2, "x");
  assertEquals([kept(), tail.after(8)], [["8 1"], []]);
});

Deno.test("MemorySink keeps no more than it is told to", () => {
  const sink = new MemorySink(2);
  const log = new Logger([sink]);
  for (const line of ["a", "b", "c"]) log.notice(line);
  assertEquals(sink.messages(), ["a", "b"]);
});

Deno.test("Logger cuts every line, also one with line ends of its own", () => {
  const sink = new MemorySink();
  const log = new Logger([sink]);
  log.error("x".repeat(1_000_000));
  log.verbose(1, "\u202e".repeat(1_000_000));
  log.error("x\n".repeat(1_000_000), { multiline: true });
  log.error(`${"y".repeat(1_000_000)}\nz`, { multiline: true });
  assertEquals(sink.records.every(({ message }) => message.length < 80_000), true);
  assertEquals(sink.messages()[0]?.endsWith("… (995904 more characters)"), true);
});

Deno.test({
  name: "FileSink queues nothing: a line is in the file before whoever logs goes on",
  // The library closes files some time later.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const directory = Deno.makeTempDirSync();
    try {
      const path = `${directory}/full`;
      const sink = new FileSink(await fileWriter(), {
        path,
        levels: new Set(["notice"]),
        verbosity: () => 0,
        format: { formatter: "default", pid: 1, hostname: "h" },
        rotateStrategy: "none",
        rotateSize: 2 ** 30,
        failed: (message) => {
          throw new Error(message);
        },
      });
      const log = new Logger([sink]);
      let bytes = 0;
      for (let line = 0; line < 500; line++) {
        log.notice("x".repeat(4_000));
        const { size } = Deno.statSync(path);
        assertEquals(size > bytes + 4_000, true, `line ${line} is not there`);
        bytes = size;
      }
      sink.close();
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
});
