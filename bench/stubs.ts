/**
 * Stub modules: the least that a module can be, in any number.
 *
 * @module
 */
import { join } from "@std/path";
import { checksumOf } from "../src/manifest/mod.ts";

/** How a stub differs from the least one. */
export interface StubOptions {
  /** Code of its `load`. @default {"() => LoadResult.SUCCESS"} */
  readonly load?: string;
  /** Lines of `[provides]`. @default {[]} */
  readonly provides?: readonly string[];
  /** Further lines of `[module]`. @default {["load_priority = default"]} */
  readonly module?: readonly string[];
  /** Lines of `[uses]`. @default {[]} */
  readonly uses?: readonly string[];
}

/** A module's two files. */
export interface Stub {
  readonly name: string;
  /** Text of the `.js` file. */
  readonly source: string;
  /** Text of the `.manifest` file. */
  readonly manifest: string;
}

/** Name of the stub with a number: `stub_007`. */
export function stubName(number: number): string {
  return `stub_${String(number).padStart(3, "0")}`;
}

/** Makes a stub; its manifest carries the checksum of its source. */
export function makeStub(name: string, options: StubOptions = {}): Stub {
  const { load = "() => LoadResult.SUCCESS", provides = [], module = ["load_priority = default"], uses = [] } = options;
  const description = `Stub ${name}`;
  const source = `import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "${description}",
  load: ${load},
});
`;
  const lines = [
    "[module]",
    `name = ${name}`,
    `checksum = ${checksumOf(new TextEncoder().encode(source))}`,
    `description = ${description}`,
    "support_level = extended",
    "license = MIT",
    ...module,
    ...(uses.length === 0 ? [] : ["[uses]", ...uses]),
    ...(provides.length === 0 ? [] : ["[provides]", ...provides]),
  ];
  return { name, source, manifest: `${lines.join("\n")}\n` };
}

/** Writes the files of modules into a directory, which is made. */
export async function writeStubs(directory: string, stubs: readonly Stub[]): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const { name, source, manifest } of stubs) {
    await Deno.writeTextFile(join(directory, `${name}.js`), source);
    await Deno.writeTextFile(join(directory, `${name}.manifest`), manifest);
  }
}

/** As many of the least stubs as wanted, from `stub_000` on. */
export function makeStubs(count: number): Stub[] {
  return Array.from({ length: count }, (_, number) => makeStub(stubName(number)));
}

const RECORDS = new URL("../tests/oracle/records/modules.json", import.meta.url);

/** Stubs with the names, priorities and dependencies of the first modules that a recorded full start of Asterisk loads. */
export function recordedStubs(count: number): Stub[] {
  const known = JSON.parse(Deno.readTextFileSync(RECORDS)) as Record<string, unknown>[];
  const loaded = known.filter(({ load_position }) => load_position !== undefined)
    .sort((one, other) => Number(one.load_position) - Number(other.load_position)).slice(0, count);
  const names = new Set(loaded.map(({ name }) => name));
  return loaded.map((one) => {
    const lines = (key: string, as: string) =>
      ((one[key] ?? []) as string[]).filter((name) => names.has(name)).map((name) => `${as} = ${name}`);
    return makeStub(String(one.name), {
      module: [
        `load_priority = ${one.load_pri_value ?? 128}`,
        ...lines("optional_modules", "optional_modules"),
        ...lines("enhances", "enhances"),
      ],
      uses: lines("requires", "module"),
    });
  });
}
