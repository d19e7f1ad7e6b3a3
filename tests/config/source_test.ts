import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { diskSource, type Source } from "../../src/config/mod.ts";
import { MAX_EXEC_BYTES } from "../../src/config/disk_exec.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { escapePattern, expandGlob, isPattern } from "../../src/config/glob.ts";
import { type Files, MemorySource, read, summary } from "./support.ts";

const FILES: Files = {
  "a.conf": "",
  "b.conf": "",
  "B.conf": "",
  "ab.conf": "",
  ".hidden.conf": "",
  "{x}.conf": "",
  "s1/a.conf": "",
  "s2/a.conf": "",
  "s2/b.txt": "",
  "\uffee.conf": "",
  "😀.conf": "",
};

const GLOBS: [pattern: string, names: string][] = [
  ["?.conf", "B.conf a.conf b.conf \uffee.conf 😀.conf"],
  ["*b.conf", "ab.conf b.conf"],
  ["[a-b].conf", "a.conf b.conf"],
  ["[!a]*.conf", "B.conf b.conf {x}.conf \uffee.conf 😀.conf"],
  [".*.conf", ".hidden.conf"],
  ["[.]hidden.conf", ""],
  ["s*/*.conf", "s1/a.conf s2/a.conf"],
  ["s*/b.txt", "s1/b.txt s2/b.txt"],
  ["{b,a}.conf", "b.conf a.conf"],
  ["{b,a}*.conf", "b.conf a.conf ab.conf"],
  ["{s{1,2},x}/*", "s1/a.conf s2/a.conf s2/b.txt"],
  ["\\{x\\}.c*", "{x}.conf"],
  ["{x*.conf", "{x}.conf"],
  ["[a.conf*", ""],
  ["no*", ""],
  ["*a*b*.conf", "ab.conf"],
  ["*", "B.conf a.conf ab.conf b.conf s1 s2 {x}.conf \uffee.conf 😀.conf"],
];

/** What every source does, the one on disk and the one in memory that other tests use. */
const SOURCES: [name: string, make: (files: Files) => { source: Source } & Disposable][] = [
  ["diskSource()", onDisk],
  ["MemorySource", (files) => ({ source: new MemorySource(files), [Symbol.dispose]: () => {} })],
];

for (const [name, make] of SOURCES) {
  Deno.test(`${name} expands patterns as glob(3) does`, () => {
    using made = make(FILES);
    const { directory } = made.source;
    for (const [pattern, names] of GLOBS) {
      const found = made.source.glob(`${escapePattern(directory)}/${pattern}`);
      assertEquals(found.map((path) => path.slice(directory.length + 1)).join(" "), names, pattern);
    }
  });

  Deno.test(`${name} reads regular files only`, () => {
    using made = make({ "a.conf": "x", "s/b.conf": "" });
    const { directory } = made.source;
    assertEquals(made.source.read(`${directory}/a.conf`), Uint8Array.of(0x78));
    assertEquals(made.source.read(`${directory}/s`), undefined);
    assertEquals(made.source.read(`${directory}/no`), undefined);
    assertEquals(made.source.isDirectory?.(`${directory}/s`), true);
    assertEquals(made.source.isDirectory?.(`${directory}/a.conf`), false);
    assertEquals(made.source.isDirectory?.(`${directory}/no`), false);
  });

  Deno.test(`parse() includes from ${name}`, () => {
    using made = make({ "b.conf": "b=1\n", "a.conf": "a=1\n#include s/c.inc\n", "s/c.inc": "c=1\n" });
    const { file, log } = read("[a]\n#include *.conf\n#tryinclude s\n#include s/../a.conf\n".replace("s/../", "./"), {
      source: made.source,
    });
    assertEquals(summary(file), "a=1,c=1,b=1,a=1,c=1");
    assertEquals(log.length, 2);
  });
}

/** Reads one `#exec`; the process that ran it is forgotten by its reader and ends by itself. */
function execTest(
  name: string,
  body: (run: (command: string, execMs?: number) => ReturnType<typeof read>) => void | Promise<void>,
) {
  const run = (command: string, execMs = 60_000) =>
    read(`[a]\n#exec ${command}\n`, { source: diskSource("/", execMs), execIncludes: true });
  Deno.test({ name, fn: () => body(run), sanitizeResources: false, sanitizeOps: false });
}

