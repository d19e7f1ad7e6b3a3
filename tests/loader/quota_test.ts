/** What one module may have at a time, and that it gets it back. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { QUOTAS } from "../../src/realm/mod.ts";
import { startHost } from "./_harness.ts";

/** A module with a command that runs this text; `host` is its host, what the text returns is printed. */
function probe(text: string, manifest = "", module = "") {
  return {
    load: `host.command({ command: "probe", summary: "", handler: async () => {
      try { return JSON.stringify(await (async () => { ${text} })()) ?? "undefined"; }
      catch (error) { return String(error.message); }
    } });`,
    manifest: `${module}[provides]\ncommand = probe\n${manifest}`,
  };
}

Deno.test("a module has no more users, watches and dialplans than its quota, and others after it has released some", async () => {
  await using host = await startHost({
    modules: {
      greedy: probe(
        `
        const held = [];
        const fill = async (make) => { try { for (;;) held.push(await make()); } catch (error) { return error.message; } };
        const counts = [];
        const why = await fill(() => host.onAvailable("service=none", () => {}));
        counts.push(held.length, why);
        await Promise.all(held.splice(0).map((one) => one.release()));
        await host.onAvailable("service=none", () => {});
        return counts;`,
        "[canuse]\nservice = none",
      ),
    },
  });
  const [count, why] = JSON.parse(await host.run("probe"));
  assertEquals(count, QUOTAS.watch);
  assertEquals(why, 'Cannot have another watch: "greedy" has 100 already; release what is not used');
});

Deno.test("what cannot be had leaves nothing behind", async () => {
  await using host = await startHost({
    modules: {
      clumsy: probe(
        `
        let why = "";
        for (let round = 0; round < 10_050; round += 50) {
          await Promise.all(Array.from({ length: 50 }, () =>
            host.hold("service=none", { as: "x", cancel() {} }).catch((error) => why = error.message)));
        }
        await host.user("after all that", () => {});
        return why;`,
        "[canuse]\nservice = none",
      ),
    },
  });
  assertStringIncludes(await host.run("probe"), "no module provides it");
});

Deno.test("a dialplan comes in parts: one of 3 000 steps and contexts in pieces arrives whole", async () => {
  await using host = await startHost({
    modules: {
      planner: probe(
        `
        const priorities = Array.from({ length: 1700 }, (_, n) => ({
          extension: "e" + n, priority: 1, application: "NoOp", args: String(n), extra: "of the module's own" }));
        const more = Array.from({ length: 1300 }, (_, n) => ({ name: "c" + n, includes: ["big"], priorities: [
          { extension: "s", priority: 1, application: "NoOp", args: "" }] }));
        const contents = { contexts: [{ name: "big", includes: [], priorities }, ...more], globals: [] };
        return await Promise.all([host.pbx.replace(contents), host.pbx.replace(contents)]);`,
        "dialplan = *",
      ),
    },
  });
  assertEquals(await host.run("probe"), "[[],[]]");
  const shown = await host.run("dialplan show");
  assertStringIncludes(shown, "3000 extensions (3000 priorities) in 1301 contexts");
});

Deno.test("a dialplan that is too large is refused, and there is room for the next", async () => {
  await using host = await startHost({
    modules: {
      planner: probe(
        `
        const contexts = Array.from({ length: 10_001 }, (_, n) => ({ name: "c" + n, includes: [], priorities: [] }));
        const why = await host.pbx.replace({ contexts, globals: [] }).catch((error) => error.message);
        return [why, await host.pbx.replace({ contexts: contexts.slice(0, 5), globals: [] })];`,
        "dialplan = *",
      ),
    },
  });
  assertEquals(JSON.parse(await host.run("probe")), ["Cannot take a dialplan of more than 10000 contexts", []]);
});

Deno.test("what an application or a function of a module gives must be plain", async () => {
  await using host = await startHost({
    modules: {
      odd: {
        load: `host.function("ODD", { read: () => Array(1000).fill("x") });
          host.function("LONG", { read: () => "x".repeat(70_000) });
          host.application("Odd", () => ({}));`,
        manifest: "[provides]\nfunction = ODD\nfunction = LONG\napplication = Odd",
      },
    },
  });
  assertStringIncludes(await host.run("dialplan eval function ODD()"), "expected a text");
  assertStringIncludes(await host.run("dialplan eval function LONG()"), "65536 at most");
  assertStringIncludes(await host.run("dialplan exec application Odd()"), "expected a number");
});

Deno.test("answers to a module do not name others; the log does", async () => {
  await using host = await startHost({
    modules: {
      zebra: {
        load:
          `host.application("Taken", () => {}); host.command({ command: "zebra go", summary: "", handler: () => "" });`,
        manifest: "[provides]\napplication = Taken\ncommand = zebra go",
      },
      nosy: probe(
        `const said = [];
        await host.application("Taken", () => {}).catch((error) => said.push(error.message));
        await host.command({ command: "zebra go", summary: "", handler: () => "" }).catch((error) => said.push(error.message));
        return said;`,
        "application = *\ncommand = *",
      ),
    },
  });
  const said = JSON.parse(await host.run("probe"));
  assertEquals(said.length, 2);
  assert(said.every((one: string) => !one.includes('"zebra"')), said.join("\n"));
  await host.logged(/Cannot register application "Taken": "zebra" has registered it already/);
});

Deno.test("what takes long is done for a module one after the other", async () => {
  await using host = await startHost({
    modules: {
      eager: probe(
        `const order = [];
        await Promise.all([1, 2, 3].map((n) => host.config("eager.conf").then(() => order.push(n))));
        return order;`,
        "",
        "config = eager.conf\n",
      ),
    },
    configs: { "eager.conf": "[general]\na = 1\n" },
  });
  assertEquals(await host.run("probe"), "[1,2,3]");
});

Deno.test("services in use, and their methods, are counted until they are released", async () => {
  await using host = await startHost({
    modules: {
      wide: {
        load: `host.service("wide", Object.fromEntries(Array.from({ length: 1000 }, (_, n) => ["m" + n, () => n])));
          host.service("small", { m: () => 1 });`,
        manifest: "[provides]\nservice = wide\nservice = small",
      },
      user: probe(
        `const fill = async (what) => {
          const held = [];
          try { for (;;) held.push(await host.use(what)); } catch (error) {
            await Promise.all(held.map((one) => one.release()));
            return [held.length, error.message.replace(/ already.*/, "")];
          }
        };
        return [await fill("service=wide"), await fill("service=small"), await fill("service=wide")];`,
        "[uses]\nservice = wide\nservice = small",
      ),
    },
  });
  const methods = [10, 'Cannot have another method: "user" has 10000'];
  assertEquals(JSON.parse(await host.run("probe")), [
    methods,
    [1000, 'Cannot have another use: "user" has 1000'],
    methods,
  ]);
});
