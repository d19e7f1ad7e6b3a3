/**
 * The entry of a realm's process under `deno run`. In a compiled program its main file calls the same.
 *
 * @module
 */
import { serveRealmProcess } from "./process_child.ts";

await serveRealmProcess(Deno.args);
