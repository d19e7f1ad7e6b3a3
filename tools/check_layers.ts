/**
 * Who may import whom, and who may touch Deno. Why it exists: the order of the folders is the architecture, and an arrow
 * that nobody checks is a wish.
 *
 * @module
 */
import { dirname } from "@std/path";
import { sourceFacts } from "./facts.ts";
import { presentCode, typeScriptFiles } from "./files.ts";
import { type Import, importGraph } from "./graph.ts";
import { runTool } from "./process.ts";

/** Folders of `src/`, the lowest first. A folder imports only folders before it. */
export const ORDER: readonly string[] = [
  "fault",
  "work",
  "ere",
  "config",
  "log",
  "settings",
  "module_api",
  "registry",
  "permission",
  "manifest",
  "policy",
  "plan",
  "check",
  "store",
  "dialplan",
  "scan",
  "realm",
  "loader",
  "console",
  "remote",
  "scaffold",
  "host",
  "program",
  "testing",
];

/** Folders that may import less than what stands before them. */
const ONLY: Readonly<Record<string, { folders: readonly string[]; reason: string }>> = {
  work: { folders: ["fault"], reason: "everything may use it" },
  ere: { folders: [], reason: "modules carry it with them" },
  config: { folders: ["fault", "work", "ere"], reason: "a dialect knows nothing of programs" },
  module_api: { folders: ["fault"], reason: "it is loaded into every realm" },
  permission: { folders: ["fault"], reason: "what may be done depends on nothing" },
  store: { folders: ["fault"], reason: "it knows families and keys as texts only" },
  scaffold: { folders: ["fault", "manifest"], reason: "what it writes is text" },
  registry: { folders: ["fault", "module_api"], reason: "it knows owners as tokens only" },
  scan: { folders: ["fault"], reason: "a text is judged by itself" },
};

/** The code inside a Worker, and all it may import: hostile code runs beside it. */
const GUEST = "src/realm/guest/";
const GUEST_IMPORTS = [
  "src/realm/wire.ts",
  "src/realm/meter.ts",
  "src/realm/module_meters.ts",
  "src/realm/transport.ts",
  "src/module_api/mod.ts",
  "npm:capnweb",
];

/** Imports that are wrong by the rules and right for a reason. */
const EXCEPTIONS: readonly { from: RegExp; to: RegExp; reason: string }[] = [
  {
    from: /^modules\//,
    to: /^src\/ere\/mod\.ts$/,
    reason: "pure text work that is bundled into the module; a second engine for modules would drift from the first",
  },
  {
    from: /^modules\//,
    to: /^src\/fault\/printable\.ts$/,
    reason:
      "the same, and it names nothing else: text that leaves through a module's port is made safe as on a console",
  },
];

/** Packages that only one file may import. */
const PACKAGE_OWNERS: Readonly<Record<string, { file: string; reason: string }>> = {
  "npm:acorn": { file: "src/scan/parser.ts", reason: "a parser costs every start some milliseconds" },
  "npm:@hpcc-js/wasm-graphviz": { file: "src/console/graph/svg.ts", reason: "it is larger than the program" },
  "npm:sonic-boom": { file: "src/log/file_writer.ts", reason: "it is loaded only when there is a file to write" },
  "npm:fast-xml-parser": { file: "src/manifest/generate.ts", reason: "the program must not carry an XML parser" },
};

/** Files of `src/` that may name `Deno`: where the outside begins. */
const DENO_FILES: readonly RegExp[] = [
  /^src\/(?:host|program|testing)\//,
  /\/[^/]*disk[^/]*\.ts$/,
  /^src\/log\/(?:stdio|[^/]*_sink)\.ts$/,
  /^src\/realm\/(?:worker|process)_(?:carrier|child|descriptors|environment|main)\.ts$/,
  /^src\/realm\/guest\//,
  /^src\/console\/(?:local|history)\.ts$/,
  /^src\/remote\/(?:unix_socket|peer_credentials)\.ts$/,
];

/** Every import that breaks a rule, as `file:line: what; cure`. */
export function layerFaults(imports: readonly Import[]): string[] {
  return imports.flatMap((one) => {
    if (EXCEPTIONS.some(({ from, to }) => from.test(one.from) && to.test(one.to))) return [];
    const fault = packageFault(one) ?? areaFault(one) ?? folderFault(one);
    return fault === undefined ? [] : [`${one.from}:${one.line}: imports ${one.to}: ${fault}`];
  });
}

