/**
 * `sha256:` and the digest in hexadecimal, as manifests carry it.
 *
 * @param bytes the very bytes that will be handed to a realm
 */
export async function checksumOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
