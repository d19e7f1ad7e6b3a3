/**
 * A program with plugins: one from a directory, one from memory, and a service of the program that they use.
 *
 *     deno task manifests docs/examples/embed/plugins        # once, in the checkout
 *     deno run -A --no-prompt docs/examples/embed/main.ts
 *
 * docs/embedding.md says how it is compiled.
 *
 * @module
 */
import { createHost, MemorySource, serveRealmProcess } from "@asterism/asterism";

// A compiled program is its own process realm: started again for one, it is nothing else.
await serveRealmProcess(Deno.args);

const here = import.meta.dirname;

/** A plugin that the program carries in itself. It is granted nothing, and tries all the same. */
const carried = new MemorySource({
  app_curious: {
    manifest: { module: { description: "Curious", license: "MIT" }, provides: { application: "Peek" } },
    source: `
      import { defineModule, LoadResult } from "asterism";
      export default defineModule({
        license: "MIT",
        description: "Curious",
        load(host) {
          host.application("Peek", async (call, path) => call.print(await Deno.readTextFile(path)));
          return LoadResult.SUCCESS;
        },
      });`,
  },
});

await using host = await createHost({
  config: { directories: { astdatadir: `${here}` } },
  modules: [`${here}/plugins`, carried],
  policy: {
    modules: { autoload: true },
    permissions: { app_weather: "read=${astdatadir}/cities" },
    realms: { app_curious: "process" },
  },
});

const notes: string[] = [];
host.provide("service=notes", { add: (text: string) => void notes.push(text) });
host.on("state", ({ module, to, reason }) => {
  if (to !== "loaded" && to !== "starting") console.log(`${module} is ${to}${reason && `: ${reason}`}`);
});
host.on("log", ({ level, message }) => level === "error" && console.log(`error: ${message}`));

const { status } = await host.boot();
console.log(`status ${status}, ${host.modules().map(({ name, permissions }) => `${name} (${permissions || "none"})`)}`);

console.log((await host.call("application=Weather", "Lisbon")).output.trimEnd());
console.log(`notes: ${notes}`);
try {
  await host.call("application=Peek", `${here}/main.ts`);
} catch (error) {
  console.log(`refused: ${(error as Error).message}`);
}
