import { type Entry, SectionData } from "./model.ts";
import { stringify } from "./stringify.ts";

/** What comes from no file has no place in one. */
const NOWHERE = { file: "", line: 0 };

/** The value of a key, or several: a line for each. `true` is written as `yes`, `false` as `no`. */
export type ConfigValue = string | number | boolean | readonly (string | number)[];

/**
 * A configuration file as an object: sections, and in each the keys with their values. A section may also be a list of
 * pairs, where the order of different keys matters.
 */
export type ConfigObject = Readonly<
  Record<string, Readonly<Record<string, ConfigValue | undefined>> | readonly (readonly [string, ConfigValue])[]>
>;

/**
 * Writes an object as a configuration file, so that it can be read by whoever reads the file.
 *
 * @throws {TypeError} when a name, key or value cannot be written, a line feed in a value for one
 *
 * @example
 * ```ts ignore
 * configText({ modules: { autoload: true, noload: ["res_a", "res_b"] } });
 * // [modules]
 * // autoload = yes
 * // noload = res_a
 * // noload = res_b
 * ```
 */
export function configText(object: ConfigObject): string {
  const sections = Object.entries(object).map(([name, lines]) => {
    const section = new SectionData(name, NOWHERE);
    const pairs = Array.isArray(lines) ? lines as readonly (readonly [string, ConfigValue])[] : Object.entries(lines);
    section.entries = pairs.flatMap(([key, value]) => entriesOf(key, value));
    return section;
  });
  return stringify({ file: "", sections, section: () => undefined, sectionsNamed: () => [] });
}

function entriesOf(key: string, value: ConfigValue | undefined): Entry[] {
  if (value === undefined) return [];
  const values = typeof value === "object" ? value : [value];
  return values.map((each) => ({ key, value: word(each), object: false, position: NOWHERE }));
}

function word(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}
