/** The text of whatever was thrown. Never throws itself: a hostile value may have a getter or a toString that does. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message) || String(thrown.name);
    return typeof thrown === "string" ? thrown : `thrown value of type ${thrown === null ? "null" : typeof thrown}`;
  } catch {
    return "an error whose message cannot be read";
  }
}
