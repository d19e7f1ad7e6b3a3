import { formatPosition, messageOf, nearest, printable, printableJson } from "../../fault/mod.ts";
import { type CatalogEntry, type Manifest, nameKey, stringifyManifest } from "../../manifest/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CatalogView, CoreServices } from "../services.ts";
import { cell, completeRows, selectRows, takeJson, toJson } from "../table.ts";

/** A row of `manifest list`. */
interface ManifestRow {
  readonly name: string;
  readonly description: string;
  readonly supportLevel: string;
  readonly source: string;
  readonly state: string;
}

/** `manifest show`, `manifest list` and `manifest reload`. */
export function manifestCommands({ catalog, modules }: CoreServices): ConsoleCommand[] {
  if (catalog === undefined) return [];
  const rows = () => manifestRows(catalog, modules.rows());
  return [
    {
      command: "manifest list [like]",
      summary: "List installed modules by their manifests",
      usage: "manifest list [like <text>]\n" +
        "       Lists every module that is installed, loaded or not, and manifests that cannot be used.",
      run: (run) => listManifests(rows(), run),
      complete: ({ args, word }) => completeRows(args, word, () => rows().map(({ name }) => name)),
    },
    {
      command: "manifest show",
      summary: "Show what is known of a module without running it",
      usage: "manifest show <module>\n" +
        "       Shows the manifest of a module, loaded or not: what it uses, provides and asks for.",
      run: (run) => showManifest(catalog, rows(), run),
      complete: ({ args, word }) =>
        word.startsWith("-") ? ["--json"] : args.length === 0 ? rows().map(({ name }) => name) : [],
    },
    {
      command: "manifest reload",
      summary: "Look for new, changed and removed manifests",
      usage: "manifest reload\n" +
        "       Reads manifests that are new or have changed. Modules that run are not touched.",
      run: (run) => reloadManifests(catalog, run),
    },
  ];
}

function manifestRows(catalog: CatalogView, loaded: readonly { name: string; state: string }[]): ManifestRow[] {
  const states = new Map(loaded.map(({ name, state }) => [nameKey(name), state]));
  const good = catalog.entries().map(({ manifest: { name, description, supportLevel }, source: { label } }) => ({
    name,
    description,
    supportLevel,
    source: label,
    state: states.get(nameKey(name)) ?? "not loaded",
  }));
  const faulty = catalog.faults().map(({ name, error }) => ({
    name: printable(name),
    description: messageOf(error),
    supportLevel: "",
    source: "",
    state: "faulty",
  }));
  return [...good, ...faulty];
}

function listManifests(all: readonly ManifestRow[], { args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  const rows = selectRows(all, rest);
  if (rows === undefined) return "usage";
  if (json) {
    print(toJson(rows));
    return "success";
  }
  const line = (...[name, state, level, source, description]: string[]) =>
    [
      cell(name ?? "", 30),
      cell(state ?? "", 11),
      cell(level ?? "", 13),
      cell(source ?? "", 20),
      printable(description ?? ""),
    ]
      .join(" ").trimEnd() + "\n";
  const lines = rows.map((row) => line(row.name, row.state, row.supportLevel, row.source, row.description));
  const header = line("Module", "State", "Support Level", "Source", "Description");
  print(`${header}${lines.join("")}${rows.length} manifests\n`);
  return "success";
}

function showManifest(
  catalog: CatalogView,
  rows: readonly ManifestRow[],
  { args, print }: CommandRun,
): CommandOutcome {
  const { json, rest: [typed, ...more] } = takeJson(args);
  if (typed === undefined || more.length > 0) return "usage";
  const fault = catalog.faults().find(({ name }) => nameKey(name) === nameKey(typed));
  if (fault !== undefined) {
    print([fault.error, ...fault.more ?? []].map((error) => `${printable(messageOf(error))}\n`).join(""));
    return "failure";
  }
  const entry = catalog.get(typed);
  if (entry === undefined) {
    const near = nearest(typed, rows.map(({ name }) => name));
    print(`There is no manifest of '${printable(typed)}'${near === undefined ? "" : `; did you mean '${near}'?`}\n`);
    return "failure";
  }
  const state = rows.find(({ name }) => nameKey(name) === nameKey(typed))?.state ?? "";
  if (json) print(`${printableJson(manifestData(entry, state))}\n`);
  else print(`; ${entry.manifest.file}\n; source: ${entry.source.label}, state: ${state}\n${textOf(entry.manifest)}`);
  return "success";
}

/** The manifest in its own language; texts of modules are shown, not obeyed. */
function textOf(manifest: Manifest): string {
  return stringifyManifest(manifest).split("\n").map((line) => printable(line)).join("\n");
}

function manifestData({ manifest, source: { label } }: CatalogEntry, state: string): object {
  const things = (list: readonly { type: string; name: string; position: Parameters<typeof formatPosition>[0] }[]) =>
    list.map(({ position, ...thing }) => ({ ...thing, at: formatPosition(position) }));
  const { optionalModules, enhances, conflicts, uses, canUse, provides, ...rest } = manifest;
  return {
    ...rest,
    source: label,
    state,
    optionalModules: things(optionalModules),
    enhances: things(enhances),
    conflicts: things(conflicts),
    uses: things(uses),
    canUse: things(canUse),
    provides: things(provides),
  };
}

function reloadManifests(catalog: CatalogView, { args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  if (rest.length > 0) return "usage";
  const changes = catalog.refresh();
  const faults = catalog.faults();
  if (json) {
    print(`${printableJson({ ...changes, faulty: faults.map(({ name }) => name) })}\n`);
    return "success";
  }
  for (const [what, names] of Object.entries(changes)) {
    for (const name of names) print(`${what} ${printable(name)}\n`);
  }
  for (const { error } of faults) print(`${printable(messageOf(error))}\n`);
  print(`${catalog.entries().length} manifests, ${faults.length} cannot be used\n`);
  return "success";
}
