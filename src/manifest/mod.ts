/**
 * Manifests and the catalog of them: what is known of modules without running them (seed 003).
 *
 * @module
 */
export { Catalog, type CatalogEntry, type CatalogFault } from "./catalog.ts";
export { checksumOf } from "./checksum.ts";
export { DiskSource } from "./disk_source.ts";
export { KNOWN_TYPES, type Manifest, type Need, type Provision, type SupportLevel } from "./model.ts";
export { baseName, isModuleName, nameKey } from "./name.ts";
export { parseManifest, splitList } from "./parse.ts";
export type { ModuleFile, ModuleSource } from "./source.ts";
