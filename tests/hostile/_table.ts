/** The verdicts of all techniques in all surroundings, for people. */
import type { Batch, BatchResult } from "./_run.ts";
import type { Technique } from "./_technique.ts";

/** Where the techniques are run. */
export const columns: readonly Pick<Batch, "mode" | "kind">[] = [
  ...(["binary", "run"] as const).flatMap((mode) =>
    (["shared", "dedicated", "process"] as const).map((kind) => ({ mode, kind }))
  ),
  { mode: "binary", kind: "limited" },
];

/** Where everything that the host shows is read: all modules are in one host there. */
export function isShown({ kind }: Pick<Batch, "kind">): boolean {
  return kind === "shared";
}

/** `binary/shared`. */
export function columnName({ mode, kind }: Pick<Batch, "mode" | "kind">): string {
  return `${mode}/${kind}`;
}

/** One line per technique, one column per surroundings that it was run in. */
export function formatTable(techniques: readonly Technique[], results: ReadonlyMap<string, BatchResult>): string {
  const width = Math.max(...techniques.map(({ title }) => Math.min(title.length, 80)));
  const names = [...results.keys()];
  const line = (title: string, cells: readonly string[]) =>
    [title.slice(0, 80).padEnd(width), ...cells.map((cell, index) => cell.padEnd(names[index]?.length ?? 0))].join(
      "  ",
    );
  const rows = techniques.map(({ name, title }) =>
    line(title, names.map((column) => results.get(column)?.verdicts.get(name)?.outcome ?? "-"))
  );
  return [line("technique", names), ...rows].map((one) => one.trimEnd()).join("\n");
}
