import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost } from "./_harness.ts";

Deno.test("boot() starts providers before their users and counts the users", async () => {
  await using host = await startHost({
    modules: {
      app_a: { manifest: "[uses]\napplication = Gosub" },
      app_stack: { load: `host.application("Gosub", () => {})`, manifest: "[provides]\napplication = Gosub" },
    },
  });
  assertEquals(await host.states(), ["app_a running 0", "app_stack running 1"]);
  assertEquals(host.messages("verbose").filter((line) => line.includes("Loading")), [
    "loader: Loading app_stack.",
    "loader: Loading app_a.",
  ]);
});

Deno.test("boot() leaves out what declines, and what uses it, with the reasons", async () => {
  await using host = await startHost({
    modules: {
      quiet: { load: `return LoadResult.DECLINE` },
      user: { manifest: "[uses]\nmodule = quiet" },
      other: {},
    },
  });
  assertEquals(await host.states(), ["other running 0", "quiet declined 0", "user declined 0"]);
  assertEquals(host.messages("error"), [
    "loader: quiet declined to load.",
    "loader: Declined modules which depend on quiet: user",
  ]);
});

Deno.test("boot() survives modules that hang, loop and throw, and keeps their neighbors running", async () => {
  await using host = await startHost({
    modules: {
      a_good: {
        load: `host.application("A", (call) => call.print("still here"))`,
        manifest: "[provides]\napplication = A",
      },
      b_hang: { load: `await new Promise(() => {})` },
      c_loop: { load: `for (;;);` },
      d_loop_at_top: { source: `for (;;);` },
      e_throw: { load: `throw null` },
      f_user: { manifest: "[uses]\napplication = A" },
      g_user_of_loop: { manifest: "[uses]\nmodule = c_loop" },
    },
  });
  assertEquals(await host.states(), [
    "a_good running 1",
    "b_hang failed 0",
    "c_loop failed 0",
    "d_loop_at_top failed 0",
    "e_throw failed 0",
    "f_user running 0",
    "g_user_of_loop declined 0",
  ]);
  assertStringIncludes(await host.run("dialplan exec application A()"), "still here");
  const errors = host.messages("error").join("\n");
  for (const name of ["b_hang", "c_loop", "d_loop_at_top", "e_throw", "g_user_of_loop"]) {
    assertStringIncludes(errors, name);
  }
});

Deno.test("boot() declines what asks for more than is granted; the printed lines grant it", async () => {
  const granted = await Deno.makeTempFile();
  const modules = {
    reader: {
      load: `host.log.notice(await Deno.readTextFile(${JSON.stringify(granted)}))`,
      manifest: `[permissions]\nread = ${granted}\nenv = HOME`,
    },
  };
  let lines = "";
  {
    await using host = await startHost({ modules });
    assertEquals(await host.states(), ["reader declined 0"]);
    lines = host.messages("error").join("\n").split("would grant them with\n")[1] ?? "";
  }
  await using host = await startHost({ modules, policy: `[modules]\nautoload = yes\n${lines.replace(/^ +/gm, "")}` });
  assertEquals(await host.states(), ["reader running 0"]);
  await Deno.remove(granted);
});

Deno.test("boot() gives modules with equal permissions one realm and a dedicated module its own", async () => {
  await using host = await startHost({
    modules: { a: {}, b: {}, c: {}, d: { manifest: "[permissions]\nenv = HOME" } },
    policy: "[modules]\nautoload = yes\n[permissions]\nd = env=HOME\n[realms]\nc = dedicated",
  });
  const rows = JSON.parse((await host.host.execute("module show --json")).output) as { name: string; realm: string }[];
  const realms = Object.fromEntries(rows.map(({ name, realm }) => [name, realm]));
  assertEquals(realms.a, realms.b);
  assertMatch(realms.c ?? "", /^dedicated\//);
  assertEquals(new Set(Object.values(realms)).size, 3);
});

Deno.test("a module can do exactly what was granted and nothing else", async () => {
  const [granted, secret] = [await Deno.makeTempFile(), await Deno.makeTempFile()];
  await using host = await startHost({
    modules: {
      prober: {
        load: `
          const tries = {
            granted: () => Deno.readTextFile(${JSON.stringify(granted)}),
            read: () => Deno.readTextFile(${JSON.stringify(secret)}),
            write: () => Deno.writeTextFile(${JSON.stringify(secret)}, "x"),
            env: () => Deno.env.get("HOME"),
            net: () => Deno.connect({ port: 1 }),
            run: () => new Deno.Command("true").output(),
            sys: () => Deno.hostname(),
            ffi: () => Deno.dlopen("libc.so.6", {}),
          };
          for (const [name, attempt] of Object.entries(tries)) {
            try { await attempt(); host.log.notice(name + " allowed"); }
            catch (error) { host.log.notice(name + " " + error.name); }
          }`,
        manifest: `[permissions]\nread = ${granted}`,
      },
    },
    policy: "[modules]\nautoload = yes\n[permissions]\nprober = manifest",
  });
  for (const file of [granted, secret]) await Deno.remove(file);
  assertEquals(host.messages("notice").filter((line) => line.startsWith("prober")), [
    "prober: granted allowed",
    "prober: read NotCapable",
    // Of a kind that was not granted at all, not even the functions are there.
    ...["write", "env", "net", "run", "sys", "ffi"].map((kind) => `prober: ${kind} TypeError`),
  ]);
});

Deno.test("boot() says that the file is there when only the manifest is missing", async () => {
  await using host = await startHost({ modules: {}, policy: "[modules]\nload = bare.so", files: { "bare.js": "" } });
  assertStringIncludes(
    host.messages("error").join("\n"),
    `there is no manifest of that name; bare.js is there, "deno task manifests" writes its manifest`,
  );
});
