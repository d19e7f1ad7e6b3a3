/** Why an operation did not succeed, on the console that asked for it. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost } from "./_harness.ts";

const MODULES = {
  asks: { manifest: "[permissions]\nread = /nowhere" },
  declines: { load: `host.log.error("cannot listen on port 1"); return LoadResult.DECLINE` },
  fails: { load: `host.log.warning("in vain"); return LoadResult.FAILURE` },
  silent: { load: `return LoadResult.DECLINE` },
  stays: { members: "unload: () => -1" },
  throws: { load: `throw new Error("no such thing")` },
  used: { load: `host.application("Used", () => 0)`, manifest: "[provides]\napplication = Used" },
  user: { manifest: "[uses]\napplication = Used" },
};
const NONE = "[modules]\nautoload = no\nload = stays\nload = user\n";

/** What a command prints without Asterisk's own words and those of the failure. */
async function cause(host: TestHost, command: string): Promise<string> {
  return (await host.run(command)).replace(/^Unable to .*\n/, "").replace(/\n?Command '.*' failed\.$/, "");
}

Deno.test("module load, unload and refresh say why not on the console that asked", async () => {
  await using host = await startHost({ modules: MODULES, policy: NONE });
  assertMatch(
    await host.run("module load nosuch"),
    /^Unable to load module nosuch\n.*there is no manifest of that name/,
  );
  assertMatch(
    await cause(host, "module load asks"),
    /^it asks for .*\n {4}\[permissions\]\n {4}asks = read=\/nowhere$/,
  );
  assertStringIncludes(await cause(host, "module load throws"), "no such thing");
  assertEquals(await cause(host, "module load user"), "Module 'user' already loaded and running.");
  assertEquals(await cause(host, "module unload nosuch"), "Unload failed, 'nosuch' could not be found");
  assertEquals(await cause(host, "module unload stays"), "Firm unload failed for stays");
  assertMatch(await cause(host, "module refresh stays"), /Firm unload failed for stays/);
});

Deno.test("what two consoles ask for at once is not mixed up", async () => {
  await using host = await startHost({ modules: MODULES, policy: NONE });
  const [one, other, third] = await Promise.all(
    ["nosuch", "throws", "nosuch2"].map((name) => host.run(`module load ${name}`)),
  );
  assertMatch(one ?? "", /'nosuch': there is no manifest/);
  assertStringIncludes(other ?? "", "no such thing");
  assertMatch(third ?? "", /'nosuch2': there is no manifest/);
});

Deno.test("compatible = yes says what Asterisk says and nothing more", async () => {
  await using host = await startHost({ modules: MODULES, policy: "[modules]\ncompatible = yes\nload = stays\n" });
  assertEquals(
    await host.run("module load throws"),
    "Unable to load module throws\nCommand 'module load throws' failed.",
  );
  // Nothing is loaded for another, either.
  assertMatch(await host.run("module load user"), /^Unable to load module user\nCommand/);
});

Deno.test("module show says what a module that did not start has said last: an error, else a warning", async () => {
  const errors = MODULES.declines.load.replace("return", `host.log.warning("w\\n".repeat(999)); return`);
  await using host = await startHost({ modules: { ...MODULES, errors: { load: errors } }, policy: NONE });
  for (
    const [name, words] of [
      ["declines", "its load declined: cannot listen on port 1"],
      ["errors", "its load declined: cannot listen on port 1"],
      ["fails", "its load returned FAILURE: in vain"],
      ["silent", "its load declined"],
    ] as const
  ) {
    await host.run(`module load ${name}`);
    assertMatch(await host.run(`module show ${name}`), new RegExp(`${words}$`, "m"));
  }
});
