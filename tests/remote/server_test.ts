import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  connectUnix,
  executeRemote,
  listenUnix,
  OutputQueue,
  OutputReader,
  peerCredentials,
  RemoteClient,
  socketState,
} from "../../src/remote/mod.ts";
import { RawClient, serve } from "./_server.ts";

Deno.test("ControlServer greets, answers in order and tells the log who comes and goes", async () => {
  await using served = await serve();
  await using client = await RawClient.connect(served.path);
  assertEquals(await client.until("\n"), "vm/1/0.1.0+asterism\n");
  await client.send("echo a\0echo b\0");
  await client.until("a\nb\n");
  await client.send("nothing like it\0");
  assertMatch(await client.until("\n"), /^No such command 'nothing like it'/);
  await client[Symbol.asyncDispose]();
  await using other = await RawClient.connect(served.path);
  await other.until("\n");
  assertStringIncludes(served.sink.messages("verbose").join("\n"), "Remote UNIX connection");
});

Deno.test("ControlServer tells no success where no command came", async () => {
  await using served = await serve();
  for (const [sent, status] of [["cli exit after core ping\0", "\0\0"], ["cli exit after ", "\0\x01"]] as const) {
    await using client = await RawClient.connect(served.path);
    await client.until("\n");
    await client.send(sent);
    assert((await client.until(status)).endsWith(status), sent);
  }
});

Deno.test("ControlServer shows the log to those who un-mute, behind the answer, each at its own verbosity", async () => {
  await using served = await serve({
    work: ({ print }) => {
      served.log.verbose(2, "on the way");
      served.log.error("broken");
      print("done\n");
    },
  });
  await using loud = await RawClient.connect(served.path);
  await using quiet = await RawClient.connect(served.path);
  await loud.send("core set verbose 2\0logger mute\0echo ready\0");
  await loud.until("ready\n");
  await quiet.send("logger mute\0echo ready\0");
  await quiet.until("ready\n");
  await loud.send("work\0");
  const heard = await loud.until("broken\n");
  assertMatch(heard, /^done\n\xfdon the way\n\[\w{3} [ \d]\d \d\d:\d\d:\d\d\] ERROR\[1\]: core: broken\n$/);
  assertMatch(await quiet.until("broken\n"), /^\[[^\n]*ERROR\[1\]: core: broken\n$/);
  await loud.send("logger mute\0work\0echo end\0");
  assertEquals(await loud.until("end\n"), "done\nend\n");
});

Deno.test("ControlServer gives up readers that read nothing, says so once, and others go on", async () => {
  await using served = await serve();
  const slow = await connectUnix(served.path);
  await using other = await RawClient.connect(served.path);
  await slow.write(new TextEncoder().encode("core set verbose 9\0logger mute\0echo ready\0"));
  while (!served.server.accepts("verbose", 9)) {
    await other.send("core ping\0");
    await other.until("Pong\n");
  }
  for (let line = 0; line < 2_000; line++) served.log.verbose(1, "x".repeat(1_000));
  await other.send("core ping\0");
  await other.until("Pong\n");
  const warnings = () => served.sink.messages("warning");
  assertEquals(warnings(), ["A remote console reads too slowly: it misses lines of the log"]);
  await slow.write(new TextEncoder().encode("fill 5000000\0"));
  while (warnings().length < 2) {
    await other.send("core ping\0");
    await other.until("Pong\n");
  }
  assertMatch(warnings()[1] ?? "", /reads too slowly and was closed: it left more than 4194304 bytes unread/);
  slow.close();
});

Deno.test("ControlServer holds only so many lines for a console whose command goes on", async () => {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  await using served = await serve({
    wait: () => {
      begin();
      return end;
    },
  });
  await using client = await RawClient.connect(served.path);
  await client.send("core set verbose 9\0logger mute\0wait\0echo over\0");
  await begun;
  for (let line = 0; line < 1_000; line++) served.log.verbose(1, `${line} ${"x".repeat(1_000)}`);
  resolve();
  const heard = await client.until("over\n");
  assertMatch(heard, /\xfe0 x+\n/);
  assert(heard.length < 300 * 1024, String(heard.length));
  const warning = "A remote console waits too long for its command: it misses lines of the log";
  assertEquals(served.sink.messages("warning"), [warning]);
});

Deno.test("OutputQueue gives up a reader that takes nothing for too long", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const stuck = { write: () => new Promise<number>(() => {}) };
  const limits = { droppingBytes: 10, closingBytes: 100, stallMs: 1 };
  const queue = new OutputQueue(stuck, limits, { dropping: () => {}, givenUp: resolve });
  queue.push(new Uint8Array(5));
  assertEquals(await promise, "it took nothing for 0.001 seconds");
});

