import { createHash } from "node:crypto";

/**
 * `sha256:` and the digest in hexadecimal, as manifests carry it.
 *
 * Not `crypto.subtle`: a trip to another thread per file costs seven times as much as the digest of a small module.
 *
 * @param bytes the very bytes that will be handed to a realm
 */
export function checksumOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
