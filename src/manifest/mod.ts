/**
 * Manifests and the catalog of them: what is known of modules without running them (seed 003).
 *
 * @module
 */
export { Catalog, type CatalogChanges, type CatalogEntry, type CatalogFault, type Replacement } from "./catalog.ts";
export { configOwners, CORE_CONFIGS, hasAdministratorsDialplan, isOwnConfig } from "./config_owner.ts";
export { checksumOf } from "./checksum.ts";
export { DiskSource, type DiskSourceOptions } from "./disk_source.ts";
export { type MemoryModule, MemorySource } from "./memory_source.ts";
export { KNOWN_TYPES, type Manifest, type Need, type Provision, type SupportLevel } from "./model.ts";
export { baseName, isModuleName, nameKey } from "./name.ts";
export { splitList, SUPPORT_LEVELS } from "./module_keys.ts";
export { type ManifestReading, parseManifest, readManifest } from "./parse.ts";
export { type ManifestContent, type ManifestThing, stringifyManifest } from "./stringify.ts";
export type { ModuleFile, ModuleSource } from "./source.ts";
