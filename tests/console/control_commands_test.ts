/** Commands over what only a program has: the log, permissions, configuration files, a restart. */
import { assertEquals, assertMatch } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import {
  addCoreCommands,
  cliPermissionCommands,
  CliPermissions,
  configCommands,
  Interpreter,
  loggerCommands,
  restartCommands,
} from "../../src/console/mod.ts";
import { type ConsoleSession, detachedSession, Registry } from "../../src/registry/mod.ts";
import { run, setUp } from "./support.ts";

const ACCOUNTS = {
  uid: (name: string) => name === "joe" ? 1000 : undefined,
  gid: (name: string) => name === "adm" ? 4 : undefined,
};

function program(restartFault?: string) {
  const asked: string[] = [];
  const registry = new Registry();
  const text = "[joe]\ndeny = all\npermit = core show\n[@adm]\n";
  const permissions = {
    accounts: ACCOUNTS,
    permissions: CliPermissions.parse(parse(text, { file: "cli_permissions.conf" }), ACCOUNTS, () => {}),
    reload: () => void asked.push("reload permissions"),
  };
  const levels = ["NOTICE", "ERROR"];
  addCoreCommands(registry, [
    ...loggerCommands({
      rows: () => [
        { channel: "/var/log/asterism/messages.log", type: "File", formatter: "json", status: "Disabled", levels },
        { channel: "", type: "Console", formatter: "default", status: "Enabled", levels: ["ERROR"] },
      ],
      reload: (file) => Promise.resolve(file === "bad.conf" ? "bad.conf:1: no" : void asked.push(`reload ${file}`)),
      rotate: () => void asked.push("rotate"),
      add: (name, components) =>
        components === "bad" ? Promise.reject(new TypeError("unknown level")) : Promise.resolve(name !== "full"),
      remove: (name) => name === "full",
    }),
    ...cliPermissionCommands(permissions),
    ...configCommands({
      uses: () => [
        { module: "core", file: "/etc/asterism/logger.conf", keys: ["[general] dateformat"] },
        { module: "res_http", file: "/etc/asterism/http.conf" },
      ],
      reload: (file) =>
        Promise.resolve(file === "http.conf" ? ["Module 'res_http' reloaded successfully."] : undefined),
    }),
    ...restartCommands((how) => {
      asked.push(`restart ${how}`);
      return restartFault;
    }),
  ]);
  return { asked, registry, interpreter: new Interpreter(registry.commands) };
}

Deno.test("logger show channels has Asterisk's columns", async () => {
  const { interpreter } = program();
  assertEquals(
    await run(interpreter, "logger show channels"),
    "Logger queue limit: 0\n\n" +
      "Channel                             Type     Formatter    Status    Configuration\n" +
      "-------                             ----     ---------    ------    -------------\n" +
      "/var/log/asterism/messages.log      File     json         Disabled   - NOTICE ERROR \n" +
      "                                    Console  default      Enabled    - ERROR \n\n",
  );
  assertEquals(JSON.parse(await run(interpreter, "logger show levels --json"))[4], { level: 5, name: "VERBOSE" });
});

Deno.test("logger reload, rotate, add and remove do what they say, and say what they could not", async () => {
  const { interpreter, asked } = program();
  assertEquals(await run(interpreter, "logger reload"), "");
  assertEquals(await run(interpreter, "logger reload other.conf"), "");
  assertEquals(await run(interpreter, "logger rotate"), "");
  assertEquals(asked, ["reload undefined", "reload other.conf", "rotate"]);
  assertMatch(await run(interpreter, "logger reload bad.conf"), /^Failed to reload the logger: bad\.conf:1: no\n/);
  assertEquals(await run(interpreter, "logger add channel full error"), "Logger channel 'full' already exists\n");
  assertEquals(await run(interpreter, "logger add channel more error"), "");
  assertMatch(
    await run(interpreter, "logger add channel x bad"),
    /^ERROR: Unable to create log channel 'x': unknown level\n/,
  );
  assertEquals(await run(interpreter, "logger remove channel full"), "Removed dynamic logger channel 'full'\n");
  assertEquals(await run(interpreter, "logger remove channel x"), "Unable to find dynamic logger channel 'x'\n");
});

Deno.test("what a console shows is its own", async () => {
  const { interpreter } = program();
  const session: ConsoleSession = detachedSession();
  const typed = async (line: string) => {
    let text = "";
    await interpreter.execute(line, (part) => text += part, session);
    return text;
  };
  assertEquals(await typed("logger mute"), "Console is not muted anymore.\n");
  assertEquals(await typed("logger mute silent"), "");
  assertEquals(session.muted, true);
  assertEquals(await typed("logger set level error off"), "Logger status for 'ERROR' has been set to 'off'.\n");
  assertEquals([...session.hidden], ["error"]);
  assertEquals(await typed("logger set level ERROR on"), "Logger status for 'ERROR' has been set to 'on'.\n");
  assertEquals([...session.hidden], []);
  assertMatch(await typed("logger set level DTMF on"), /^There are no lines of level 'DTMF'/);
});

