/** The variables of this process; none where it may not read them all. */
export function environment(): Record<string, string> {
  try {
    return Deno.env.toObject();
  } catch {
    return {};
  }
}
