/**
 * Makes a manifest from a module's TypeScript source (seed 003): the `MODULEINFO` and `DOCUMENTATION` comments are XML
 * and are read as such, so any layout, entities and several elements a line are fine.
 *
 * Used by tools only and not exported from `mod.ts`: the program must not carry an XML parser.
 *
 * @module
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { ConfigError, nearest, type Position } from "../fault/mod.ts";
import { loadPriority } from "../module_api/mod.ts";
import { isConfigName, KIND_WORDS, normalizeScope, parseKind, type PermissionLine } from "../permission/mod.ts";
import { KNOWN_TYPES, type SupportLevel } from "./model.ts";
import { BLOCK_UNLOAD_EXPECTED, blockedSeconds, SUPPORT_LEVELS } from "./module_keys.ts";
import { isModuleName } from "./name.ts";
import { type ManifestContent, type ManifestThing, stringifyManifest } from "./stringify.ts";

/** What the module says of itself when it is imported: the fields of its `defineModule`. */
export interface ModuleFacts {
  /** SPDX identifier. */
  readonly license: string;
  /** One line. */
  readonly description: string;
  /** Name or number. @default {"default"} */
  readonly loadPriority?: string | number | undefined;
}

/** What {@linkcode generateManifest} works from. */
export interface GenerateInput {
  /** The module's name. */
  readonly name: string;
  /** The source's path as errors show it. */
  readonly file: string;
  /** The source's path as the manifest's first line shows it: from the manifest's own directory. */
  readonly origin: string;
  /** The source itself. */
  readonly source: string;
  /** `sha256:` and digest of the built file. */
  readonly checksum: string;
  /** Told by the built file. */
  readonly facts: ModuleFacts;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** The manifest while the comments are read; what is not written yet is undefined. */
interface Draft extends
  Pick<
    Mutable<ManifestContent>,
    "optionalModules" | "enhances" | "conflicts" | "configs" | "uses" | "canUse" | "provides" | "permissions"
  > {
  supportLevel?: SupportLevel;
  loadPriority?: Element;
  exportGlobals?: boolean;
  blockUnload?: number;
  defaultEnabled?: boolean;
}

/** An element of a comment, as far as a manifest needs it. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Decoded, runs of blanks collapsed. */
  readonly text: string;
  readonly position: Position;
}

/** A comment: its word, its text and where that text begins. */
interface Comment {
  readonly word: string;
  readonly text: string;
  readonly line: number;
}

type Reader = (draft: Draft, element: Element) => void;

const COMMENT_REGEXP = /\/\*\*\*[ \t]*(MODULEINFO|DOCUMENTATION)\b([\s\S]*?)\**\*\//g;
const TYPE_REGEXP = /^[a-z][a-z0-9_-]*$/;

/** Asterisk's build knows these; a running host does not. */
const ignore: Reader = () => {};

/**
 * Elements of MODULEINFO. `<depend>`, `<member>`, `<replacement>`, `<deprecated_in>` and `<removed_in>` are accepted and
 * not written: they concern building and documentation only.
 */
const MODULEINFO_READERS: Readonly<Record<string, Reader>> = {
  support_level(draft, element) {
    const level = SUPPORT_LEVELS.find((known) => known === element.text);
    if (level === undefined) fail(element, unknownWord("support level", element.text, SUPPORT_LEVELS));
    once(draft.supportLevel, element);
    draft.supportLevel = level;
  },
  load_priority(draft, element) {
    if (loadPriority(element.text) === undefined) {
      fail(element, `"${element.text}" is no load priority: a name such as default, or 0 to 255`);
    }
    once(draft.loadPriority, element);
    draft.loadPriority = element;
  },
  export_globals(draft, element) {
    once(draft.exportGlobals, element);
    draft.exportGlobals = true;
  },
  block_unload(draft, element) {
    once(draft.blockUnload, element);
    draft.blockUnload = blockedSeconds(element.text) ??
      fail(element, `"${element.text}" is no time to stay: ${BLOCK_UNLOAD_EXPECTED}`);
  },
  use: (draft, element) => addNeed(draft.uses, element, element.attributes["type"]),
  canuse: (draft, element) => addNeed(draft.canUse, element, element.attributes["type"] ?? "module"),
  provide(draft, element) {
    const type = typeOf(element, element.attributes["type"]);
    draft.provides.push(provision(element, type, valueOf(element)));
  },
  permission: (draft, element) => void draft.permissions.push(permission(element)),
  optional_module: (draft, element) => void draft.optionalModules.push(moduleThing(element)),
  enhances: (draft, element) => void draft.enhances.push(moduleThing(element)),
  conflict(draft, element) {
    // Asterisk's word for a conflict with a library, which concerns building only.
    if (element.attributes["type"]?.trim().toLowerCase() !== "external") draft.conflicts.push(moduleThing(element));
  },
  defaultenabled(draft, element) {
    const word = element.text.toLowerCase();
    if (word !== "yes" && word !== "no") fail(element, `"${element.text}" is neither yes nor no`);
    once(draft.defaultEnabled, element);
    draft.defaultEnabled = word === "yes";
  },
  config(draft, element) {
    if (!isConfigName(element.text)) {
      fail(element, `"${element.text}" is no configuration file: a name ending in .conf, without directories`);
    }
    draft.configs.push(element.text);
  },
  depend: ignore,
  member: ignore,
  replacement: ignore,
  deprecated_in: ignore,
  removed_in: ignore,
};

