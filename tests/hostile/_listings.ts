/** Reads everything that a host shows of its modules: every listing command, the manager interface, the pages, the files. */
import { join } from "@std/path";
import { connectUnix, RemoteClient } from "../../src/remote/mod.ts";
import { typeCommand } from "./_prober.ts";
import { logFaults, shownFaults } from "./_shown.ts";

/** Where the manager interface and the pages of a host are; none where it runs no modules of ours. */
export interface Doors {
  readonly manager: number;
  readonly http: number;
}

/** The host that is read. */
export interface Listed {
  /** Its control socket. */
  readonly path: string;
  /** Where its log files are. */
  readonly directory: string;
  readonly doors: Doors | undefined;
  /** The modules that are hostile. */
  readonly names: ReadonlySet<string>;
}

/** A command of the table. */
interface Row {
  readonly command: string;
  readonly module: string;
}

/** What lists something; the others do something. */
const LISTS_REGEXP = /\b(?:show|list|status|help|uptime|check permissions)\b/;
/** Most words that are tried in the place of an argument. */
const MAX_WORDS = 400;
const USER = "reader";

/** Configuration of the modules that serve the doors. */
export function doorFiles({ manager, http }: Doors): Record<string, string> {
  return {
    "manager.conf":
      `[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = ${manager}\n[${USER}]\nsecret = ${USER}\nread = all\nwrite = all\n`,
    "http.conf": `[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = ${http}\npage = yes\n`,
  };
}

/** Lines of logger.conf: a file of each format with every level. */
export const LOGGER_CONF =
  "[logfiles]\nconsole => notice,warning,error,debug\nfull => verbose(10),*\nplain => [plain]verbose(10),*\njson => [json]verbose(10),*\n";

/** Two ports that nobody has now. */
export function freeDoors(): Doors {
  const listeners = [0, 0].map((port) => Deno.listen({ hostname: "127.0.0.1", port }));
  const [manager = 0, http = 0] = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return { manager, http };
}

/** What is wrong with anything that the host shows, with where it is shown. */
export async function listingFaults(listed: Listed): Promise<string[]> {
  const shown = [...await readCommands(listed), ...await readDoors(listed)];
  const found = shown.flatMap(([where, text]) => shownFaults(text).map((fault) => `${where}: ${fault}`));
  return [...new Set([...found, ...await fileFaults(listed)])].slice(0, 50);
}

type Shown = readonly [where: string, text: string];

async function readCommands({ path, names }: Listed): Promise<Shown[]> {
  const table = JSON.parse((await typeCommand(path, "core show help --json")).output) as Row[];
  const lines = new Set<string>(["core show help"]);
  for (const { command, module } of table) {
    const words = command.replace(/\s*[[{<].*$/s, "").trim();
    // Whatever it is called: its help is shown by the core.
    if (words !== "") lines.add(`core show help ${words}`);
    if (names.has(module) || !LISTS_REGEXP.test(words)) continue;
    for (const line of [words, `${words} --json`, `${words} like e`, `${words} e`]) lines.add(line);
    for (const word of await completions(path, `${words} `)) lines.add(`${words} ${word}`);
  }
  const shown: Shown[] = [];
  for (const line of lines) shown.push([line, (await typeCommand(path, line)).output]);
  if (shown.length < table.length) throw new Error(`only ${shown.length} answers of ${table.length} commands`);
  return shown;
}

async function completions(path: string, line: string): Promise<string[]> {
  const client = await RemoteClient.greet(await connectUnix(path));
  try {
    const drained = (async () => {
      for await (const _ of client.chunks());
    })();
    const words = await client.complete(line);
    client.close();
    await drained.catch(() => {});
    return words.slice(0, MAX_WORDS);
  } finally {
    client.close();
  }
}

async function readDoors({ doors }: Listed): Promise<Shown[]> {
  if (doors === undefined) return [];
  const pages = ["/metrics", "/modules", "/status.json"].map(async (page): Promise<Shown[]> => {
    const response = await fetch(`http://127.0.0.1:${doors.http}${page}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${page} answers ${response.status}`);
    // The page sets texts as they are.
    return page === "/status.json" ? [[page, text], [`${page}, read`, textsOf(JSON.parse(text))]] : [[page, text]];
  });
  return [...(await Promise.all(pages)).flat(), ...await readManager(doors.manager)];
}

function textsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? Object.values(value).map(textsOf).join("\n") : "";
}

/** Every action that lists something, and every event that came meanwhile. */
async function readManager(port: number): Promise<Shown[]> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  let text = "";
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of connection.readable) text += decoder.decode(bytes, { stream: true });
  })().catch(() => {});
  const send = (...lines: string[]) => connection.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  await send("Action: Login", `Username: ${USER}`, `Secret: ${USER}`);
  await send("Action: ListCommands");
  for (const action of ["CoreShowChannels", "CoreStatus", "CoreSettings", "FilterList", "Nothing"]) {
    await send(`Action: ${action}`);
  }
  for (const action of ["GetConfig", "GetConfigJSON"]) {
    for (const file of ["odd.conf", "modules.conf"]) await send(`Action: ${action}`, `Filename: ${file}`);
  }
  for (
    const command of [
      "core show help",
      "module show",
      "dialplan show",
      "core show applications",
      "manager show commands",
    ]
  ) {
    await send("Action: Command", `Command: ${command}`);
  }
  await send("Action: Logoff");
  await ended;
  if (!text.includes("ListCommands: ") || !text.includes("Thanks for all the fish")) {
    throw new Error(`the manager interface has not answered: ${text.slice(0, 500)}`);
  }
  return [["the manager interface", text.replaceAll("\r\n", "\n")]];
}

async function fileFaults({ directory, names }: Listed): Promise<string[]> {
  const read = (file: string) => Deno.readTextFile(join(directory, file));
  const faults: string[] = [];
  for (const file of ["full", "plain"]) {
    const text = await read(file);
    if (!/ VERBOSE\[/.test(text)) throw new Error(`${file} has no verbose lines`);
    // The first says what the file is.
    const lines = text.slice(text.indexOf("\n") + 1);
    faults.push(...[...shownFaults(lines), ...logFaults(lines, names)].map((fault) => `${file}: ${fault}`));
  }
  for (const line of (await read("json")).trimEnd().split("\n")) {
    const { logmsg: { location: { filename }, module, message } } = JSON.parse(line);
    const author = module === undefined ? filename : `${filename} ${module}`;
    faults.push(...shownFaults(`${author}: ${message}`).map((fault) => `json: ${fault}`));
  }
  return faults;
}
