import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { VERSION } from "../../src/host/mod.ts";
import { completionScript } from "../../src/program/completions.ts";
import { manualPage } from "../../src/program/mod.ts";
import { FLAG_TABLE, SUBCOMMANDS, USAGE } from "../../src/settings/mod.ts";
import { MANUAL_FILE } from "../../tools/manual.ts";

Deno.test("docs/asterism.8 is what the flags say; write it anew with: deno task manual", () => {
  assertEquals(Deno.readTextFileSync(MANUAL_FILE), manualPage(VERSION));
});

Deno.test("every flag and word is in the help, the manual page and the completions", () => {
  const texts = [
    USAGE,
    manualPage(VERSION).replaceAll("\\-", "-"),
    completionScript(["bash"]),
    completionScript(["zsh"]),
  ];
  for (const text of texts) {
    for (const { letter } of FLAG_TABLE) assertStringIncludes(text, `-${letter}`);
    for (const word of Object.keys(SUBCOMMANDS)) assertStringIncludes(text, word);
  }
});

Deno.test("completionScript() knows two shells", () => {
  for (const args of [[], ["fish"], ["bash", "zsh"], ["constructor"]]) {
    assertThrows(() => completionScript(args), Error, "expected one of bash, zsh");
  }
});

/** Whether a program is there. */
async function has(command: string): Promise<boolean> {
  return await new Deno.Command("/bin/sh", { args: ["-c", `command -v ${command}`], stdout: "null" }).output()
    .then(({ success }) => success);
}

const BASH = await has("bash");

/** What bash offers behind words, the last of which is being typed. */
async function offers(...words: string[]): Promise<string[]> {
  const script = `${completionScript(["bash"])}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; COMPREPLY=()
_asterism; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const child = new Deno.Command("bash", { args: ["--norc", "-c", script], stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await child.output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

Deno.test({
  name: `bash completes what completionScript() wrote${BASH ? "" : " (skipped: there is no bash)"}`,
  ignore: !BASH,
  async fn() {
    const all = await offers("asterism", "");
    for (const { letter } of FLAG_TABLE) assert(all.includes(`-${letter}`), letter);
    for (const word of Object.keys(SUBCOMMANDS)) assert(all.includes(word), word);
    assertEquals(await offers("asterism", "completions", ""), ["bash", "zsh", "--help"]);
    assertEquals(await offers("asterism", "completions", "b"), ["bash"]);
    assertEquals(await offers("asterism", "check", ""), ["-C", "--config", "--json", "--help"]);
    assertEquals(await offers("asterism", "check", "--json", "-"), ["-C", "--config", "--json", "--help"]);
    assertEquals(await offers("asterism", "learn", "x", "--y"), ["--yes"]);
    assert((await offers("asterism", "check", "--config", "/etc/pass")).includes("/etc/passwd"));
    assert((await offers("asterism", "new", "app_x", "/et")).includes("/etc"));
    for (const word of Object.keys(SUBCOMMANDS)) {
      assertEquals((await offers("asterism", word, "")).filter((one) => /^[A-Z…]/.test(one)), [], word);
    }
    assertEquals(await offers("asterism", "-c", "comp"), []);
    assert((await offers("asterism", "-C", "/etc/pass")).includes("/etc/passwd"));
    assert((await offers("asterism", "-rs", "/etc/passwd")).includes("/etc/passwd"));
    assertEquals(await offers("asterism", "-rx", "mod"), []);
  },
});
