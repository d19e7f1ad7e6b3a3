/** A session with a real Asterisk, recorded, against the compiled program with the same modules. */
import { assertEquals } from "@std/assert";
import { startManager } from "./_manager.ts";

/** What was sent and what came back. */
interface Exchange {
  readonly sent: string;
  readonly received: string;
}

/**
 * Where Asterism answers in another way, and why: here a module has one name, with or without its ending, and there are no
 * modules that are part of the program.
 */
const DIFFERENT: Readonly<Record<string, string>> = {
  // A name without an ending is a module's name.
  "ModuleLoad t_p128b load": "Response: Success\nActionID: m\nMessage: Module loaded.\n\n" +
    "Event: Load\nPrivilege: system,all\nModule: t_p128b\nStatus: Success",
  "ModuleLoad t_p128b unload": "Response: Success\nActionID: m\nMessage: Module unloaded.\n\n" +
    "Event: Unload\nPrivilege: system,all\nModule: t_p128b\nStatus: Success",
  "ModuleLoad t_reload reload": "Response: Success\nActionID: m\nMessage: Module reloaded.\n\n" +
    "Event: Reload\nPrivilege: system,all\nModule: t_reload\nStatus: 0",
  // Nothing is built in.
  "ModuleCheck cdr": "Response: Error\nActionID: c\nMessage: Module not loaded",
  "ModuleCheck cdr.so": "Response: Error\nActionID: c\nMessage: Module not loaded",
  "Reload cdr": "Response: Error\nActionID: x\nMessage: No such module\n\n" +
    "Event: Reload\nPrivilege: system,all\nModule: cdr\nStatus: 2",
};

function readRecord(text: string): Exchange[] {
  return text.split(/^>>>\n/m).slice(1).map((part) => {
    const [sent = "", received = ""] = part.split(/^<<<\n/m);
    return { sent: sent.trim(), received: received.trimEnd() };
  });
}

function keyOf(sent: string): string {
  const header = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(sent)?.[1] ?? "";
  return [header("Action"), header("Module"), header("LoadType")].filter((part) => part !== "").join(" ");
}

/** Takes out what differs from run to run. */
function normalize(text: string): string {
  return text.replaceAll("\r\n", "\n").trimEnd()
    .replace(/^(Uptime|LastReload): \d+$/gm, "$1: N")
    .replace(/^(EventTV|SessionTV): \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/gm, "$1: TIME")
    .replace(/^SessionID: 0x[0-9a-f]{12}$/gm, "SessionID: ID")
    .replace(/^(LocalAddress|RemoteAddress): IPV4\/TCP\/127\.0\.0\.1\/\d+$/gm, "$1: HERE");
}

/** Names of modules stand without their ending in the table. */
function withoutEndings(text: string): string {
  return text.replace(/^Output: (\w+)\.so( +)/gm, (_, name, blanks) => `Output: ${name}   ${blanks}`);
}

Deno.test("manager answers a recorded session as Asterisk did", async () => {
  const load = "load: () => LoadResult.SUCCESS";
  const exchanges = readRecord(await Deno.readTextFile(new URL("recorded.txt", import.meta.url)));
  const names = ["t_dep", "t_req", "t_noreload", "t_p128a", "t_p128b", "t_p150"];
  await using managed = await startManager({
    load: "load = t_dep\nload = t_req\nload = t_reload\nload = t_decline",
    modules: {
      ...Object.fromEntries(names.map((name) => [name, load])),
      t_reload: `${load}, reload() {}`,
      t_decline: "load: () => LoadResult.DECLINE",
      t_failure: "load: () => LoadResult.FAILURE",
    },
    manifest: { t_req: "[uses]\nmodule = t_dep\n" },
  });
  const client = await managed.connect();
  const used = new Set<string>();
  for (const { sent, received } of exchanges) {
    if (sent === "(connect)") {
      assertEquals(normalize(await client.until(/\r\n/)), received);
    } else if (sent === "Action: Logoff") {
      await client.send(`${sent}\n\n`);
      assertEquals(normalize(await client.end()), received);
    } else {
      const key = keyOf(sent);
      const expected = Object.hasOwn(DIFFERENT, key) ? DIFFERENT[key]! : withoutEndings(received);
      if (Object.hasOwn(DIFFERENT, key)) used.add(key);
      assertEquals(normalize(await client.ask(sent)), normalize(expected), sent);
    }
  }
  assertEquals([...used].sort(), Object.keys(DIFFERENT).sort(), "a difference that is none");
});
