/**
 * Two modules without permissions of the system share a realm. One has a secret and uses it in every way that modules do, the other was
 * there first and tries to get at it: in none of its ways, and what the one does comes to what it should.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { createHost } from "../../mod.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const SECRET = "SECRET-4711-of-the-victim";
const text = (name: string) => Deno.readTextFileSync(new URL(`./neighbors/${name}`, import.meta.url));
const GRANTS = "[permissions]\nhost = db\n";

const commands = (module: string, ...words: string[]) => words.map((word) => `command = ${module} ${word}\n`).join("");

Deno.test("in a shared realm none of a neighbor's ways leads to a module's secret", async () => {
  await using staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": [
        "[modules]\nload = evil\nload = vault\nload = victim",
        "[permissions]\ndefault = manifest",
        "[realms]\nvault = dedicated",
        // The victim's lines are many.
        "[limits]\ndefault = output=100000",
      ].join("\n"),
      "victim.conf": `[general]\nsecret = ${SECRET}\n`,
      ...Object.fromEntries(["evil.js", "vault.js", "victim.js"].map((name) => [name, text(name)])),
    },
    manifest: {
      evil: `load_priority = 10\n[provides]\n${
        commands("evil", "arm", "look", "found")
      }[canuse]\nservice = vault\n${GRANTS}`,
      victim: `load_priority = 200\nconfig = victim.conf\n[provides]\n${
        commands("victim", "begin", "work", "end")
      }[uses]\nservice = vault\n${GRANTS}`,
      vault: "[provides]\nservice = vault\n",
    },
  });
  const lines: string[] = [];
  const write = ({ message }: { message: string }) =>
    void (lines.push(message), message.startsWith("GONE") && console.log(message.slice(0, 300)));
  await using host = await createHost({ config: join(staged.directory, "asterism.conf"), sinks: [{ write }] });
  const booted = await host.boot();
  assertEquals(booted, { status: 0, running: 3 }, lines.join("\n"));
  const say = async (command: string) => {
    const { output, ok } = await host.execute(command);
    assert(ok, `${command}: ${output}`);
    return output.trim();
  };
  // One realm for both, or nothing is shown.
  const { output } = await host.execute("module show permissions");
  const [mine, theirs] = ["evil", "victim"].map((name) =>
    new RegExp(`^${name}\\b.*?\\b(shared)\\b`, "ms").exec(output)?.[1]
  );
  assertEquals([mine, theirs], ["shared", "shared"], output);

  assertEquals(await say("evil arm"), "armed");
  for (let round = 0; round < 2; round++) {
    assertEquals(await say("victim begin"), "begun");
    assertEquals(await say("evil look"), "looked");
    const working = say("victim work");
    await say("evil look");
    const results: Record<string, unknown> = JSON.parse(await working);
    assertEquals(Object.entries(results).filter(([, result]) => result !== true), []);
    assert(Object.keys(results).length >= 60, `${Object.keys(results).length} uses`);
    await say("evil look");
    assertEquals(JSON.parse(await say("victim end")), [true, true, true]);
  }
  const { ways, found, failures } = JSON.parse(await say("evil found"));
  assertEquals(failures, [], "ways that were not tried to their end");
  assertEquals(found.map(([way]: [string]) => way).sort(), ["control: CONTROL-1", "control: CONTROL-2"]);
  assert(ways > 50, `${ways} ways`);
});
