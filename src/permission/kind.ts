/** The eight permission kinds of Deno. A Worker is always given all of them, for what is left out is inherited. */
export const DENO_KINDS = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;

/** A permission kind of Deno. */
export type DenoKind = (typeof DENO_KINDS)[number];

/** Deno's kinds and `host`: what a module may do to the host through its capability object. */
export const PERMISSION_KINDS = [...DENO_KINDS, "host"] as const;

/** A kind of permission, in Deno's words, or `host`. */
export type PermissionKind = (typeof PERMISSION_KINDS)[number];

/**
 * What the `host` kind knows: reading the module table, running console commands, loading and unloading modules, times
 * and calls of the host, being told of what happens in it, reading any configuration file, running manager actions,
 * reading the end of the log,
 * keeping values in the database.
 */
export const HOST_CAPABILITIES = [
  "modules",
  "command",
  "loader",
  "status",
  "events",
  "config",
  "manager",
  "log",
  "db",
] as const;

/** A host capability. */
export type HostCapability = (typeof HOST_CAPABILITIES)[number];

/** Whether a word names a permission kind. */
export function isPermissionKind(word: string): word is PermissionKind {
  return (PERMISSION_KINDS as readonly string[]).includes(word);
}
