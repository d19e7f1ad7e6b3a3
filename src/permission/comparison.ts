/** How the values of a kind are checked and compared. */
export interface Comparison {
  /** The value in the one form in which it is compared, or why it cannot be one. */
  normalize(value: string): { value: string } | { fault: string };
  /** The value for what both allow, if there is such a thing. Both are normalized, neither is `*`. */
  meet(a: string, b: string): string | undefined;
}

/** The one that the other contains, by a rule that need not know equal values; undefined when neither does. */
export function narrower(
  a: string,
  b: string,
  contains: (wide: string, narrow: string) => boolean,
): string | undefined {
  if (a === b || contains(a, b)) return b;
  return contains(b, a) ? a : undefined;
}
