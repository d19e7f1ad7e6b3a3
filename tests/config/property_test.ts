import { assert, assertEquals } from "@std/assert";
import { encodeText, parse, stringify } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { forSeeds, MemorySource, plain } from "./support.ts";

const RUNS = 4000;

const SEED_TEXT = `; a comment
[general](!) ; c
x = 1 \\; one
;-- block
y => 2
--; z=3
[a](general)
x += 2
#tryinclude inc*.conf
#include "inc.conf"
\\[b] = é
[a](+x=1&TEMPLATES=include)
k=;-- c --;v
`;

const PIECES = [
  ...'\n\0;\\[]()#=+>!-& \r\t"<',
  ";--",
  "--;",
  "[a]\n",
  "[a](+)\n",
  "[b](a,general)\n",
  "\n#include inc.conf\n",
  "\n#tryinclude t.conf\n",
  "\n#exec x\n",
  "x+=1\n",
  "\ufeff",
  "é",
  "v".repeat(8200),
];

Deno.test("parse() of any bytes gives a file or a ConfigError with its place", () => {
  forSeeds(RUNS, (random) => {
    const bytes = mutated(random);
    const source = new MemorySource({ "inc.conf": "i=1\n[i]\nj=2\n", "inc2.conf": ";--\n[broken\n" });
    let file;
    try {
      file = parse(bytes, { file: "t.conf", source });
    } catch (error) {
      assert(error instanceof ConfigError, `not a ConfigError: ${error}`);
      assert(error.position.file === "t.conf" && error.position.line > 0, error.message);
      return;
    }
    const text = stringify(file);
    const again = parse(encodeText(text), { file: "t.conf", source });
    assertEquals(plain(again), plain(file));
    assertEquals(stringify(again), text);
  });
});

function mutated(random: (limit: number) => number): Uint8Array {
  let bytes = encodeText(SEED_TEXT);
  for (let count = random(12); count >= 0; count--) {
    const at = random(bytes.length + 1);
    const insert = random(8) === 0 ? Uint8Array.of(random(256)) : encodeText(PIECES[random(PIECES.length)] ?? "");
    bytes = Uint8Array.of(...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + random(4)));
  }
  return bytes;
}
