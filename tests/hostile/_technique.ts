/** The techniques of hostile modules: one file each, whose head says what it is. */
import { fromFileUrl, join } from "@std/path";

/** Not `.js`: whatever reads the tree for code would follow their imports, to /dev/zero for one. */
const ENDING = ".txt";
const DIRECTORY = fromFileUrl(new URL("./modules", import.meta.url));

/** A way in which a module tries to get at more than it was given. */
export interface Technique {
  /** Name of its file, and of the module it is made into. */
  readonly name: string;
  /** In words. */
  readonly title: string;
  readonly group: string;
  /** What it is granted, as lines of `[permissions]`; none unless it shows that a grant is no way to more. */
  readonly grants: readonly string[];
  /** What it says that it provides, as lines of `[provides]`. */
  readonly provides: readonly string[];
  /** What it says that it uses, and what it can use, as lines of `[uses]` and `[canuse]`. */
  readonly uses: readonly string[];
  readonly canUses: readonly string[];
  /** Further lines of `[module]`, such as `config = big.conf`. */
  readonly keys: readonly string[];
  /** Configuration files that are there for it. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
  /** What it is held to, as `[limits]` has it behind its name. */
  readonly limits: readonly string[];
  /** Modules of ours that run beside it. */
  readonly beside: readonly string[];
  /** Commands that the operator types once it has reported, all at the same time: `command => what its answer must say`. */
  readonly typed: readonly string[];
  /** The host has a terminal, and shows verbose lines in color. */
  readonly terminal: boolean;
  /** The kind of realm that it is about, when it is not a process. */
  readonly realm: string | undefined;
  /** It eats memory or processor time: it is run apart from the others. */
  readonly apart: boolean;
  /** Its code: `export default async function (report)`. */
  readonly text: string;
}

/** Options in the head of a file that tell of techniques which do not leave the machine to others. */
const APART_REGEXP = /"(?:hang_ok|mem|threads|leakRss)"/;
const HEAD_REGEXP =
  /^\/\/ (technique|group|opts|grant|provides|uses|canuse|module|file|limits|beside|typed|terminal|realm|apart): ?(.*)$/gm;

/** What a technique has whose head says nothing of it. */
export const PLAIN = {
  grants: [],
  provides: [],
  uses: [],
  canUses: [],
  keys: [],
  files: [],
  limits: [],
  beside: [],
  typed: [],
  terminal: false,
  realm: undefined,
  apart: false,
} as const;

/** Every technique, by name. */
export function readTechniques(): Technique[] {
  const names = [...Deno.readDirSync(DIRECTORY)].map(({ name }) => name).filter((name) => name.endsWith(ENDING)).sort();
  return names.map((file) => {
    const text = Deno.readTextFileSync(join(DIRECTORY, file));
    const heads = [...text.matchAll(HEAD_REGEXP)];
    const all = (key: string) => heads.filter(([, found]) => found === key).map(([, , value = ""]) => value);
    const [title, group] = [all("technique")[0], all("group")[0]];
    if (title === undefined || group === undefined) throw new Error(`${file} has no technique or no group in its head`);
    const apart = ["cpu", "resource"].includes(group) || all("apart").length > 0 ||
      all("opts").some((one) => APART_REGEXP.test(one));
    const name = file.slice(0, -ENDING.length);
    return {
      name,
      title,
      group,
      grants: all("grant"),
      provides: all("provides"),
      uses: all("uses"),
      canUses: all("canuse"),
      keys: all("module"),
      files: all("file").map(readFile),
      limits: all("limits"),
      beside: all("beside"),
      typed: all("typed").map((line) => line.replaceAll("{{name}}", name)),
      terminal: all("terminal").length > 0,
      realm: all("realm")[0],
      apart,
      text,
    };
  });
}

/** `big.conf|20000|key{n} = value`: a file of so many lines; `{n}` is a line's number, `\n`, `\r` and `\uXXXX` as in JSON. */
function readFile(line: string): { file: string; text: string } {
  const [file = "", count = "1", ...rest] = line.split("|");
  const text = rest.join("|").replaceAll("\\n", "\n").replaceAll("\\r", "\r")
    .replace(/\\u([0-9a-f]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  const lines = Array.from({ length: Number(count) }, (_, n) => text.replaceAll("{n}", String(n)));
  return { file, text: `${lines.join("\n")}\n` };
}
