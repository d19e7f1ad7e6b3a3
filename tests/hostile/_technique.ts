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
  /** It eats memory or processor time: it is run apart from the others. */
  readonly apart: boolean;
  /** Its code: `export default async function (report)`. */
  readonly text: string;
}

/** Options in the head of a file that tell of techniques which do not leave the machine to others. */
const APART_REGEXP = /"(?:hang_ok|mem|threads|leakRss)"/;
const HEAD_REGEXP = /^\/\/ (technique|group|opts|grant|provides|apart): ?(.*)$/gm;

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
    return {
      name: file.slice(0, -ENDING.length),
      title,
      group,
      grants: all("grant"),
      provides: all("provides"),
      apart,
      text,
    };
  });
}
