/** Sessions over a socket through the shipped modules, in real realms. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { createHost, type Host } from "../../src/host/mod.ts";
import { MemorySink } from "../../src/log/mod.ts";

const MODULES = fromFileUrl(new URL("../../modules", import.meta.url));

const DIALPLAN = `[default]
exten => s,1,Answer()
same => n,SendText(hello)
same => n,WaitExten(20)
exten => 1,1,Echo()
same => n,SendText(echoed)
exten => 2,1,Gosub(sub,s,begin(a,b))
same => n,SendText(\${GOSUB_RETVAL} \${MATH(2+3,int)} \${LEN(abc)})
exten => 3,1,Exec(SendText(by exec))
same => n,ExecIf($[1]?SendText(yes):SendText(no))
same => n,TryExec(Nonsense())
same => n,SendText(\${TRYSTATUS})
exten => h,1,Verbose(1,over \${CHANNEL})
[sub]
exten => s,1,SendText(wrong)
same => n(begin),Return(\${ARG1}\${ARGC})
`;

const POLICY = `[modules]
load = pbx_config
load = chan_line
load = cdr_custom
load = app_echo
load = app_sendtext
load = app_stack
load = app_exec
load = app_verbose
load = func_math
load = func_strings
[permissions]
default = manifest
`;

/** Reads lines of a session as they come. */
class Line implements Disposable {
  readonly #connection: Deno.Conn;
  #text = "";

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  async send(...lines: string[]): Promise<void> {
    await this.#connection.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  }

  /** Everything up to this line, or up to the end. */
  async until(line?: string): Promise<string> {
    const bytes = new Uint8Array(4096);
    for (;;) {
      const at = line === undefined ? -1 : this.#text.indexOf(`${line}\n`);
      if (at >= 0) {
        const read = this.#text.slice(0, at + line!.length + 1);
        this.#text = this.#text.slice(read.length);
        return read;
      }
      const count = await this.#connection.read(bytes).catch(() => null);
      if (count === null) return this.#text;
      this.#text += new TextDecoder().decode(bytes.subarray(0, count));
    }
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // The other side was faster.
    }
  }
}

