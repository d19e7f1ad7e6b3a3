/** Entries that are kept, as many as Asterisk keeps. */
export const HISTORY_SIZE = 100;

/** Reads the lines typed in earlier sessions, oldest first; none when there is no such file or it cannot be read. */
export async function readHistory(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  try {
    const text = await Deno.readTextFile(file);
    return text.split("\n").filter((line) => line !== "").slice(-HISTORY_SIZE);
  } catch {
    return [];
  }
}

/** Writes the lines, oldest first, for the owner's eyes only. Failing is silent: a console ends without complaints. */
export function writeHistory(file: string | undefined, lines: readonly string[]): void {
  if (file === undefined || lines.length === 0) return;
  try {
    Deno.writeTextFileSync(file, `${lines.slice(-HISTORY_SIZE).join("\n")}\n`, { mode: 0o600 });
  } catch {
    // The directory may be gone or read-only.
  }
}
