/** The directory of a run: what a specification brings, checksums filled in, and what every run needs. */
import { dirname, join } from "@std/path";
import { checksumOf } from "../../src/manifest/mod.ts";

/** What goes into a directory. */
export interface Staged {
  /** Files by name. `{{dir}}` and `{{sha256:file}}` in them are replaced, except in modules. */
  readonly files: Readonly<Record<string, string>>;
  /** Sections that follow `[module]` in the manifest a module is given when it has none. */
  readonly manifest?: Readonly<Record<string, string>>;
  /** Names of modules that load and do nothing. */
  readonly harmless?: readonly string[];
}

/** A directory that is removed at the end. */
export interface Stage extends AsyncDisposable {
  readonly directory: string;
  /** Replaces `{{dir}}` and `{{sha256:file}}`. */
  expand(text: string): string;
}

/** A usual asterism.conf: everything in one directory. Lines may follow; they are in `[options]`. */
export const ASTERISM_CONF = `[directories]
astetcdir => .
astmoddir => .
astdatadir => .
astrundir => .
astlogdir => .
[options]
`;

/** Fills a new temporary directory. */
export async function stage({ files, manifest = {}, harmless = [] }: Staged): Promise<Stage> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-test-" }));
  const all: Record<string, string> = { ...files };
  for (const name of harmless) all[`${name}.js`] = harmlessModule(name);
  for (const name of Object.keys(all).filter((name) => name.endsWith(".js"))) {
    const module = name.slice(0, -".js".length);
    all[`${module}.manifest`] ??= usualManifest(module, manifest[module] ?? "");
  }
  const expand = (text: string) =>
    text.replaceAll("{{dir}}", directory).replace(/\{\{sha256:([\w.-]+)\}\}/g, (_, name) => checksum(all, name));
  for (const [name, text] of Object.entries(all)) {
    const path = join(directory, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, name.endsWith(".js") ? text : expand(text));
  }
  return { directory, expand, [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
}

function usualManifest(name: string, sections: string): string {
  return `[module]\nname = ${name}\nchecksum = {{sha256:${name}.js}}\ndescription = Module ${name}\nlicense = MIT\n${sections}`;
}

function harmlessModule(name: string): string {
  return `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module ${name}", load: () => 0 });
`;
}

function checksum(files: Readonly<Record<string, string>>, name: string): string {
  const text = files[name];
  if (text === undefined) throw new Error(`Cannot make the checksum of ${name}: there is no such file`);
  return checksumOf(new TextEncoder().encode(text));
}
