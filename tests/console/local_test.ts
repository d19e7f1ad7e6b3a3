import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const PROGRAM = new URL("fixtures/console_program.ts", import.meta.url).pathname;

/** `script` of util-linux gives the program a pseudo-terminal; without it there is nothing to test a console on. */
const withoutScript = await new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => !success, () => true);

/** A program on a pseudo-terminal, driven by what it shows. */
class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  /** Ends a program that does not show what it should, so that the test fails and does not hang. */
  readonly #limit = setTimeout(() => this.#kill(), 20_000);
  /** Everything shown that no {@linkcode Terminal.until} has taken. */
  #shown = "";

  constructor(historyFile: string) {
    const options = ["--quiet", "--no-lock", "--no-check", "--config", CONFIG, "-A"];
    const program = [Deno.execPath(), "run", ...options, PROGRAM, historyFile];
    const command = `stty cols 80 rows 24; exec ${program.map((word) => `'${word}'`).join(" ")}`;
    const streams = { stdin: "piped", stdout: "piped", stderr: "null", env: { TERM: "xterm" } } as const;
    this.#child = new Deno.Command("script", { args: ["-qec", command, "/dev/null"], ...streams }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  async type(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /** Waits until a text is shown; gives back what was shown up to its end. */
  async until(text: string): Promise<string> {
    while (!this.#shown.includes(text)) {
      const { done, value } = await this.#reader.read();
      if (done) {
        throw new Error(`The program ended before it showed ${JSON.stringify(text)}: ${JSON.stringify(this.#shown)}`);
      }
      this.#shown += value;
    }
    const end = this.#shown.indexOf(text) + text.length;
    const taken = this.#shown.slice(0, end);
    this.#shown = this.#shown.slice(end);
    return taken;
  }

  /** Waits for the end of the program. */
  async end(): Promise<{ code: number; shown: string }> {
    for (let part = await this.#reader.read(); !part.done; part = await this.#reader.read()) this.#shown += part.value;
    return { code: (await this.#child.status).code, shown: this.#shown };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#limit);
    // The program takes no notice of the end of its input; it ends with its terminal.
    await this.#writer.abort().catch(() => {});
    this.#kill();
    await this.#reader.cancel();
    await this.#child.status;
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
  }
}

/** What is left of the text when a terminal has obeyed its escapes, as far as these tests need it. */
function withoutEscapes(text: string): string {
  // deno-lint-ignore no-control-regex -- escapes are what it removes
  return text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, "").replaceAll("\r", "");
}

/** Opens the program and waits for its first prompt. */
async function open(historyFile: string): Promise<{ terminal: Terminal; pid: number }> {
  const terminal = new Terminal(historyFile);
  const shown = await terminal.until(".\r\n");
  await terminal.until("*CLI> ");
  return { terminal, pid: Number(/pid (\d+)/.exec(shown)?.[1]) };
}

/** A history file in a directory of its own, gone with it. */
async function historyFile(): Promise<{ path: string } & AsyncDisposable> {
  const directory = await Deno.makeTempDir();
  return {
    path: `${directory}/.asterism_history`,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

function consoleTest(name: string, run: (path: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: withoutScript,
    fn: async () => {
      await using file = await historyFile();
      await run(file.path);
    },
  });
}

consoleTest("openLocalConsole() runs lines and completes words", async (path) => {
  const { terminal } = await open(path);
  await using _ = terminal;
  await terminal.type("sa\t");
  await terminal.until("say ");
  await terminal.type("al\t");
  await terminal.until("alpha");
  await terminal.type("\t");
  assertMatch(withoutEscapes(await terminal.until("*CLI> say alpha")), /alpha\s+alphabet\s/);
  await terminal.type(" u?");
  await terminal.until("unique ");
  await terminal.type("\r");
  assertEquals(withoutEscapes(await terminal.until("*CLI> ")).trim(), "alpha unique\n *CLI>");
});

consoleTest("LocalConsole.write() keeps the typed line and the cursor", async (path) => {
  const { terminal, pid } = await open(path);
  await using _ = terminal;
  await terminal.type("say onetwo\x1b[D\x1b[D\x1b[D");
  for (const left of ["\x1b[1D", "\x1b[1D", "\x1b[1D"]) await terminal.until(left);
  Deno.kill(pid, "SIGUSR1");
  const shown = await terminal.until("\x1b[14G");
  assertStringIncludes(shown, "\x1b[1G\x1b[0Ja line of the log\r\n\x1b[1G\x1b[0J*CLI> say onetwo");
  await terminal.type("-\r");
  await terminal.until("\r\n");
  await terminal.until("one-two\r\n");
});

consoleTest("LocalConsole.write() clears a line that fills several rows of the terminal", async (path) => {
  const { terminal, pid } = await open(path);
  await using _ = terminal;
  const typed = `say ${"x".repeat(200)}`;
  await terminal.type(`${typed}!`);
  await terminal.until("!");
  Deno.kill(pid, "SIGUSR1");
  const rowsUp = await terminal.until("a line of the log\r\n");
  assertStringIncludes(rowsUp, "\x1b[2A\x1b[1G\x1b[0Ja line of the log");
  const redrawn = await terminal.until("!");
  assertStringIncludes(redrawn, `\x1b[1G\x1b[0J*CLI> ${typed}!`);
});

consoleTest("the console shows text without a line end as a line of its own", async (path) => {
  const { terminal } = await open(path);
  await using _ = terminal;
  await terminal.type("half a b c\r");
  await terminal.until("half a b c");
  assertEquals(withoutEscapes(await terminal.until("*CLI> ")).trim(), "abc\n *CLI>");
});

consoleTest("the console refuses shell commands, explains exit and takes no notice of Ctrl-D", async (path) => {
  const { terminal } = await open(path);
  await using _ = terminal;
  await terminal.type("!ls\r");
  await terminal.until("Shell commands are not available on this console: console_shell = yes");
  await terminal.type("\x04\x04exit\r");
  await terminal.until("use 'core stop now'");
  await terminal.type("QUIT now\r");
  await terminal.until("use 'core stop now'");
  await terminal.type("say on\r");
  await terminal.until("on\r\n");
});

consoleTest("Ctrl-C does what the program wants, and the history is kept", async (path) => {
  const lines = Array.from({ length: 103 }, (_, index) => `say ${index}`);
  await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
  const { terminal } = await open(path);
  await using _ = terminal;
  await terminal.type("\x1b[A");
  await terminal.until("*CLI> say 102");
  // What is typed goes through the lines that begin so: the next of say 9… is 99.
  await terminal.type("\x15say 9\x1b[A");
  await terminal.until("*CLI> say 99");
  await terminal.type("\x15say new\r");
  await terminal.until("new\r\n");
  await terminal.type("typed only\x03");
  const { code, shown } = await terminal.end();
  assertEquals(code, 7);
  assertStringIncludes(withoutEscapes(shown), "interrupted\n");
  assertMatch(withoutEscapes(shown), /closed\n$/);
  assertEquals(await Deno.readTextFile(path), `${[...lines.slice(4), "say new"].join("\n")}\n`);
});

consoleTest("a history that cannot be written is no reason to complain", async (path) => {
  const { terminal } = await open(`${path}/no/such/directory`);
  await using _ = terminal;
  await terminal.type("stop\r");
  const { code, shown } = await terminal.end();
  assertEquals([code, withoutEscapes(shown).trim()], [0, "stop"]);
});
