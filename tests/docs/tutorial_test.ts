/** docs/writing-a-module.md and README.md, word for word: every command typed, every output compared. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SCRIPT } from "../support/session.ts";
import { type Block, blocksOf, missingLine, wordOf } from "./_markdown.ts";
import { type Checkout, copyCheckout } from "./_checkout.ts";
import { replay } from "./_session.ts";

Deno.test("docs/writing-a-module.md: whoever follows it word for word gets there", async () => {
  await using checkout = await copyCheckout();
  let output = "";
  const done = { shell: 0, file: 0, transcript: 0, output: 0 };
  for (const block of blocksOf("docs/writing-a-module.md")) {
    const place = `${block.file}:${block.line}`;
    const path = wordOf(block, "file");
    if (block.language === "sh") {
      output = await checkout.shell(block.text, Number(wordOf(block, "status") ?? 0));
      done.shell++;
    } else if (path !== undefined) {
      await Deno.writeTextFile(join(checkout.directory, path), block.text);
      done.file++;
    } else if (block.language === "text") {
      assertEquals(missingLine(block.text, output), undefined, `${place}: the output was\n${output}`);
      done.output++;
    } else if (block.language === "console") done.transcript += await typed(block, checkout);
    else if (block.language === "ts" || block.language === "xml") await quoted(block, checkout);
    else throw new SyntaxError(`${place}: what is to be done with "${block.language}"?`);
  }
  // A document that was emptied would pass everything above.
  assertEquals([done.shell >= 10, done.file >= 2, done.output >= 8, done.transcript], [true, true, true, 1]);
});

async function typed(block: Block, checkout: Checkout): Promise<number> {
  if (SCRIPT === undefined) throw new Error("Cannot type a transcript: there is no script(1)");
  await replay(block, checkout);
  return 1;
}

/** What is quoted from the module that the first command wrote stands there; a test elsewhere checks the types. */
async function quoted({ text, words, file, line }: Block, { directory }: Checkout): Promise<void> {
  if (words.includes("elsewhere")) return;
  const source = await Deno.readTextFile(join(directory, "mine/modules/app_note.ts"));
  assertEquals(source.includes(text.trimEnd()), true, `${file}:${line}: the module has no such lines`);
}

Deno.test("README.md: the recorded session", async () => {
  await using checkout = await copyCheckout();
  const [session, ...more] = blocksOf("README.md").filter(({ language }) => language === "console");
  assertEquals([session === undefined, more], [false, []]);
  if (session !== undefined) await typed(session, checkout);
});