interface Exchange extends AsyncDisposable {
  readonly host: Host;
  readonly sink: MemorySink;
  readonly directory: string;
  connect(): Promise<Line>;
  run(command: string): Promise<string>;
  /** Waits until a state of the host is as wanted. */
  wait(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
}

async function exchange(policy = POLICY, options = {}): Promise<Exchange> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-test-" }));
  const files = {
    "modules.conf": policy,
    "extensions.conf": DIALPLAN,
    "chan_line.conf": "[general]\nbindport = 0\nsocket = line.sock\ncallerid = 555\n",
    "cdr_custom.conf":
      "[mappings]\nMaster.csv => ${CDR(src)},${CDR(dst)},${CDR(channel)},${CDR(lastapp)},${CDR(disposition)}\n",
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, text);
  const sink = new MemorySink();
  const host = await createHost({
    config: {
      directories: {
        astetcdir: directory,
        astmoddir: MODULES,
        astdatadir: directory,
        astrundir: directory,
        astlogdir: directory,
      },
      options,
    },
    sinks: [sink],
  });
  assertEquals((await host.boot()).status, 0, sink.records.map(({ message }) => message).join("\n"));
  const port = () => Number(/127\.0\.0\.1:(\d+)/.exec(sink.records.map(({ message }) => message).join("\n"))?.[1]);
  return {
    host,
    sink,
    directory,
    connect: async () => new Line(await Deno.connect({ hostname: "127.0.0.1", port: port() })),
    run: async (command) => (await host.execute(command)).output,
    wait: async (what, holds) => {
      const deadline = performance.now() + 15_000;
      while (!await holds()) {
        if (performance.now() > deadline) throw new Error(`${what}: not so within 15 s`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await host.stop("gracefully");
      await Deno.remove(directory, { recursive: true });
    },
  };
}

Deno.test("a session runs through the dialplan and leaves a record; another one by the socket's file", async () => {
  await using at = await exchange();
  using line = await at.connect();
  assertEquals(await line.until("hello"), "hello\n");
  await at.wait("WaitExten", async () => (await at.run("core show channels")).includes("WaitExten"));
  assertMatch(
    await at.run("core show channels"),
    /^Line\/tcp-00000001 +s@default:3 +Up +WaitExten\(20\) +\n1 active channel\n/m,
  );
  assertStringIncludes(
    await at.run("core show channels concise"),
    "Line/tcp-00000001!default!s!3!Up!WaitExten!20!555!",
  );
  assertMatch(await at.run("core show channel line/tcp-00000001"), /Caller ID: 555\n +State: Up \(6\)/);
  await line.send("1", "a b", "ü", "#");
  assertEquals(await line.until(), "a b\nü\nechoed\n");
  using second = new Line(await Deno.connect({ transport: "unix", path: `${at.directory}/line.sock` }));
  await second.send("2");
  assertEquals(await second.until(), "hello\na2 5 3\n");
  using third = await at.connect();
  await third.send("3");
  assertEquals(await third.until(), "hello\nby exec\nyes\nNOAPP\n");
  await at.wait("records", () => records(at).length === 3);
  assertEquals(records(at), [
    "555,1,Line/tcp-00000001,SendText,ANSWERED",
    "555,2,Line/unix-00000002,SendText,ANSWERED",
    "555,3,Line/tcp-00000003,SendText,ANSWERED",
  ]);
  const verbose = at.sink.records.map(({ message }) => message);
  assertEquals(verbose.includes("over Line/tcp-00000001"), true);
  assertStringIncludes(
    await at.run("core show channels count"),
    "0 active channels\n0 active calls\n3 calls processed\n",
  );
});

function records({ directory }: Exchange): string[] {
  try {
    return Deno.readTextFileSync(`${directory}/cdr-custom/Master.csv`).trimEnd().split("\n");
  } catch {
    return [];
  }
}

Deno.test("channel request hangup, the caller and module unload -f end a session", async () => {
  await using at = await exchange();
  using line = await at.connect();
  await line.until("hello");
  await line.send("1", "x");
  await line.until("x");
  assertEquals(
    await at.run("channel request hangup Line/tcp-00000001"),
    "Requested Hangup on channel 'Line/tcp-00000001'\n",
  );
  assertEquals(await line.until(), "");
  assertEquals(await at.run("channel request hangup Line/none"), "Line/none is not a known channel\n");
  {
    using gone = await at.connect();
    await gone.until("hello");
  }
  await at.wait("the end of the second session", () => records(at).length === 2);
  using last = await at.connect();
  await last.until("hello");
  assertStringIncludes(await at.run("module unload -f chan_line"), "Unloaded chan_line");
  assertEquals(await last.until(), "");
  await at.wait("the end of the third session", () => records(at).length === 3);
});

Deno.test("module unload of a module in use waits for the end of the session, and takes along what it alone used", async () => {
  const policy =
    "[modules]\nload = chan_line\nload = cdr_custom\n[uses]\nchan_line = pbx_config\npbx_config = app_echo\n" +
    "pbx_config = app_sendtext\n[permissions]\ndefault = manifest\n";
  await using at = await exchange(policy);
  using line = await at.connect();
  await line.until("hello");
  await line.send("1", "before");
  await line.until("before");
  assertEquals(
    await at.run("module unload chan_line"),
    "Unable to unload resource chan_line\nchan_line stops by itself when its last user goes\n",
  );
  await line.send("still here");
  assertEquals(await line.until("still here"), "still here\n");
  await line.send("#");
  assertEquals(await line.until(), "echoed\n");
  const names = async () =>
    (JSON.parse(await at.run("module show --json")) as { name: string }[]).map(({ name }) => name);
  await at.wait("the end of chan_line and what it used", async () => (await names()).length === 1);
  assertEquals(await names(), ["cdr_custom"]);
  assertEquals(records(at), ["555,1,Line/tcp-00000001,SendText,ANSWERED"]);
});

Deno.test("chan_line says where it cannot listen, and keeps its old places over a wrong reload", async () => {
  await using at = await exchange();
  const write = (text: string) => Deno.writeTextFile(`${at.directory}/chan_line.conf`, `[general]\n${text}\n`);
  await write("socket = /nonexistent/line.sock");
  assertStringIncludes(await at.run("module reload chan_line"), "reported a reload failure");
  await write("bindaddr = 10.0.0.1\nbindport = 0");
  assertStringIncludes(await at.run("module reload chan_line"), "reported a reload failure");
  const errors = at.sink.records.filter(({ level }) => level === "error").map(({ message }) => message).join("\n");
  assertStringIncludes(errors, "only loopback addresses are taken");
  using line = await at.connect();
  assertEquals(await line.until("hello"), "hello\n");
});

Deno.test("an application may run as long as its call: deadlines stand still while it waits for a line", async () => {
  await using at = await exchange(POLICY, { callTimeout: 300 });
  using line = await at.connect();
  await line.until("hello");
  await line.send("1", "before");
  await line.until("before");
  await new Promise((resolve) => setTimeout(resolve, 700));
  await line.send("after");
  assertEquals(await line.until("after"), "after\n");
});

Deno.test("extensions keep the modules they name in use, as they come and go", async () => {
  await using at = await exchange();
  const users = async (name: string) => {
    const rows = JSON.parse(await at.run("module show --json")) as { name: string; useCount: number }[];
    return rows.find((row) => row.name === name)?.useCount;
  };
  assertEquals([await users("app_echo"), await users("app_stack"), await users("func_math")], [1, 2, 1]);
  assertStringIncludes(await at.run("module unload -f app_echo"), "Unloaded app_echo");
  await at.run("module load app_echo");
  assertEquals(await users("app_echo"), 1);
  assertStringIncludes(
    await at.run('dialplan add extension "9,1,Echo(x)" into more'),
    "Extension '9,1,Echo(x)' added into 'more' context\n",
  );
  assertEquals(await users("app_echo"), 2);
  assertMatch(
    await at.run("dialplan show more"),
    /^\[ Context 'more' created by 'pbx_config' \]\n {2}'9' => +1\. Echo\(x\) +\[pbx_config\]\n\n-= 1 extension \(1 priority\) in 1 context\. =-\n$/,
  );
  assertStringIncludes(await at.run("dialplan remove extension 9@more"), "Whole extension 9@more removed\n");
  assertEquals(await users("app_echo"), 1);
  await Deno.writeTextFile(
    `${at.directory}/extensions.conf`,
    "[default]\nexten => s,1(x),Hangup()\nsame => n,NoOp()\ninclude => other\nexten => bad\n",
  );
  assertEquals(await at.run("dialplan reload"), "Dialplan reloaded.\n");
  assertEquals(await users("app_echo"), 0);
  assertStringIncludes(at.sink.records.map(({ message }) => message).join("\n"), "at line 5 of");
  assertEquals(
    await at.run("dialplan show"),
    "[ Context 'default' created by 'pbx_config' ]\n" +
      "  's' =>            1. Hangup()                                   [extensions.conf:2]\n" +
      "     [x]\n" +
      "                    2. NoOp()                                     [extensions.conf:3]\n" +
      "  Include =>        'other'                                       [pbx_config]\n" +
      "\n-= 1 extension (2 priorities) in 1 context. =-\n",
  );
  assertStringIncludes(await at.run("dialplan show none"), "There is no existence of 'none' context\n");
  assertStringIncludes(await at.run("dialplan show 7@default"), "There is no existence of 7@default extension\n");
});

Deno.test("what an extension names is loaded for it where that is allowed, and goes with it", async () => {
  const policy = POLICY.replace("load = app_echo\n", "").replace(
    "[modules]\n",
    "[modules]\nreference_autoload = yes\n",
  );
  await using at = await exchange(policy);
  const echo = async () => {
    // An operation of its own waits for what is under way.
    await at.run("module unload nobody");
    const rows = JSON.parse(await at.run("module show --json")) as { name: string; status: string; useCount: number }[];
    return rows.filter(({ name }) => name === "app_echo").map(({ status, useCount }) => `${status} ${useCount}`);
  };
  assertEquals(await echo(), ["Running 1"]);
  await Deno.writeTextFile(`${at.directory}/extensions.conf`, "[default]\nexten => s,1,Hangup()\n");
  await at.run("dialplan reload");
  assertEquals(await echo(), []);
  await at.run('dialplan add extension "9,1,Echo(x)" into more');
  assertEquals(await echo(), ["Running 1"]);
});
