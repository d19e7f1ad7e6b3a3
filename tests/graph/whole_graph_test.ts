/** All modules of a real Asterisk, written as sources, built, described, checked and loaded. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseManifest } from "../../src/manifest/mod.ts";
import { buildModules } from "../../tools/modules.ts";
import { loadGraph, readGraph, sourceOf, writeGraph } from "../../tools/whole_graph.ts";
import { launch, runToEnd } from "../support/program.ts";

Deno.test("the whole graph of Asterisk is built, checked in a second and loaded without a fault", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-test-" }));
  try {
    const modules = readGraph();
    assert(modules.length >= 356);
    await writeGraph(directory, modules);
    const notes: string[] = [];
    const built = await buildModules(join(directory, "modules"), (note) => void notes.push(note));
    assertEquals([built.length, notes], [modules.length, []]);
    for (const module of modules) {
      const path = join(directory, "modules", `${module.name}.manifest`);
      const { uses, loadPriority, enhances, optionalModules, provides } = parseManifest(
        Deno.readTextFileSync(path),
        path,
      );
      const names = (needs: readonly { name: string }[]) => needs.map(({ name }) => name);
      assertEquals(
        [names(uses), loadPriority, names(enhances), names(optionalModules), provides.length],
        [
          module.requires ?? [],
          module.priority,
          module.enhances ?? [],
          module.optional ?? [],
          1 + (module.applications?.length ?? 0) + (module.functions?.length ?? 0),
        ],
        module.name,
      );
    }
    await checkInASecond(directory);
    const { running, faults } = await loadGraph(directory);
    assertEquals([running, faults], [modules.length, []]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** The best of several: what a busy machine takes says nothing of the program. */
async function checkInASecond(directory: string): Promise<void> {
  const { command, args, env } = launch("binary", directory);
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const ended = await runToEnd(
      { command, args: [...args, "check", "--json", "-C", join(directory, "etc/asterism.conf")], env },
      { cwd: directory, deadlineMs: 60_000 },
    );
    times.push(performance.now() - began);
    const { findings } = JSON.parse(ended.stdout) as { findings: { file: string }[] };
    // The program brings modules of its own, to which this configuration grants nothing.
    assertEquals(findings.filter(({ file }) => file.startsWith(directory)), []);
  }
  assert(Math.min(...times) < 1_000, `asterism check took ${times.map(Math.round).join(", ")} ms`);
}

Deno.test("sourceOf() writes what the module is, and a load that registers it", () => {
  const source = sourceOf({
    name: "app_x",
    dir: "apps",
    description: 'A "quoted" one',
    priority: 80,
    support: "core",
    requires: ["res_a"],
    optional: ["res_b"],
    enhances: ["res_c"],
    external: ["zlib"],
    applications: ["X"],
    reload: true,
  });
  for (
    const part of [
      "<load_priority>80</load_priority>",
      '<use type="module">res_a</use>',
      "<depend>zlib</depend>",
      "<optional_module>res_b</optional_module>",
      "<enhances>res_c</enhances>",
      '<application name="X"',
      'host.application("X"',
      'description: "A \\"quoted\\" one"',
      "reload() {}",
    ]
  ) assert(source.includes(part), part);
});
