import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { AppendFile } from "../../modules/_append_file.ts";
import { csvQuote, fileNameFault, formatRecord, parseTemplate } from "../../modules/_cdr_template.ts";
import module from "../../modules/cdr_custom.ts";
import { FakeHost } from "./_fake_host.ts";

const MASTER = "[mappings]\nMaster.csv => ${CSV_QUOTE(${CDR(src)})},${CDR(dst)}\n";

/** A log directory that goes away with the test, and a module with these settings. */
async function loaded(conf: string) {
  const astlogdir = await Deno.makeTempDir();
  const host = new FakeHost({ files: { "cdr_custom.conf": conf }, directories: { astlogdir } });
  const result = await module.load?.(host);
  const post = (record: unknown) => host.services.get("cdr")!.post!(record) as Promise<void>;
  return {
    host,
    result,
    post,
    directory: `${astlogdir}/cdr-custom`,
    read: (name: string) => Deno.readTextFile(`${astlogdir}/cdr-custom/${name}`),
    [Symbol.asyncDispose]: () => Deno.remove(astlogdir, { recursive: true }),
  };
}

Deno.test("formatRecord() fills a template", () => {
  const record = { src: "100", clid: '"Bob, B." <100>', evil: "a\r\nb", sign: "a\x1b[2J\u2028b\u202e\tc", empty: "" };
  const cases: [template: string, line: string][] = [
    ["", ""],
    ["plain", "plain"],
    ["${CDR(src)}", "100"],
    ["${CDR(src,u)}-${CDR( src )}", "100-100"],
    ["${CSV_QUOTE(${CDR(clid)})},${CDR(src)}", '"""Bob, B."" <100>",100'],
    ["${CSV_QUOTE(x ${CDR(src)} y)}", '"x 100 y"'],
    ["${CSV_QUOTE(${CSV_QUOTE(${CDR(src)})})}", '"""100"""'],
    ["${csv_quote()}", '""'],
    ["${CDR(missing)}|${CDR(empty)}|${CDR(toString)}", "||"],
    ["${CDR(evil)}", "a b"],
    ["${CDR(sign)}", "a\\u{1b}[2J\\u{2028}b\\u{202e}\tc"],
    ["a}b$c", "a}b$c"],
  ];
  for (const [template, line] of cases) {
    assertEquals(formatRecord(parseTemplate(template), record), `${line}\n`, template);
  }
});

Deno.test("parseTemplate() refuses what it does not know", () => {
  const cases: [template: string, message: string][] = [
    ["${EPOCH}", '"${EPOCH}" is no function'],
    ["${SHELL(id)}", 'unknown function "SHELL"'],
    ["${CSV_QUOTE(${FILE(/etc/passwd)})}", 'unknown function "FILE"'],
    ["${CSV_QUOTE(".repeat(5) + ")}".repeat(5), "more than 4 functions are around one another"],
    ["${CDR(src)", "has no closing brace"],
    ["${CDR()}", "names no field"],
    ["${CDR(${CDR(src)})}", "names no field"],
  ];
  for (const [template, message] of cases) assertThrows(() => parseTemplate(template), SyntaxError, message);
});

Deno.test("csvQuote() doubles quotes", () => assertEquals(csvQuote('a"b'), '"a""b"'));

Deno.test("fileNameFault() keeps files in their directory", () => {
  for (const name of ["Master.csv", "a", "cdr-2.log", "a b.csv"]) assertEquals(fileNameFault(name), undefined, name);
  for (const name of ["", ".", "..", ".hidden", "/etc/x", "a/b", "..\\x", "a\0b", "x".repeat(256)]) {
    assertStringIncludes(fileNameFault(name) ?? "", "is no name of a file");
  }
});

Deno.test("cdr_custom writes records, one line each, to every file", async () => {
  await using cdr = await loaded(`${MASTER}Simple.csv => \${CDR(src)}\n`);
  assertEquals(cdr.result, 0);
  await assertRejects(() => Deno.stat(cdr.directory), Deno.errors.NotFound);
  await cdr.post({ src: "1", dst: "2" });
  await Promise.all([3, 4, 5].map((number) => cdr.post({ src: String(number), dst: "x" })));
  assertEquals(await cdr.read("Master.csv"), '"1",2\n"3",x\n"4",x\n"5",x\n');
  assertEquals(await cdr.read("Simple.csv"), "1\n3\n4\n5\n");
  assertStringIncludes(await cdr.host.type("cdr show status"), "    cdr-custom\n");
  assertStringIncludes(await cdr.host.type("cdr show status"), "    Master.csv: 4 records, 0 failed\n");
});