function packageFault({ from, to }: Import): string | undefined {
  const owner = PACKAGE_OWNERS[to];
  if (owner !== undefined && from.startsWith("src/") && from !== owner.file) {
    return `only ${owner.file} may, because ${owner.reason}`;
  }
  if (to === "src/manifest/generate.ts" && !/^(?:tools|tests)\//.test(from)) {
    return "only tools may, because the program must not carry an XML parser";
  }
  return undefined;
}

/** Rules between the directories at the root. */
function areaFault({ from, to, specifier }: Import): string | undefined {
  const area = from.split("/")[0] ?? "";
  if (["tools", "tests", "bench"].includes(area)) return undefined;
  if (/^(?:tests|tools|bench)\//.test(to)) return `${area} must work without it; move what is shared into src/`;
  if (area === "modules") {
    if (to.startsWith("src/") && specifier !== "asterism") return 'a module knows only "asterism"; import that';
    return undefined;
  }
  if (to.startsWith("modules/")) return "the host knows modules by their manifests only";
  if (area !== "src" && to.startsWith("src/") && !isFolderEntry(to)) return `import the folder's mod.ts`;
  return undefined;
}

/** Rules between the folders of `src/`. */
function folderFault({ from, to }: Import): string | undefined {
  if (!from.startsWith("src/")) return undefined;
  if (from.startsWith(GUEST)) {
    if (to.startsWith(GUEST) || GUEST_IMPORTS.includes(to)) return undefined;
    return `code inside a Worker imports only ${GUEST_IMPORTS.join(", ")}`;
  }
  if (!to.startsWith("src/")) return undefined;
  if (to.startsWith(GUEST)) return `it runs inside a Worker; share types through src/realm/wire.ts`;
  const [source, target] = [folderOf(from), folderOf(to)];
  if (source === target) return undefined;
  if (!ORDER.includes(source)) return `tools/check_layers.ts does not know the folder "${source}"; add it to the order`;
  const only = ONLY[source];
  if (only !== undefined && !only.folders.includes(target)) {
    return `${source} imports only ${only.folders.join(", ")}, because ${only.reason}`;
  }
  if (ORDER.indexOf(target) > ORDER.indexOf(source)) {
    return `${source} comes before ${target}; move what is shared down, or turn the call round`;
  }
  return isFolderEntry(to) ? undefined : `import src/${target}/mod.ts`;
}

/** Every cycle of imports: the files on it in order, the last equal to the first. */
export function cycleFaults(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (file: string, path: readonly Import[]) => {
    const start = path.findIndex(({ from }) => from === file);
    if (start >= 0) {
      const cycle = path.slice(start);
      const way = cycle.map(({ to }) => to).join(" → ");
      faults.push(
        `${file}:${cycle[0]?.line}: imports itself: ${file} → ${way}; move what they share into a third file`,
      );
      return;
    }
    if (done.has(file)) return;
    for (const one of next.get(file) ?? []) visit(one.to, [...path, one]);
    done.add(file);
  };
  for (const file of [...next.keys()].sort()) visit(file, []);
  return faults;
}

/** Whether a file of `src/` may name `Deno`. */
export function mayNameDeno(file: string): boolean {
  return !file.startsWith("src/") || DENO_FILES.some((pattern) => pattern.test(file));
}

function folderOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function isFolderEntry(file: string): boolean {
  return file === `src/${folderOf(file)}/mod.ts` && dirname(file) === `src/${folderOf(file)}`;
}

async function main(): Promise<number> {
  const files = typeScriptFiles(presentCode(["main.ts", "mod.ts", "src", "modules"]));
  const imports = await importGraph(files);
  const denoFaults = (await sourceFacts("deno", presentCode(["mod.ts", "src"])))
    .filter(({ file }) => !mayNameDeno(file))
    .map(({ file, line, text }) =>
      `${file}:${line}: names "${text}": the outside is reached only through host/, disk_*.ts and the like; ` +
      `pass an interface in, or see DENO_FILES in tools/check_layers.ts`
    );
  const faults = [...layerFaults(imports), ...cycleFaults(imports), ...denoFaults];
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await runTool(main);
