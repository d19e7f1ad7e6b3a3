import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { cacheDirectory, isDownloadFailure, sourceFor } from "../../tools/denort.ts";
import { KILLED, ToolError } from "../../tools/process.ts";

const FAILED = `error: Writing deno compile executable to temporary file 'h.tmp-54e80b63fc5c9a3b'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://example.invalid/denort-x86_64-unknown-linux-gnu.zip): client error (Connect)
`;

Deno.test("isDownloadFailure() tells a failed download from other failures", () => {
  assertEquals(isDownloadFailure({ code: 1, stdout: "", stderr: FAILED }), true);
  assertEquals(isDownloadFailure({ code: KILLED, stdout: "", stderr: "" }), true);
  assertEquals(isDownloadFailure({ code: 0, stdout: "", stderr: FAILED }), false);
  assertEquals(isDownloadFailure({ code: 1, stdout: "", stderr: "error: Module not found" }), false);
});

Deno.test("cacheDirectory() follows the base directory specification", () => {
  assertEquals(cacheDirectory({ XDG_CACHE_HOME: "/c", HOME: "/home/a" }), "/c/asterism");
  assertEquals(cacheDirectory({ XDG_CACHE_HOME: "c", HOME: "/home/a" }), "/home/a/.cache/asterism");
  assertEquals(cacheDirectory({ HOME: "/home/a" }), "/home/a/.cache/asterism");
  assertEquals(cacheDirectory({}), ".cache/asterism");
});

Deno.test("sourceFor() knows the pinned version on two targets and says what to do about others", () => {
  const version = "2.7.11";
  assertStringIncludes(sourceFor({ version, target: "x86_64-unknown-linux-gnu" }).spec, "linux-x64@");
  assertStringIncludes(sourceFor({ version, target: "aarch64-unknown-linux-gnu" }).spec, "linux-arm64@");
  const target = "x86_64-unknown-linux-gnu";
  assertThrows(
    () => sourceFor({ version: "9.0.0", target }),
    ToolError,
    "only for Deno 2.7.11, this is 9.0.0; set DENORT_BIN",
  );
  assertThrows(
    () => sourceFor({ version, target: "x86_64-apple-darwin" }),
    ToolError,
    'not for "x86_64-apple-darwin"; set DENORT_BIN',
  );
});