/** Elements of DOCUMENTATION: what a module provides by name. The rest of Asterisk's are prose for people. */
const DOCUMENTATION_READERS: Readonly<Record<string, Reader>> = {
  application: provideNamed,
  function: provideNamed,
  service: provideNamed,
  command: provideNamed,
  manager: provideNamed,
  managerEvent: provideNamed,
  agi: ignore,
  configInfo: ignore,
  info: ignore,
};

/**
 * Makes the manifest's text. The same input gives the same text, byte for byte.
 *
 * @throws {ConfigError} at the first fault in a comment, with the source's file and line
 */
export function generateManifest(input: GenerateInput): string {
  const draft: Draft = {
    optionalModules: [],
    enhances: [],
    conflicts: [],
    configs: [],
    uses: [],
    canUse: [],
    provides: [],
    permissions: [],
  };
  for (const comment of findComments(input.source)) {
    const readers = comment.word === "MODULEINFO" ? MODULEINFO_READERS : DOCUMENTATION_READERS;
    for (const element of readElements(comment, input.file)) {
      if (!Object.hasOwn(readers, element.name)) {
        fail(element, unknownWord(`element in ${comment.word}`, element.name, Object.keys(readers)));
      }
      readers[element.name]?.(draft, element);
    }
  }
  return write(input, draft);
}

/** All comments of the two kinds; a JavaScript comment ends at its first `*` + `/`, whatever stands before it. */
function findComments(source: string): Comment[] {
  const text = source.replace(/\r\n?/g, "\n");
  return [...text.matchAll(COMMENT_REGEXP)].map((match) => {
    const [whole, word = "", body = ""] = match;
    const before = text.slice(0, match.index + whole.indexOf(body, 4 + word.length));
    // A gutter of asterisks belongs to the comment, not to the XML. Blanks in its place keep all offsets.
    const bare = body.replace(/^([ \t]*)\*(?=[ \t\n<])/gm, "$1 ");
    return { word, text: bare, line: before.split("\n").length };
  });
}

function readElements({ word, text, line }: Comment, file: string): Element[] {
  const xml = `<${word}>${text}</${word}>`;
  checkXml(xml, { file, line });
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    captureMetaData: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    htmlEntities: true,
  });
  const [root] = parser.parse(xml) as Record<string, unknown>[];
  const positionAt = (index: number): Position => ({ file, line: line + xml.slice(0, index).split("\n").length - 1 });
  let last = 0;
  return (root?.[word] as Record<string | symbol, unknown>[]).flatMap((node) => {
    if ("#text" in node) {
      checkStray(String(node["#text"]), word, positionAt(last));
      return [];
    }
    // The package declares the wrapper type Symbol, which cannot index.
    const metadata = XMLParser.getMetaDataSymbol() as unknown as symbol;
    const { startIndex, endIndex } = node[metadata] as { startIndex: number; endIndex: number };
    last = endIndex;
    return [toElement(node, positionAt(startIndex))];
  });
}

function toElement(node: Record<string, unknown>, position: Position): Element {
  const name = Object.keys(node).find((key) => key !== ":@") ?? "";
  const text = (node[name] as Record<string, unknown>[]).map((child) => String(child["#text"] ?? "")).join("");
  const attributes = (node[":@"] ?? {}) as Record<string, string>;
  return { name, attributes, text: text.replace(/\s+/g, " ").trim(), position };
}

/** The parser accepts much that is no XML, so the validator goes first. Its lines are those of the comment. */
function checkXml(xml: string, start: Position): void {
  const at = (line: number): Position => ({ file: start.file, line: start.line + line - 1 });
  const result = XMLValidator.validate(xml);
  if (result !== true) {
    const reason = result.err.msg
      .replace(/opened in line (\d+), col \d+/, (_, line) => `opened in line ${at(Number(line)).line}`)
      .replace(/\.$/, "");
    throw new ConfigError(reason, { position: at(result.err.line) });
  }
  const outside = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, (part) => part.replace(/[^\n]/g, " "));
  const entity = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[^\s;<]*;?/.exec(outside);
  if (entity !== null) {
    throw new ConfigError(`unknown entity "${entity[0]}": write "&amp;" for an ampersand`, {
      position: at(outside.slice(0, entity.index).split("\n").length),
    });
  }
}

