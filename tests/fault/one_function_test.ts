/** There is one function that makes text safe to show: nobody else looks for control characters, but for other reasons. */
import { assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";

/** Files whose expressions name control characters, and what for. */
const OTHERS: Readonly<Record<string, string>> = {
  "src/fault/printable.ts": "this is the function",
  "src/config/text.ts": "tells ASCII from other text",
  "src/config/ere.ts": "tells ASCII from other text",
  "src/manifest/parse.ts": "a manifest that has any is refused",
  "src/manifest/stringify.ts": "a manifest is written with none",
  "src/permission/scope.ts": "a permission that has any is refused",
  "src/loader/manager_text.ts": "a header that has any is refused",
  "modules/_line_reader.ts": "what a caller types is taken without",
};

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

function* sources(directory: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const path = join(directory, name);
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

Deno.test("no other function escapes or takes out control characters", () => {
  const found = ["src", "modules"].flatMap((area) => [...sources(join(ROOT, area))])
    .filter((path) => /\\x00|\\u0000|\\p\{C/.test(Deno.readTextFileSync(path)))
    .map((path) => relative(ROOT, path));
  assertEquals(found.sort(), Object.keys(OTHERS).sort());
});
