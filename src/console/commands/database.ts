import { messageOf, printable } from "../../fault/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { Store, StoredEntry } from "../../store/mod.ts";
import type { CoreServices } from "../services.ts";
import { cell, takeJson, toJson } from "../table.ts";

/** Runs a command once the number of its arguments is right. */
function counted(
  least: number,
  most: number,
  run: (run: CommandRun) => Promise<CommandOutcome>,
): ConsoleCommand["run"] {
  return (given) => given.args.length < least || given.args.length > most ? "usage" : run(given);
}

/** The `database` commands, worded as Asterisk's. */
export function databaseCommands({ database }: CoreServices): ConsoleCommand[] {
  return [
    {
      command: "database show",
      summary: "Shows database contents",
      usage: "database show [family [keytree]]\n" +
        "   OR: database show [family[/keytree]]\n" +
        "       Shows Asterism database contents, optionally restricted\n" +
        "       to a given family, or family and keytree. The two arguments\n" +
        "       may be separated either by a space or by a slash.",
      run: (run) => show(run, { least: 0, most: 2, find: ([family, keytree]) => database.tree({ family, keytree }) }),
    },
    {
      command: "database showkey",
      summary: "Shows database contents",
      usage: "database showkey <keytree>\n       Shows Asterism database contents, restricted to a given key.",
      run: (run) => show(run, { least: 1, most: 1, find: ([key = ""]) => database.withKey(key) }),
    },
    ...valueCommands(database),
    ...wholesaleCommands(database),
  ];
}

function valueCommands(database: Store): ConsoleCommand[] {
  return [
    {
      command: "database get",
      summary: "Gets database value",
      usage: "database get <family> <key>\n" +
        "       Retrieves an entry in the Asterism database for a given\n" +
        "       family and key.",
      run: counted(2, 2, async ({ args: [family = "", key = ""], print }) => {
        const value = await database.get(family, key);
        print(value === undefined ? "Database entry not found.\n" : `Value: ${printable(value, Infinity)}\n`);
        return "success";
      }),
    },
    {
      command: "database put",
      summary: "Adds/updates database value",
      usage: "database put <family> <key> <value>\n" +
        "       Adds or updates an entry in the Asterism database for\n" +
        "       a given family, key, and value.",
      run: counted(3, 3, async ({ args: [family = "", key = "", value = ""], print }) => {
        await database.put({ family, key, value });
        print("Updated database successfully\n");
        return "success";
      }),
    },
    {
      command: "database del",
      summary: "Removes database key/value",
      usage: "database del <family> <key>\n" +
        "       Deletes an entry in the Asterism database for a given\n" +
        "       family and key.",
      run: counted(2, 2, async ({ args: [family = "", key = ""], print }) => {
        const removed = await database.del(family, key);
        print(removed ? "Database entry removed.\n" : "Database entry does not exist.\n");
        return "success";
      }),
    },
  ];
}

function wholesaleCommands(database: Store): ConsoleCommand[] {
  return [
    {
      command: "database deltree",
      summary: "Removes database keytree/values",
      usage: "database deltree <family> [keytree]\n" +
        "   OR: database deltree <family>[/keytree]\n" +
        "       Deletes a family or specific keytree within a family\n" +
        "       in the Asterism database.  The two arguments may be\n" +
        "       separated by either a space or a slash.",
      run: counted(1, 2, async ({ args: [family, keytree], print }) => {
        const count = await database.deltree({ family, keytree });
        print(count === 0 ? "Database entries do not exist.\n" : `${count} database entries removed.\n`);
        return "success";
      }),
    },
    {
      command: "database query",
      summary: "Run a user-specified query on the astdb",
      usage: 'database query "<SQL Statement>"\n' +
        "       Run a user-specified SQL query on the database. Be careful.",
      run: counted(1, 1, async ({ args: [sql = ""], print }) => {
        try {
          for (const row of await database.query(sql)) {
            const lines = Object.entries(row).map(([name, value]) =>
              `${cell(name, 5)}: ${printable(value, Infinity).padEnd(50)}\n`
            );
            print(`${lines.join("")}\n`);
          }
          return "success";
        } catch (error) {
          print(`Error executing SQL (${printable(sql)}): ${printable(messageOf(error))}\n`);
          return "failure";
        }
      }),
    },
  ];
}

/** What is shown, and how many arguments say so. */
interface Showing {
  readonly least: number;
  readonly most: number;
  find(args: readonly string[]): Promise<StoredEntry[]>;
}

async function show({ args, print }: CommandRun, { least, most, find }: Showing): Promise<CommandOutcome> {
  const { json, rest } = takeJson(args);
  if (rest.length < least || rest.length > most) return "usage";
  const entries = await find(rest);
  if (json) {
    print(toJson(entries));
    return "success";
  }
  const lines = entries.map(({ key, value }) => `${cell(key, 50)}: ${printable(value, Infinity).padEnd(25)}\n`);
  print(`${lines.join("")}${entries.length} results found.\n`);
  return "success";
}
