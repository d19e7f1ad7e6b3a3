import { assertEquals, assertStringIncludes } from "@std/assert";
import { dialplanShowCommands } from "../../src/console/commands/dialplan_show.ts";
import type { CoreServices } from "../../src/console/services.ts";
import { contents, context, emptyPbx, longestHold, step } from "../dialplan/_dialplans.ts";

function showOf({ pbx }: ReturnType<typeof emptyPbx>) {
  const command = dialplanShowCommands({ pbx } as unknown as CoreServices)[0]!;
  const run = async (...args: string[]) => {
    const printed: string[] = [];
    const session = {} as Parameters<typeof command.run>[0]["session"];
    await command.run({ args, line: "", session, print: (text) => void printed.push(text) });
    return printed.join("");
  };
  const complete = async (word: string) => await command.complete!({ args: [], word });
  return { run, complete };
}

Deno.test("dialplan show --json is what JSON writes at once", async () => {
  const at = emptyPbx();
  const { run } = showOf(at);
  assertEquals(await run("--json"), "[]\n");
  const first = step("s", 1, { label: "x", file: "/etc/a\u001b.conf", line: 3, args: '"a"\n' });
  await at.pbx.replace(
    "pbx_config",
    contents(
      context("empty", []),
      context("main", [first, step("_X.", 2), step("_X.", 1, { caller: "5" })], ["empty"]),
    ),
  );
  const priority = (one: object) => ({ application: "NoOp", args: "", ...one });
  const expected = [
    { context: "empty", registrar: "pbx_config", includes: [], extensions: [] },
    {
      context: "main",
      registrar: "pbx_config",
      includes: ["empty"],
      extensions: [
        {
          extension: "s",
          priorities: [{
            ...{ priority: 1, label: "x", application: "NoOp", args: '"a"\n', file: "/etc/a\u001b.conf", line: 3 },
          }],
        },
        { extension: "_X.", caller: "5", priorities: [priority({ priority: 1 })] },
        { extension: "_X.", priorities: [priority({ priority: 2 })] },
      ],
    },
  ];
  const text = await run("--json");
  assertEquals(JSON.parse(text), expected);
  assertEquals(
    text.replaceAll("\\u001b", ""),
    `${JSON.stringify(JSON.parse(text), null, 2)}\n`.replaceAll("\\u001b", ""),
  );
  assertEquals((text + await run()).includes("\u001b"), false);
});

Deno.test("dialplan show of two hundred thousand steps, and its completion, leave the host free", async () => {
  const at = emptyPbx();
  const { run, complete } = showOf(at);
  const steps = Array.from({ length: 199_998 }, (_, index) => step(`${index >> 1}`, 1 + index % 2));
  await at.pbx.replace("evil", contents(context("big", steps), context("other", [step("1", 1)])));
  let json = "";
  const hold = await longestHold(async () => {
    assertStringIncludes(await run(), "-= 100000 extensions (199999 priorities) in 2 contexts. =-");
    json = await run("--json");
    assertStringIncludes(await run("77@"), "'77' =>");
    assertEquals(await complete("9999@b"), ["9999@big"]);
    assertEquals(await complete("1@"), ["1@big", "1@other"]);
  });
  // Ten times what the host promises.
  assertEquals(hold < 1000, true, `${hold} ms`);
  assertEquals(JSON.parse(json).length, 2);
});