execTest("diskSource() runs commands, also those that fail", (run) => {
  assertEquals(summary(run("echo i=1").file), "i=1");
  assertEquals(run("echo i=1\\; exit 3").log, ["error #exec <echo i=1; exit 3>: Exited with return value 3"]);
  assertEquals(run("false").log.length, 2);
  assertThrows(() => run("echo 'i=1"), ConfigError, "the shell does not understand it");
  assertEquals(run("exit 2").log.length, 2);
  assertEquals(run("/nosuch/prog").log.slice(1), [
    "error #exec </nosuch/prog>: Exited with return value 127",
    "warning #exec </nosuch/prog>: The program generated no usable output.",
  ]);
  // A file that a command names is its own affair: the line stands in a shell of its own.
  assertEquals(summary(run('echo "$0 $1"=1').file), "sh=1");
});

execTest("diskSource() does not wait for what a command leaves behind", (run) => {
  assertEquals(
    summary(run("sleep 20 & echo i=$!").file).replace(/\d+/, (pid) => {
      Deno.kill(Number(pid), "SIGKILL");
      return "killed";
    }),
    "i=killed",
  );
});

execTest("diskSource() kills a command that is late, with its children", async (run) => {
  const made = Deno.makeTempFileSync();
  const error = assertThrows(() => run(`sleep 600 & echo $! > ${made}\\; sleep 600`, 1000), ConfigError);
  assertEquals(error.reason.split(": ", 2)[1]?.split(";", 1)[0], "no end within 1 s");
  const pid = Deno.readTextFileSync(made).trim();
  // Killed, but perhaps not yet gone; if it was not killed the machine's patience ends the test.
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  Deno.removeSync(made);
});

execTest("diskSource() gives all commands of a reading one time together", () => {
  const source = diskSource("/", 1000);
  const text = "[a]\n#exec sleep 0.6\n#exec sleep 0.6\n#exec sleep 0.6\n";
  const error = assertThrows(() => read(text, { source, execIncludes: true }), ConfigError, "no end within 1 s");
  assert(error.position.line < 4);
});

execTest("diskSource() kills a command that writes without end", (run) => {
  assertThrows(() => run("yes"), ConfigError, `it wrote more than ${MAX_EXEC_BYTES} bytes`);
  assertThrows(() => run("yes >&2"), ConfigError, `it wrote more than ${MAX_EXEC_BYTES} bytes`);
});

for (
  const [kind, permissions] of Object.entries(
    { run: { run: false }, write: { write: false }, read: { read: false } } as const,
  )
) {
  Deno.test({
    name: `diskSource() runs no command without the permission to ${kind}`,
    permissions: { read: true, write: true, run: true, ...permissions },
    fn() {
      const { file, log } = read("[a]\nx=1\n#exec echo i=1\ny=2\n", { source: diskSource("/"), execIncludes: true });
      assertEquals(summary(file), "x=1,y=2");
      assertEquals(log.length, 1);
      assertMatch(
        log[0] ?? "",
        /^warning Cannot perform #exec without the permission to do so: .+--allow-run=\/bin\/sh/,
      );
    },
  });
}

Deno.test("diskSource() takes a directory with characters that patterns use", () => {
  using made = onDisk({ "[x]{y}*/a.conf": "k=1\n" });
  const source = diskSource(`${made.source.directory}/[x]{y}*`);
  assertEquals(summary(read("[a]\n#include a.conf\n#include ?.conf\n", { source }).file), "k=1,k=1");
});

Deno.test("expandGlob() does not drown in braces and stars", () => {
  const lists: string[] = [];
  const list = (directory: string) => {
    lists.push(directory);
    return ["a".repeat(200)];
  };
  assertEquals(expandGlob(`/${"{a,b}".repeat(50)}*`, list), []);
  assertEquals(expandGlob(`/${"{a}".repeat(1300)}*`, list), []);
  assertEquals(expandGlob(`/${"a".repeat(5000)}*`, list), []);
  assertEquals(expandGlob(`/${"*a".repeat(100)}b`, list), []);
  assertEquals(lists, ["/", "/"]);
});

Deno.test("isPattern() is true for what escapePattern() would change", () => {
  for (const text of ["*", "?", "[", "{", "\\"]) {
    assertEquals(isPattern(text), true);
    assertEquals(expandGlob(`/${escapePattern(text)}x`, () => undefined), [`/${text}x`]);
  }
  assertEquals(isPattern("a.conf"), false);
});

function onDisk(files: Files): { source: Source } & Disposable {
  const directory = Deno.makeTempDirSync();
  for (const [name, text] of Object.entries(files)) {
    const path = `${directory}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
  return {
    source: diskSource(directory),
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

/** Whether a process runs: one that was killed may not have been collected yet. */
function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
