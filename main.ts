/**
 * The program. Everything it does is in `src/program/`.
 *
 * @module
 */
import { runProgram, serveRealmProcess } from "./src/program/mod.ts";

await serveRealmProcess(Deno.args);
// Workers and timers that are left must not keep the program.
Deno.exit(await runProgram(Deno.args, import.meta.url));
