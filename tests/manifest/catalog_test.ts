import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { Catalog, checksumOf, DiskSource, type ModuleFile, type ModuleSource } from "../../src/manifest/mod.ts";

/** A source in memory that counts how often it is read. */
class MemorySource implements ModuleSource {
  readonly label: string;
  readonly texts = new Map<string, string>();
  shipped?: (name: string) => boolean;
  reads = 0;

  constructor(label: string, texts: Record<string, string>) {
    this.label = label;
    for (const [name, text] of Object.entries(texts)) this.texts.set(name, text);
  }

  list(): string[] {
    return [...this.texts.keys()].sort();
  }

  stamp(name: string): string {
    return this.texts.get(name) ?? "gone";
  }

  manifest(name: string): ModuleFile {
    this.reads++;
    const text = this.texts.get(name);
    if (text === undefined) throw new HostError("not-found", `no ${name}`);
    return { path: `${this.label}/${name}.manifest`, bytes: new TextEncoder().encode(text), stamp: text };
  }

  module(name: string): ModuleFile {
    if (name !== "bare") throw new HostError("not-found", `no ${name}`);
    return { path: `${this.label}/${name}.js`, bytes: new Uint8Array(), stamp: "" };
  }
}

const text = (name: string, description = "") => `[module]\nname = ${name}\ndescription = ${description}\n`;

function described(catalog: Catalog): string[] {
  return catalog.entries().map(({ manifest: { name, description } }) => `${name}:${description}`);
}

Deno.test("Catalog.refresh() finds what is new, changed and removed, and reads nothing twice", () => {
  const source = new MemorySource("m", { b: text("b"), A: text("A", "one"), c: text("c") });
  const catalog = new Catalog([source]);
  assertEquals(described(catalog), []);
  catalog.refresh();
  assertEquals(described(catalog), ["A:one", "b:", "c:"]);
  const before = catalog.get("b");
  source.texts.set("A", text("A", "two"));
  source.texts.set("d", text("d"));
  source.texts.delete("c");
  source.reads = 0;
  catalog.refresh();
  assertEquals(described(catalog), ["A:two", "b:", "d:"]);
  assertEquals(source.reads, 2);
  assert(catalog.get("b") === before, "an unchanged entry is the same object");
});

Deno.test("Catalog.refreshOne() looks for one module, and for all when some have come or gone", () => {
  let lists = 0;
  const source = new class extends MemorySource {
    override list(): string[] {
      lists++;
      return super.list();
    }
    listStamp(): string {
      return [...this.texts.keys()].join();
    }
  }("m", { a: text("a"), b: text("b") });
  const catalog = new Catalog([source]);
  catalog.refresh();
  catalog.refreshOne("a");
  assertEquals(lists, 1);
  source.texts.set("a", text("a", "changed"));
  catalog.refreshOne("A");
  assertEquals([described(catalog), lists], [["a:changed", "b:"], 2]);
  source.texts.set("c", text("c"));
  catalog.refreshOne("a");
  assertEquals([described(catalog), lists], [["a:changed", "b:", "c:"], 3]);
  source.texts.delete("b");
  catalog.refreshOne("b");
  assertEquals([described(catalog), lists], [["a:changed", "c:"], 4]);
  catalog.refreshOne("nobody");
  assertEquals(lists, 5);
});

