/** The eight permission kinds of Deno. A Worker is always given all of them, for what is left out is inherited. */
export const DENO_KINDS = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;

/** A permission kind of Deno. */
export type DenoKind = (typeof DENO_KINDS)[number];

/**
 * Deno's kinds; `node`: which built-in modules of Node a module may import; `host`: what it may do to the host through its
 * capability object; `config`: which configuration files it may read beside its own.
 */
export const PERMISSION_KINDS = [...DENO_KINDS, "node", "host", "config"] as const;

/** A kind of permission, in Deno's words, `node`, `host` or `config`. */
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

/**
 * A right to names of a type, all there are: `provide:command` to provide any, `use:application` to use any. Of contexts
 * of the dialplan it may be one: `use:dialplan=incoming`.
 */
const NAME_RIGHT_REGEXP = /^(?:(?:provide|use):[a-z][a-z0-9_-]{0,63}|use:dialplan=[\x21-\x2b\x2d-\x7e]{1,200})$/;

/** Whether a value of the `host` kind is a right to names, such as `provide:command` or `use:dialplan=incoming`. */
export function isNameRight(value: string): boolean {
  return NAME_RIGHT_REGEXP.test(value);
}

/** A host capability. */
export type HostCapability = (typeof HOST_CAPABILITIES)[number];

/**
 * Built-in modules of Node that can be granted. What they do to files and the network needs the permissions of Deno as
 * well. The others lead out of the realm: to code from text, to other modules' code, to the process or its terminal.
 */
export const NODE_BUILTINS = [
  ...["assert", "assert/strict", "buffer", "constants", "crypto", "dgram", "dns", "dns/promises", "events", "fs"],
  ...[
    "fs/promises",
    "http",
    "https",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "punycode",
    "querystring",
    "sqlite",
  ],
  ...["stream", "stream/consumers", "stream/promises", "stream/web", "string_decoder", "timers", "timers/promises"],
  ...["tls", "url", "zlib"],
] as const;

/** What Deno tells of the system, by the words of its `--allow-sys`. */
export const SYSTEM_KINDS = [
  ...["cpus", "getPriority", "getegid", "gid", "homedir", "hostname", "inspector", "loadavg", "networkInterfaces"],
  ...["osRelease", "osUptime", "setPriority", "setegid", "seteuid", "setgid", "setuid", "statfs", "systemMemoryInfo"],
  ...["uid", "userInfo"],
] as const;

/** A word such as `net` or `deny-net`. */
export interface KindWord {
  /** The kind. */
  readonly kind: PermissionKind;
  /** It takes away instead of giving. */
  readonly denied: boolean;
}

const DENY = "deny-";

/** What `kind` words there are, for messages. */
export const KIND_WORDS: readonly string[] = [...PERMISSION_KINDS, ...PERMISSION_KINDS.map((kind) => `${DENY}${kind}`)];

/** Reads a word, in any case of letters; undefined when it names no kind. */
export function parseKind(word: string): KindWord | undefined {
  const lower = word.toLowerCase();
  const denied = lower.startsWith(DENY);
  const kind = denied ? lower.slice(DENY.length) : lower;
  return isPermissionKind(kind) ? { kind, denied } : undefined;
}

/** Writes what {@linkcode parseKind} reads. */
export function kindWord({ kind, denied = false }: { kind: PermissionKind; denied?: boolean | undefined }): string {
  return denied ? `${DENY}${kind}` : kind;
}

/** Whether a word names a permission kind. */
export function isPermissionKind(word: string): word is PermissionKind {
  return (PERMISSION_KINDS as readonly string[]).includes(word);
}