Deno.test("cdr_custom goes on in a new file after rotation", async () => {
  await using cdr = await loaded(MASTER);
  await cdr.post({ src: "1" });
  await Deno.rename(`${cdr.directory}/Master.csv`, `${cdr.directory}/Master.csv.1`);
  await cdr.post({ src: "2" });
  await Deno.remove(cdr.directory, { recursive: true });
  await cdr.post({ src: "3" });
  assertEquals(await cdr.read("Master.csv"), '"3",\n');
});

Deno.test("cdr_custom declines without mappings", async () => {
  for (const conf of ["", "[mappings]\n", "[other]\na => b\n"]) {
    await using cdr = await loaded(conf);
    assertEquals(cdr.result, 1);
    assertMatch(cdr.host.said[0]!, /notice: \/etc\/cdr_custom\.conf has no mappings/);
  }
});

Deno.test("cdr_custom declines faulty mappings and names every line", async () => {
  await using cdr = await loaded("[mappings]\na => ${EPOCH}\n../b => x\nc => x\nc => y\n");
  assertEquals(cdr.result, 1);
  assertEquals(cdr.host.said.map((line) => /conf:\d+/.exec(line)?.[0]), ["conf:2", "conf:3", "conf:5"]);
  assertEquals(cdr.host.services.size, 0);
});

Deno.test("cdr_custom reload replaces the mappings, but not by faulty ones", async () => {
  await using cdr = await loaded(MASTER);
  cdr.host.files["cdr_custom.conf"] = "[mappings]\nOther.csv => ${CDR(dst)}\n";
  assertEquals(await module.reload?.(cdr.host), 0);
  cdr.host.files["cdr_custom.conf"] = "[mappings]\nOther.csv => ${NOPE(1)}\n";
  assertEquals(await module.reload?.(cdr.host), -1);
  await cdr.post({ src: "1", dst: "2" });
  assertEquals(await cdr.read("Other.csv"), "2\n");
});

Deno.test("cdr_custom unload waits for the records it has taken", async () => {
  await using cdr = await loaded(MASTER);
  const posted = [1, 2, 3].map((number) => cdr.post({ src: String(number) }));
  await module.unload?.(cdr.host);
  assertEquals(await cdr.read("Master.csv"), '"1",\n"2",\n"3",\n');
  await Promise.all(posted);
});

Deno.test("post() refuses what is no record", async () => {
  await using cdr = await loaded(MASTER);
  for (const record of [undefined, null, "x", [], { src: 1 }]) {
    await assertRejects(() => cdr.post(record), TypeError, "expected an object");
  }
  await assertRejects(() => cdr.post({ src: "x".repeat(70_000) }), RangeError, "65536");
});

Deno.test("post() says which file could not be written", async () => {
  await using cdr = await loaded(`${MASTER}Dir => x\n`);
  await Deno.mkdir(`${cdr.directory}/Dir`, { recursive: true });
  await assertRejects(() => cdr.post({ src: "1" }), Error, `Cannot write to ${cdr.directory}/Dir: `);
  assertEquals(await cdr.read("Master.csv"), '"1",\n');
  assertStringIncludes(await cdr.host.type("cdr show status"), "Dir: 0 records, 1 failed");
});

Deno.test("AppendFile needs no permission but write", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const url = new URL("../../modules/_append_file.ts", import.meta.url).href;
    const path = JSON.stringify(`${directory}/records/a.csv`);
    const code =
      `import { AppendFile } from "${url}"; await new AppendFile(${path}).append("x\\n"); postMessage("done");`;
    const worker = new Worker(`data:application/javascript,${encodeURIComponent(code)}`, {
      type: "module",
      deno: {
        permissions: { read: false, write: [`${directory}/records`], net: false, env: false, run: false, import: [] },
      },
    });
    const answer = await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(event.message);
      };
    });
    worker.terminate();
    assertEquals(answer, "done");
    assertEquals(await Deno.readTextFile(`${directory}/records/a.csv`), "x\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("AppendFile bounds what waits", async () => {
  const file = new AppendFile("/dev/null");
  const lines = Array.from({ length: 10_002 }, () => file.append("x\n"));
  const rejected = (await Promise.allSettled(lines)).filter(({ status }) => status === "rejected").length;
  assertEquals([rejected, file.written, file.failed], [2, 10_000, 2]);
  const long = "x".repeat(65_536);
  const longs = Array.from({ length: 260 }, () => file.append(long));
  const refused = (await Promise.allSettled(longs)).filter(({ status }) => status === "rejected").length;
  assertEquals([refused, file.written], [260 - 16 * 1024 * 1024 / long.length, 10_000 + 256]);
  await file.append("x\n");
});