Deno.test("DiskSource.listStamp() cannot tell of a directory that has just changed, and can later", async () => {
  const directory = await Deno.makeTempDir();
  const source = new DiskSource(directory);
  assertEquals(source.listStamp(), undefined);
  assertEquals(new DiskSource(`${directory}/none`).listStamp(), undefined);
  const hour = 3_600_000;
  const { now } = Date;
  try {
    Date.now = () => now() + hour;
    const before = source.listStamp();
    assertEquals([typeof before, source.listStamp()], ["string", before]);
    await Deno.writeTextFile(`${directory}/a.manifest`, text("a"));
    assertNotEquals(source.listStamp(), before);
  } finally {
    Date.now = now;
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("Catalog.get() finds by Asterisk's rule for names", () => {
  const catalog = new Catalog([new MemorySource("m", { Res_X: text("Res_X") })]);
  catalog.refresh();
  const found = ["res_x", "RES_X.so", "Res_X.js", "res_xx"].map((name) => catalog.get(name)?.manifest.name);
  assertEquals(found, ["Res_X", "Res_X", "Res_X", undefined]);
});

Deno.test("Catalog keeps a manifest that cannot be used as a fault, until it can", () => {
  const source = new MemorySource("m", { a: text("a"), b: "[module]\nnmae = b" });
  const catalog = new Catalog([source]);
  catalog.refresh();
  assertEquals(described(catalog), ["a:"]);
  assertEquals(catalog.faults().map(({ name }) => name), ["b"]);
  assertStringIncludes(catalog.fault("B.so")?.error.message ?? "", 'm/b.manifest:2:1: unknown key "nmae"');
  source.texts.set("b", text("b"));
  catalog.refresh();
  assertEquals([catalog.fault("b"), described(catalog)], [undefined, ["a:", "b:"]]);
});

Deno.test("Catalog hides what an earlier source has by what a later one has, faults too", () => {
  const embedded = new MemorySource("embedded", { a: text("a", "old"), b: text("b", "old") });
  const disk = new MemorySource("disk", { a: text("a", "new"), b: "broken" });
  const catalog = new Catalog([embedded, disk]);
  catalog.refresh();
  assertEquals(described(catalog), ["a:new"]);
  assertEquals(catalog.get("a")?.source, disk);
  assertStringIncludes(catalog.fault("b")?.error.message ?? "", "disk/b.manifest");
  disk.texts.clear();
  catalog.refresh();
  assertEquals(described(catalog), ["a:old", "b:old"]);
});

Deno.test("Catalog takes the small letters of two manifests that differ only in case, and tells of the other", () => {
  const source = new MemorySource("m", { RES_X: text("RES_X"), Res_x: text("Res_x"), res_x: text("res_x") });
  const catalog = new Catalog([source]);
  for (let round = 0; round < 2; round++) {
    const { changed } = catalog.refresh();
    assertEquals(changed, []);
    assertEquals(described(catalog), ["res_x:"]);
    assertEquals(catalog.fault("res_x"), undefined);
    assertEquals(catalog.faults().map(({ name }) => name).sort(), ["RES_X", "Res_x"]);
    const message = catalog.faults().find(({ name }) => name === "Res_x")?.error.message ?? "";
    assertStringIncludes(message, 'm/Res_x.manifest:1: "Res_x" and "RES_X" are one module\'s name');
    assertStringIncludes(message, 'remove or rename "Res_x"');
  }
  source.texts.delete("RES_X");
  source.texts.delete("Res_x");
  catalog.refresh();
  assertEquals([described(catalog), catalog.faults()], [["res_x:"], []]);
});

Deno.test("Catalog keeps a module whose name a later source spells otherwise", () => {
  const embedded = new MemorySource("embedded", { manager: text("manager", "old") });
  embedded.shipped = () => true;
  const disk = new MemorySource("disk", { MANAGER: text("MANAGER", "new") });
  const catalog = new Catalog([embedded, disk]);
  catalog.refresh();
  assertEquals([described(catalog), catalog.replacements()], [["manager:old"], []]);
  assertEquals(catalog.faults().map(({ name }) => name), ["MANAGER"]);
  const before = catalog.version;
  disk.texts.set("manager", text("manager", "new"));
  catalog.refresh();
  assertEquals(described(catalog), ["manager:new"]);
  assertEquals(catalog.replacements(), [{ name: "manager", source: "disk", hidden: "embedded" }]);
  assertEquals(catalog.get("manager")?.shipped, true);
  assert(catalog.version > before);
});

Deno.test("Catalog.refresh() notices a manifest that only changed the case of its name", () => {
  const source = new MemorySource("m", {});
  // A renamed file keeps its time and size, hence its stamp.
  source.stamp = () => "same";
  source.manifest = (name) => ({
    path: `m/${name}.manifest`,
    bytes: new TextEncoder().encode(text(name)),
    stamp: "same",
  });
  const catalog = new Catalog([source]);
  for (const name of ["res_x", "Res_X"]) {
    source.texts.clear();
    source.texts.set(name, "");
    catalog.refresh();
    assertEquals(catalog.entries().map(({ manifest }) => manifest.name), [name]);
  }
});

Deno.test("Catalog.bareFile() finds modules without a manifest, and follows no path", () => {
  const catalog = new Catalog([new MemorySource("m", { a: text("a") })]);
  catalog.refresh();
  assertEquals(["bare", "a", "gone", "../bare"].map((name) => catalog.bareFile(name)), [
    "m/bare.js",
    undefined,
    undefined,
    undefined,
  ]);
});

/** A directory that is gone afterwards, and a source over it. */
function withDirectory(test: (directory: string, source: DiskSource) => void): void {
  const root = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${root}/modules`);
    test(`${root}/modules`, new DiskSource(`${root}/modules`));
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("DiskSource lists manifests only, sorted", () => {
  withDirectory((directory, source) => {
    for (const name of ["b.manifest", "a.manifest", "a.js", "a.manifest~", "c.MANIFEST"]) {
      Deno.writeTextFileSync(`${directory}/${name}`, "");
    }
    Deno.mkdirSync(`${directory}/d.manifest`);
    assertEquals(source.list(), ["a", "b"]);
    assertEquals(source.label, directory);
  });
});

Deno.test("DiskSource names a directory that cannot be listed", () => {
  withDirectory((directory) => {
    const error = assertThrows(() => new DiskSource(`${directory}/none`).list(), HostError);
    assertEquals(error.code, "config");
    assertStringIncludes(error.message, `Unable to open modules directory '${directory}/none'`);
  });
});

Deno.test("Catalog over a directory follows it as files come, change and go", () => {
  withDirectory((directory, source) => {
    const catalog = new Catalog([source]);
    const write = (name: string, description: string) =>
      Deno.writeTextFileSync(`${directory}/${name}.manifest`, text(name, description));
    write("a", "one");
    write("b", "one");
    catalog.refresh();
    assertEquals(described(catalog), ["a:one", "b:one"]);
    write("a", "another");
    write("c", "one");
    Deno.removeSync(`${directory}/b.manifest`);
    catalog.refresh();
    assertEquals(described(catalog), ["a:another", "c:one"]);
  });
});

Deno.test("DiskSource.stamp() changes with a file that kept its time and size", () => {
  withDirectory((directory, source) => {
    const file = `${directory}/a.manifest`;
    const time = new Date(2020, 0, 1);
    const stamps = ["one", "two"].map((content) => {
      Deno.writeTextFileSync(`${file}.new`, content);
      Deno.utimeSync(`${file}.new`, time, time);
      Deno.renameSync(`${file}.new`, file);
      return source.stamp("a");
    });
    assertNotEquals(stamps[0], stamps[1]);
    assertEquals(source.manifest("a").stamp, stamps[1]);
  });
});

Deno.test("DiskSource.stamp() is that of the file behind a link", () => {
  withDirectory((directory, source) => {
    Deno.writeTextFileSync(`${directory}/real`, "one");
    Deno.symlinkSync("real", `${directory}/a.manifest`);
    const before = source.stamp("a");
    assertEquals(source.manifest("a").stamp, before);
    Deno.writeTextFileSync(`${directory}/real`, "longer");
    assertNotEquals(source.stamp("a"), before);
    Deno.removeSync(`${directory}/real`);
    assertEquals(source.stamp("a"), "gone");
  });
});

/** Makes something of the name `path` that is not to be read. */
const UNFIT: Record<string, { make(path: string): void; says: string }> = {
  "a link out of the directory": {
    make(path) {
      const outside = path.replace("/modules/", "/");
      Deno.writeTextFileSync(outside, text("a"));
      Deno.symlinkSync(outside, path);
    },
    says: "it is a link out of its directory",
  },
  "a link to the system": { make: (path) => Deno.symlinkSync("/dev/zero", path), says: "it is a link out" },
  "a link to nothing": { make: (path) => Deno.symlinkSync("none", path), says: "Cannot read" },
  "a link to itself": { make: (path) => Deno.symlinkSync(path, path), says: "Cannot read" },
  "a FIFO": {
    make(path) {
      const { success } = new Deno.Command("mkfifo", { args: [path] }).outputSync();
      assert(success);
    },
    says: "it is no regular file",
  },
  "a directory": { make: (path) => Deno.mkdirSync(path), says: "it is no regular file" },
  "a huge file": {
    make(path) {
      Deno.writeTextFileSync(path, "");
      Deno.truncateSync(path, 9 * 1024 * 1024);
    },
    says: "9437184 bytes",
  },
};

for (const [what, { make, says }] of Object.entries(UNFIT)) {
  Deno.test(`DiskSource refuses ${what} at once`, () => {
    withDirectory((directory, source) => {
      for (
        const [file, read] of [["a.manifest", () => source.manifest("a")], ["a.js", () => source.module("a")]] as const
      ) {
        make(`${directory}/${file}`);
        const error = assertThrows(read, HostError, says);
        assertStringIncludes(error.message, directory);
        assertStringIncludes(error.message, file);
        assertEquals(error.module, "a");
      }
    });
  });
}

Deno.test("DiskSource reads a link within its directory, and says when there is nothing", () => {
  withDirectory((directory, source) => {
    Deno.writeTextFileSync(`${directory}/real.js`, "code");
    Deno.symlinkSync("real.js", `${directory}/a.js`);
    assertEquals(new TextDecoder().decode(source.module("a").bytes), "code");
    assertEquals(assertThrows(() => source.module("b"), HostError).code, "not-found");
  });
});

Deno.test("DiskSource reads modules through a directory that is a link itself", () => {
  withDirectory((directory) => {
    Deno.symlinkSync(directory, `${directory}/../link`);
    Deno.writeTextFileSync(`${directory}/real.js`, "code");
    Deno.symlinkSync("real.js", `${directory}/a.js`);
    assertEquals(new DiskSource(`${directory}/../link`).module("a").bytes.length, 4);
  });
});

Deno.test("checksumOf() is SHA-256 in hexadecimal", () => {
  assertEquals(
    checksumOf(new TextEncoder().encode("abc")),
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
