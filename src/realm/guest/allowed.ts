/**
 * What stays within reach of a module: everything that is not listed here is taken away before its code runs. A list of
 * what is allowed, not of what is not: a later Deno may bring more.
 */

/** Members of `Deno` that need no permission. */
const DENO_ALWAYS = ["version", "build", "errors", "inspect", "noColor", "refTimer", "unrefTimer"];

const DENO_FILES = ["open", "openSync", "FsFile", "SeekMode"];

/** Members of `Deno` by the permission kind that they need. What needs two is under both, for Deno checks each. */
const DENO_BY_KIND: Readonly<Record<string, readonly string[]>> = {
  read: [
    ...DENO_FILES,
    ...["readFile", "readFileSync", "readTextFile", "readTextFileSync", "readDir", "readDirSync", "readLink"],
    ...["readLinkSync", "realPath", "realPathSync", "stat", "statSync", "lstat", "lstatSync", "watchFs", "cwd"],
    ...["copyFile", "copyFileSync"],
  ],
  write: [
    ...DENO_FILES,
    ...["writeFile", "writeFileSync", "writeTextFile", "writeTextFileSync", "create", "createSync", "mkdir"],
    ...["mkdirSync", "remove", "removeSync", "rename", "renameSync", "copyFile", "copyFileSync", "truncate"],
    ...["truncateSync", "chmod", "chmodSync", "chown", "chownSync", "link", "linkSync", "symlink", "symlinkSync"],
    ...["utime", "utimeSync", "makeTempDir", "makeTempDirSync", "makeTempFile", "makeTempFileSync"],
  ],
  net: [
    ...["connect", "connectTls", "startTls", "listen", "listenTls", "listenDatagram", "serve", "resolveDns"],
    ...["upgradeWebSocket", "createHttpClient", "HttpClient"],
  ],
  env: ["env"],
  sys: [
    ...["hostname", "loadavg", "networkInterfaces", "osRelease", "osUptime", "systemMemoryInfo", "uid", "gid"],
    ...["cpuUsage", "memoryUsage"],
  ],
  run: ["Command", "ChildProcess", "spawn", "spawnAndWait", "spawnAndWaitSync", "kill"],
  ffi: ["dlopen", "UnsafeCallback", "UnsafePointer", "UnsafePointerView", "UnsafeFnPointer"],
  import: [],
};

/** The language and what of the web's API is the same in every realm and reaches nothing outside. */
const GLOBALS = [
  ...["globalThis", "self", "Deno", "console", "process", "Infinity", "NaN", "undefined"],
  ...["Object", "Function", "Array", "Number", "Boolean", "String", "Symbol", "BigInt", "Math", "JSON", "Reflect"],
  ...["Proxy", "Date", "Temporal", "RegExp", "Promise", "Iterator", "Map", "Set", "WeakMap", "WeakSet", "WeakRef"],
  ...["FinalizationRegistry", "DisposableStack", "AsyncDisposableStack", "Intl", "eval"],
  ...["parseInt", "parseFloat", "isNaN", "isFinite", "escape", "unescape"],
  ...["encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent"],
  ...["Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SuppressedError", "SyntaxError"],
  ...["TypeError", "URIError", "DOMException", "QuotaExceededError"],
  ...["ArrayBuffer", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array"],
  ...["Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array", "Float16Array", "Float32Array", "Float64Array"],
  ...["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"],
  ...["queueMicrotask", "structuredClone", "atob", "btoa", "performance", "crypto", "CryptoKey"],
  ...["AbortController", "AbortSignal", "Event", "EventTarget", "CustomEvent", "ErrorEvent", "CloseEvent"],
  ...["MessageEvent", "ProgressEvent", "PromiseRejectionEvent"],
  ...["URL", "URLSearchParams", "URLPattern", "TextEncoder", "TextDecoder", "TextEncoderStream", "TextDecoderStream"],
  ...["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest"],
  ...["ReadableStreamDefaultController", "ReadableByteStreamController", "WritableStream"],
  ...["WritableStreamDefaultWriter", "WritableStreamDefaultController", "TransformStream"],
  ...["TransformStreamDefaultController", "ByteLengthQueuingStrategy", "CountQueuingStrategy"],
  ...["CompressionStream", "DecompressionStream", "Blob", "File", "FormData", "Headers", "Request", "Response"],
];

/** Globals that only a realm with `net` keeps. */
const NET_GLOBALS = ["fetch", "WebSocket", "EventSource"];

/**
 * Names that libraries look for to learn where they run, and what a module would then be handed: undefined for good, or
 * one could bring them for its neighbors to find.
 */
export const PROBED: readonly string[] = [
  ...["window", "document", "navigator", "location", "global", "Buffer", "require", "module", "exports", "define"],
  ...["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "Worker", "WebAssembly", "MessageChannel", "Bun"],
];

/** Names of globals that stay, given the kinds of which the realm has something. */
export function allowedGlobals(kinds: readonly string[]): Set<string> {
  return new Set([...GLOBALS, ...(kinds.includes("net") ? NET_GLOBALS : [])]);
}

/** Names of members of `Deno` that stay. */
export function allowedMembers(kinds: readonly string[]): Set<string> {
  return new Set([...DENO_ALWAYS, ...kinds.flatMap((kind) => DENO_BY_KIND[kind] ?? [])]);
}

/** The kinds of permission of which a member of `Deno` needs one; empty for a member that no module has. */
export function kindsOf(member: string): string[] {
  return Object.keys(DENO_BY_KIND).filter((kind) => DENO_BY_KIND[kind]?.includes(member));
}
