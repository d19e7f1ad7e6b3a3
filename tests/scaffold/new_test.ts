import { assertEquals, assertThrows } from "@std/assert";
import { HostError } from "../../mod.ts";
import { moduleFiles, newModule, trialCommand } from "../../src/scaffold/mod.ts";
import { ROOT, runDeno } from "../../tools/process.ts";

const CHECKOUT = ROOT.replace(/\/$/, "");

Deno.test("moduleFiles() and trialCommand() name things after the module", () => {
  const table: [string, string, string][] = [
    ["app_note", "etc/note.conf", "dialplan exec application Note(world)"],
    ["app_note_taker", "etc/note_taker.conf", "dialplan exec application NoteTaker(world)"],
    ["func_shout", "etc/shout.conf", "dialplan eval function SHOUT(world)"],
    ["res_x", "etc/x.conf", "dialplan exec application X(world)"],
    ["app_9", "etc/app_9.conf", "dialplan exec application App9(world)"],
    ["func_9", "etc/func_9.conf", "dialplan eval function FUNC_9(world)"],
    ["plain", "etc/plain.conf", "dialplan exec application Plain(world)"],
  ];
  for (const [name, config, command] of table) {
    assertEquals(moduleFiles(name).map(({ path }) => path), [
      `modules/${name}.ts`,
      `modules/${name}_test.ts`,
      config,
      "etc/asterism.conf",
      "etc/modules.conf",
    ]);
    assertEquals(trialCommand(name), command);
  }
});

Deno.test("newModule() writes what builds, passes its own test, its types, and the formatter", async () => {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  try {
    newModule("app_greet", { directory, checkout: CHECKOUT });
    newModule("func_shout", { directory, checkout: CHECKOUT });
    newModule("app_9", { directory, checkout: CHECKOUT });
    for (
      const args of [
        ["fmt", "--check", "--line-width", "120", "modules"],
        [
          "run",
          "-A",
          "--quiet",
          `--config=${ROOT}deno.json`,
          `${ROOT}tools/modules.ts`,
          "--quiet",
          `${directory}/modules`,
        ],
        ["check", "--quiet", "modules/app_greet.ts", "modules/func_shout.ts"],
        // The types of such a test are checked where the tutorial runs one.
        ["test", "-A", "--quiet", "--no-check", "modules"],
      ]
    ) {
      const { code, stdout, stderr } = await runDeno(args, { cwd: directory });
      assertEquals(code, 0, `${args}\n${stdout}${stderr}`);
      if (args[0] === "test") assertEquals(/(\d+) passed \| 0 failed/.exec(stdout)?.[1], "3", stdout);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("newModule() overwrites nothing, and leaves the configuration of the directory as it is", async () => {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  try {
    newModule("app_one", { directory, checkout: undefined });
    await Deno.writeTextFile(`${directory}/etc/modules.conf`, "[modules]\n");
    newModule("app_two", { directory, checkout: undefined });
    assertEquals(await Deno.readTextFile(`${directory}/etc/modules.conf`), "[modules]\n");
    const error = assertThrows(() => newModule("app_one", { directory, checkout: undefined }), HostError);
    assertEquals(error.message.includes(`${directory}/modules/app_one.ts`), true);
    for (const name of ["", "a/b", "..", "app_x.ts", "äpp"]) {
      assertThrows(() => newModule(name, { directory, checkout: undefined }), HostError, "Cannot make module");
    }
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), ["etc", "modules"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
