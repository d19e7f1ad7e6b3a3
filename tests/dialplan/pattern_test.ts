import { assertEquals } from "@std/assert";
import { ExtensionPattern } from "../../src/dialplan/pattern.ts";
import { forSeeds } from "../config/support.ts";

/** The order as it always was: sets are spelled out. */
class Reference {
  readonly name: string;
  readonly elements: ({ characters: string } | { rest: string })[] | undefined;

  constructor(name: string) {
    this.name = name;
    this.elements = name.startsWith("_") ? read(name.slice(1)) : undefined;
  }

  matches(dialed: string): boolean {
    const digits = dialed.replaceAll("-", "");
    if (this.elements === undefined) return digits === this.name.replaceAll("-", "");
    for (const [index, element] of this.elements.entries()) {
      if ("rest" in element) return element.rest === "!" || index < digits.length;
      if (digits[index] === undefined || !element.characters.includes(digits[index])) return false;
    }
    return digits.length === this.elements.length;
  }

  compare(other: Reference): number {
    const [mine, theirs] = [this.elements, other.elements];
    if (mine === undefined || theirs === undefined) {
      if (mine === theirs) return order(this.name, other.name);
      return mine === undefined ? -1 : 1;
    }
    for (let index = 0; index < Math.max(mine.length, theirs.length); index++) {
      const difference = order(weight(mine[index]), weight(theirs[index]));
      if (difference !== 0) return difference;
    }
    return order(this.name, other.name);
  }
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function weight(element: { characters: string } | { rest: string } | undefined): string {
  if (element === undefined) return "";
  if ("rest" in element) return element.rest === "." ? "\uffff1" : "\uffff2";
  return `${String(element.characters.length).padStart(5, "0")}${element.characters}`;
}

function read(pattern: string): ({ characters: string } | { rest: string })[] {
  const sets: Record<string, string> = { X: "0123456789", Z: "123456789", N: "23456789" };
  const elements: ({ characters: string } | { rest: string })[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "-") continue;
    if (character === "." || character === "!") {
      elements.push({ rest: character });
      break;
    }
    const end = character === "[" ? pattern.indexOf("]", at) : -1;
    if (end > 0) {
      elements.push({ characters: spell(pattern.slice(at + 1, end)) });
      at = end;
    } else elements.push({ characters: sets[character.toUpperCase()] ?? character });
  }
  return elements;
}

function spell(text: string): string {
  const characters = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const from = text[at]!;
    const to = text[at + 1] === "-" ? text[at + 2] : undefined;
    if (to === undefined || to < from) {
      characters.add(from);
      continue;
    }
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) characters.add(String.fromCharCode(code));
    at += 2;
  }
  return [...characters].sort().join("");
}

Deno.test("ExtensionPattern matches and orders as when sets were spelled out", () => {
  forSeeds(4000, (random) => {
    const parts = [
      "1",
      "2",
      "X",
      "z",
      "N",
      "[1-3]",
      "[13]",
      "[1-24-5]",
      "[a-c1,]",
      "[]",
      "[3-1]",
      "[5-]",
      "-",
      "a",
      ".",
    ];
    parts.push("!", "[", "]", "[1-13]", "[ü-ÿ\u0100]");
    const name = () => (random(5) === 0 ? "" : "_") + pick(parts, 1 + random(4));
    const pick = (from: string[], count: number) =>
      Array.from({ length: count }, () => from[random(from.length)]).join("");
    const [a, b] = [name(), name()];
    const dialed = pick(["1", "2", "3", "5", "a", "-", "ü", "[", ",", "]"], random(4));
    const found = Math.sign(new ExtensionPattern(a).compare(new ExtensionPattern(b)));
    assertEquals(found, Math.sign(new Reference(a).compare(new Reference(b))), `${a} and ${b}`);
    assertEquals(new ExtensionPattern(a).matches(dialed), new Reference(a).matches(dialed), `${a} on ${dialed}`);
  });
});

Deno.test("ExtensionPattern does not spell out large sets", () => {
  const pattern = new ExtensionPattern(`_${"[\u0000-\uffff]".repeat(20_000)}`);
  assertEquals(pattern.matches("x".repeat(20_000)), true);
  assertEquals(pattern.matches("x".repeat(19_999)), false);
  assertEquals(pattern.compare(new ExtensionPattern("_[\u0000-\ufffe]")) > 0, true);
});