Deno.test("executeRemote() hands over what a command prints, without verbose lines", async () => {
  await using served = await serve({ odd: ({ print }) => print("\u00e9toile\nplain\n") });
  const client = await RemoteClient.greet(await connectUnix(served.path));
  assertEquals(client.identity, { hostname: "vm", pid: 1, version: "0.1.0", own: true });
  const reader = new OutputReader(() => undefined);
  let text = "";
  await executeRemote(client, "odd", (bytes) => text += reader.read(bytes));
  assertEquals(text, "\u00e9toile\nplain\n");
});

Deno.test("RemoteClient.complete() finds its answer among lines of the log", async () => {
  await using served = await serve({
    "_command matchesarray": ({ args, print }) => {
      served.log.error("in between");
      print(args[0] === "x" ? "_EOF_" : `un unload unmute _EOF_`);
    },
  });
  const client = await RemoteClient.greet(await connectUnix(served.path));
  let shown = "";
  const { promise: said, resolve } = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const chunk of client.chunks()) {
      shown += new TextDecoder().decode(chunk);
      if (shown.split("in between").length > 2) resolve();
    }
  })();
  await client.send("logger mute");
  assertEquals(await client.complete("module un"), ["unload", "unmute"]);
  assertEquals(await client.complete("x"), []);
  assertEquals(await client.complete('say "'), []);
  await said;
  client.close();
  await reading;
  assert(!shown.includes("_EOF_"), shown);
});

// A listener whose file is gone ends with its process.
Deno.test("listenUnix() replaces what a dead process left, sets the mode and removes only what is its own", {
  sanitizeResources: false,
}, async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/asterism.ctl`;
    const warnings: string[] = [];
    const first = listenUnix(path, { mode: 0o660 }, (message) => warnings.push(message));
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o660);
    assertEquals(await socketState(path), "served");
    listenUnix(path, {}, (message) => warnings.push(message));
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    Deno.utimeSync(path, 1, 1);
    first.close();
    assertEquals(await socketState(path), "served");
    assertEquals(await socketState(path), "served");
    const third = listenUnix(path, {}, (message) => warnings.push(message));
    third.close();
    assertEquals(await socketState(path), "free");
    assertEquals([...Deno.readDirSync(directory)], []);
    assertEquals(warnings, []);
    Deno.writeTextFileSync(path, "no socket");
    let fault = "";
    try {
      listenUnix(path, {}, () => {}).close();
    } catch (error) {
      fault = String(error);
    }
    assertMatch(fault, /AddrInUse|in use/i);
    assertEquals(Deno.readTextFileSync(path), "no socket");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test({
  name: "peerCredentials() tells whose connection was accepted",
  ignore: Deno.build.os !== "linux",
  // The C library stays, as it does in the program.
  sanitizeResources: false,
  async fn() {
    const directory = await Deno.makeTempDir();
    const path = `${directory}/a socket`;
    const listener = listenUnix(path, {}, () => {});
    try {
      const who = peerCredentials(path);
      for (let times = 0; times < 3; times++) {
        const client = await connectUnix(path);
        const accepted = await listener.accept();
        assertEquals(who(), { uid: Deno.uid() as number, gid: Deno.gid() as number });
        assertEquals(who(), undefined);
        if (times > 0) accepted.close();
        client.close();
        if (times === 0) accepted.close();
      }
    } finally {
      listener.close();
      await Deno.remove(directory, { recursive: true });
    }
  },
});