function checkStray(text: string, word: string, position: Position): void {
  const stray = /\S[^\n]*/.exec(text);
  if (stray === null) return;
  const line = position.line + text.slice(0, stray.index).split("\n").length - 1;
  throw new ConfigError(`"${stray[0].trim()}" stands in ${word} outside of any element; remove it or comment it out`, {
    position: { ...position, line },
  });
}

function addNeed(list: ManifestThing[], element: Element, alleged: string | undefined): void {
  const type = typeOf(element, alleged);
  // Asterisk's word for an optional library, which concerns building only.
  if (type === "external") return;
  list.push({ type, name: type === "module" ? moduleName(element) : valueOf(element) });
}

function typeOf(element: Element, alleged: string | undefined): string {
  if (alleged === undefined) {
    fail(element, `"<${element.name}>" has no type; write <${element.name} type="module"> or another type`);
  }
  const type = alleged.trim().toLowerCase();
  if (!TYPE_REGEXP.test(type)) fail(element, `"${alleged}" is no type of thing: expected one such as application`);
  const near = type === "external" ? undefined : nearest(type, KNOWN_TYPES);
  if (near !== undefined && near !== type) fail(element, unknownWord("type", alleged, KNOWN_TYPES));
  return type;
}

function provideNamed(draft: Draft, element: Element): void {
  const name = element.attributes["name"]?.replace(/\s+/g, " ").trim();
  if (!name) fail(element, `"<${element.name}>" has no name; write <${element.name} name="…">`);
  draft.provides.push(provision(element, element.name.toLowerCase(), name));
}

function provision(element: Element, type: string, name: string): ManifestThing {
  const { priority } = element.attributes;
  if (priority === undefined) return { type, name };
  if (type !== "service") fail(element, `only a service has a priority; remove priority="${priority}"`);
  if (!/^\d{1,9}$/.test(priority)) fail(element, `"${priority}" is no priority: a whole number, the highest wins`);
  return { type, name, priority: Number(priority) };
}

function permission(element: Element): PermissionLine {
  const alleged = element.attributes["type"];
  if (alleged === undefined) fail(element, `"<permission>" has no type; write <permission type="net"> or another kind`);
  const word = parseKind(alleged.trim());
  if (word === undefined) fail(element, unknownWord("permission", alleged, KIND_WORDS));
  const { kind, denied } = word;
  const value = valueOf(element);
  // Values with variables are checked when the host's directories are known.
  const normal = value.includes("${") ? { value } : normalizeScope(kind, value);
  if ("fault" in normal) fail(element, normal.fault);
  return denied ? { kind, value, denied } : { kind, value };
}

function moduleThing(element: Element): ManifestThing {
  return { type: "module", name: moduleName(element) };
}

function moduleName(element: Element): string {
  const name = valueOf(element);
  if (!isModuleName(name)) {
    fail(element, `"${name}" is no module name: letters, digits, _ and - only, without an ending`);
  }
  return name;
}

function valueOf(element: Element): string {
  if (element.text === "") fail(element, `"<${element.name}>" is empty; write a value or leave the element out`);
  return element.text;
}

function write(input: GenerateInput, draft: Draft): string {
  const { name, origin, checksum, facts } = input;
  const { supportLevel = "unknown", exportGlobals = false, blockUnload, defaultEnabled = true, ...lists } = draft;
  const content: ManifestContent = {
    ...lists,
    name,
    checksum,
    description: facts.description,
    supportLevel,
    license: facts.license,
    loadPriority: priorityOf(draft.loadPriority, facts),
    exportGlobals,
    blockUnload,
    defaultEnabled,
  };
  return stringifyManifest(
    content,
    `made by \`deno task manifests\` from ${origin}, which is the place to change it`,
  );
}

/** The priority in MODULEINFO or in `defineModule`; whoever writes both must mean the same. */
function priorityOf(element: Element | undefined, { loadPriority: own }: ModuleFacts): string {
  if (element !== undefined && own !== undefined && loadPriority(element.text) !== loadPriority(String(own))) {
    fail(element, `"${element.text}" is unlike loadPriority "${own}" in defineModule; leave one of the two out`);
  }
  return element?.text ?? String(own ?? "default");
}

function once(earlier: unknown, element: Element): void {
  if (earlier !== undefined) fail(element, `"<${element.name}>" stands twice; leave one of the two out`);
}

function unknownWord(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `unknown ${what}: "${word}"; ${near ? `did you mean "${near}"?` : `there are ${known.join(", ")}`}`;
}

function fail(element: Element, reason: string): never {
  throw new ConfigError(reason, { position: element.position });
}
