/**
 * Comparing secrets.
 *
 * @module
 */

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  const encoder = new TextEncoder();
  const [a, b] = [encoder.encode(given), encoder.encode(wanted)];
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at % Math.max(1, b.length)] ?? 0);
  return difference === 0;
}
