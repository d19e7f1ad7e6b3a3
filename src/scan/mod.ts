/**
 * The import scan: what a module's verified text may import, decided before any of it runs.
 *
 * @module
 */
export { MAX_PARSED_LENGTH, scanModule, type ScanOptions } from "./scan.ts";
