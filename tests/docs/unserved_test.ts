/** A compiled program that forgot `serveRealmProcess` starts no process of itself. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findDenort } from "../../tools/denort.ts";
import { ROOT, run, runDeno } from "../../tools/process.ts";

/** A program that asks for process realms, or loads the library only when it needs it. */
const PROGRAMS = {
  forgot: `import { createHost, MemorySource } from "@asterism/asterism";
    Deno.writeTextFileSync(Deno.env.get("COUNT"), "x", { append: true });
    const source = new MemorySource({ app_x: { manifest: { module: { description: "X", license: "MIT" } },
      source: 'import { defineModule } from "asterism"; export default defineModule({ license: "MIT", description: "X", load: () => 0 });' } });
    try {
      await using host = await createHost({ modules: [source],
        policy: { modules: { autoload: true }, realms: { default: "KIND" } } });
      console.log("status", (await host.boot()).status);
    } catch (error) { console.log(error.message); }`,
  late: `Deno.writeTextFileSync(Deno.env.get("COUNT"), "x", { append: true });
    const { createHost } = await import("@asterism/asterism");
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await createHost({ modules: [], policy: {} });`,
};

Deno.test("a compiled program that does not serve processes of realms is told so, and never starts itself", async () => {
  // Below the root, where the package's own name leads to it.
  await Deno.mkdir(`${ROOT}dist`, { recursive: true });
  const directory = await Deno.makeTempDir({ dir: `${ROOT}dist`, prefix: "unserved-" });
  try {
    const denort = await findDenort({ version: Deno.version.deno, target: Deno.build.target });
    await Deno.writeTextFile(`${directory}/deno.json`, '{ "importMap": "../../imports.json", "lock": false }');
    const compile = async (name: string, text: string) => {
      const main = `${directory}/${name}.ts`;
      await Deno.writeTextFile(main, text);
      const { code, stderr } = await runDeno([
        ...["compile", "--quiet", "--no-check", "--allow-all", "--no-prompt", "--unstable-worker-options"],
        ...["--include", `${ROOT}src/realm/guest/main.ts`],
        ...["--output", `${directory}/${name}`, main],
      ], { cwd: directory, env: denort === undefined ? {} : { DENORT_BIN: denort } });
      assertEquals(code, 0, stderr);
      return async (...args: string[]) => {
        const count = `${directory}/count`;
        await Deno.writeTextFile(count, "");
        const env = { COUNT: count };
        const result = await run(`${directory}/${name}`, args, { cwd: directory, env, deadlineMs: 60_000 });
        return { ...result, started: (await Deno.readTextFile(count)).length };
      };
    };
    const process = await compile("process", PROGRAMS.forgot.replace("KIND", "process"));
    const asked = await process();
    assertStringIncludes(
      asked.stdout,
      'names realms of the kind "process", and the program does not serve the processes',
    );
    assertStringIncludes(asked.stdout, "call `await serveRealmProcess(Deno.args)` before anything else");
    assertEquals([asked.code, asked.started], [0, 1]);
    // Had a host started one all the same.
    const child = await process("--realm-process");
    assertStringIncludes(child.stderr, "asterism: the program does not serve the processes of its realms");
    assertEquals([child.code, child.started, child.stdout], [70, 1, ""]);
    const shared = await compile("shared", PROGRAMS.forgot.replace("KIND", "shared"));
    assertEquals((await shared()).stdout, "status 0\n");
    const late = await compile("late", PROGRAMS.late);
    const began = performance.now();
    assertEquals((await late("--realm-process")).code, 70);
    assert(performance.now() - began < 20_000);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
