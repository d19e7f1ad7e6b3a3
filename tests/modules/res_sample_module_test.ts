import { assertEquals } from "@std/assert";
import module from "../../modules/res_sample_module.ts";
import { FakeCall, FakeHost } from "./_fake_host.ts";

Deno.test("res_sample_module greets, and reload reads the greeting anew", async () => {
  const host = new FakeHost({ files: { "sample.conf": "[general]\ngreeting = Good morning\n" } });
  assertEquals(await module.load?.(host), 0);
  const call = new FakeCall();
  await host.run("Sample", call, "");
  await host.run("Sample", call, "world");
  host.files["sample.conf"] = "[general]\ngreeting = Good evening\n";
  await module.reload?.(host);
  await host.run("Sample", call, "world");
  assertEquals(call.printed, ["Good morning", "Good morning, world", "Good evening, world"]);
  assertEquals(await host.type("sample show greeting"), "Good evening\n");
});

Deno.test("res_sample_module needs no configuration", async () => {
  const host = new FakeHost();
  assertEquals(await module.load?.(host), 0);
  assertEquals(await host.type("sample show greeting"), "Hello from Asterism\n");
});