Deno.test("core set verbose is of the console, core set debug of the host and of modules", async () => {
  const levels = new Map<string, number>();
  const debug = {
    level: 0,
    of: (module: string) => levels.get(module) ?? 0,
    set: (module: string, level: number) => void levels.set(module, level),
    clear: () => levels.clear(),
  };
  const { interpreter } = setUp({}, { debug });
  const session = detachedSession();
  const typed = async (line: string) => {
    let text = "";
    await interpreter.execute(line, (part) => text += part, session);
    return text.trimEnd();
  };
  assertEquals(await typed("core set verbose 3"), "Console verbose was OFF and is now 3.");
  assertEquals(await typed("core set verbose atleast 2"), "Console verbose is still 3.");
  assertEquals(await typed("core set verbose atleast 5 silent"), "");
  assertEquals(await typed("core set verbose off"), "Console verbose was 5 and is now OFF.");
  assertMatch(await typed("core set verbose many"), /^Usage: core set verbose/);
  assertEquals(await typed("core set debug 4"), "Core debug was OFF and is now 4.");
  assertEquals(await typed("core set debug 2 res_x.so"), "Core debug was 0 and has been set to 2 for 'res_x'.");
  assertEquals(await typed("core set debug atleast 1 res_x"), "Core debug is still 2 for 'res_x'.");
  assertEquals([debug.level, [...levels]], [4, [["res_x", 2]]]);
  assertEquals(await typed("core set debug off"), "Core debug was 4 and is now OFF.");
  assertEquals([debug.level, levels.size], [0, 0]);
});

Deno.test("config list, config reload and config show help know who reads what", async () => {
  const { interpreter } = program();
  assertMatch(
    await run(interpreter, "config list"),
    /^core {17}\/etc\/asterism\/logger\.conf +\nres_http {13}\/etc\/asterism\/http\.conf +\n$/,
  );
  assertEquals(await run(interpreter, "config reload http.conf"), "Module 'res_http' reloaded successfully.\n");
  assertMatch(await run(interpreter, "config reload no.conf"), /^Nobody uses 'no\.conf'\n/);
  assertMatch(await run(interpreter, "config show help"), /\tcore\n\tres_http\n$/);
  assertEquals(await run(interpreter, "config show help core"), "logger.conf\n");
  assertEquals(await run(interpreter, "config show help core logger.conf"), "logger.conf\n\t[general] dateformat\n");
  assertMatch(await run(interpreter, "config show help res_no"), /^Module res_no not found\.\n/);
  assertEquals((await interpreter.complete("config show help res_http ")).matches, ["http.conf"]);
});

Deno.test("cli show, check and reload permissions", async () => {
  const { interpreter, asked } = program();
  assertEquals(
    await run(interpreter, "cli show permissions"),
    "user: joe [uid=1000]\nPermissions:\n\tdeny -> all\n\tpermit -> core show\n\ngroup: adm [gid=4]\nPermissions:\n\n",
  );
  assertEquals(
    await run(interpreter, "cli check permissions joe core stop now"),
    "User 'joe' is not allowed to run command: 'core stop now'\n",
  );
  assertEquals(
    await run(interpreter, "cli check permissions joe core show version"),
    "User 'joe' is allowed to run command: 'core show version'\n",
  );
  assertEquals(
    await run(interpreter, "cli check permissions @adm core stop now"),
    "Group '@adm' is allowed to run command: 'core stop now'\n",
  );
  assertMatch(await run(interpreter, "cli check permissions jim x"), /^Unknown user 'jim'\n/);
  await run(interpreter, "cli reload permissions");
  assertEquals(asked, ["reload permissions"]);
});

Deno.test("core restart says why it cannot, and what to do", async () => {
  const { interpreter, asked } = program("the program was not granted the permission ffi");
  assertEquals(
    await run(interpreter, "core restart when convenient"),
    "Cannot restart: the program was not granted the permission ffi. Use 'core stop when convenient'.\n" +
      "Command 'core restart when convenient' failed.\n",
  );
  assertEquals(asked, ["restart convenient"]);
  assertEquals(await run(program().interpreter, "core restart gracefully"), "");
});

Deno.test("a console runs what it is permitted, and nothing while the host stops", async () => {
  const { registry } = program();
  let stopping = false;
  const interpreter = new Interpreter(registry.commands, {
    permits: ({ user }, words) => user === undefined || words[0] !== "core",
    stopping: () => stopping,
  });
  const session = { ...detachedSession(), user: { uid: 1, gid: 1 } };
  const typed = async (line: string) => {
    let text = "";
    const outcome = await interpreter.execute(line, (part) => text += part, session);
    return [outcome, text];
  };
  assertEquals(await typed('core restart "now"'), [
    "failure",
    "You don't have permissions to run 'core restart now' command\n",
  ]);
  assertEquals(await typed("logger rotate"), ["success", ""]);
  stopping = true;
  assertEquals(await typed("logger rotate"), ["failure", "Command 'logger rotate' cannot be run during shutdown\n"]);
});
