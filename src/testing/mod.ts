/**
 * A test host for modules: `asterism/testing` inside a module's test.
 *
 * ```ts ignore
 * import { assertEquals } from "@std/assert";
 * import { startModule } from "asterism/testing";
 *
 * Deno.test("Greet says hello", async () => {
 *   await using module = await startModule(new URL("./app_greet.js", import.meta.url), {
 *     permissions: ["read=${astdatadir}/greetings"],
 *     data: { "greetings/hello.txt": "hello" },
 *   });
 *   assertEquals((await module.run("Greet", "world")).output, "hello world\n");
 * });
 * ```
 *
 * The module runs as it will later: the built file, checked against its manifest, in a realm that has exactly the
 * permissions it is given here. Only what its manifest says it uses is a fake, and the fakes are the test's own functions.
 *
 * @module
 */
export type { ModuleUnderTest } from "./module_under_test.ts";
export { type Fakes, startModule, type StartOptions } from "./start.ts";
