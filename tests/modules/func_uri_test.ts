import { assertEquals, assertRejects } from "@std/assert";
import { uriDecode, uriEncode } from "../../modules/_uri.ts";
import module from "../../modules/func_uri.ts";
import { FakeCall, FakeHost } from "./_fake_host.ts";

Deno.test("uriEncode() and uriDecode() agree", () => {
  const cases: [string, string][] = [
    ["abc-_.!~*'()", "abc-_.!~*'()"],
    ["a b+c", "a%20b%2Bc"],
    ["a/b?c=d&e,f", "a%2Fb%3Fc%3Dd%26e%2Cf"],
    ["100%", "100%25"],
    ["é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80"],
  ];
  for (const [plain, encoded] of cases) {
    assertEquals(uriEncode(plain), encoded);
    assertEquals(uriDecode(encoded), plain);
  }
});

Deno.test("uriDecode() leaves what is no escape", () => {
  const cases: [string, string][] = [
    ["%", "%"],
    ["%4", "%4"],
    ["%zz", "%zz"],
    ["a+b", "a+b"],
    ["%ff", "\ufffd"],
    ["%41%zz", "A%zz"],
  ];
  for (const [text, expected] of cases) assertEquals(uriDecode(text), expected, text);
});

Deno.test("uriEncode() survives half a surrogate pair", () => {
  assertEquals(uriEncode("a\ud800"), "a%EF%BF%BD");
});

Deno.test("func_uri needs an argument", async () => {
  const host = new FakeHost();
  assertEquals(await module.load?.(host), 0);
  const call = new FakeCall();
  assertEquals(await host.read("URIENCODE", call, "a b"), "a%20b");
  assertEquals(await host.read("URIDECODE", call, "a%20b"), "a b");
  await assertRejects(() => host.read("URIENCODE", call, ""), SyntaxError, "syntax: URIENCODE(<data>)");
});
