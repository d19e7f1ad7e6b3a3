import { printable } from "../../fault/mod.ts";
import { nameKey } from "../../manifest/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand, Registry } from "../../registry/mod.ts";
import type { CatalogView, CoreServices } from "../services.ts";
import { cell, printJson, printRows, takeJson } from "../table.ts";

/** `core show application`, `core show function` and `core show services`: things, and the modules that have them. */
export function providedCommands({ catalog, modules }: CoreServices, registry: Registry): ConsoleCommand[] {
  if (catalog === undefined) return [];
  const loaded = () => new Set(modules.rows().map(({ name }) => nameKey(name)));
  return [
    showCommand("application", { catalog, registry, loaded }),
    showCommand("function", { catalog, registry, loaded }),
    {
      command: "core show services",
      summary: "Show services and who provides them",
      usage: "core show services\n" +
        "       Lists every service that an installed module provides, the provider in use first.",
      async run({ args, print }) {
        const { json, rest } = takeJson(args);
        if (rest.length > 0) return "usage";
        const rows = serviceRows({ catalog, registry, loaded });
        if (json) await printJson(rows, print);
        else await printServices(rows, print);
        return "success";
      },
      complete: ({ word }) => word.startsWith("-") ? ["--json"] : [],
    },
  ];
}

interface Things {
  readonly catalog: CatalogView;
  readonly registry: Registry;
  /** Keys (`nameKey`) of the modules that are loaded. */
  loaded(): ReadonlySet<string>;
}

function showCommand(type: "application" | "function", things: Things): ConsoleCommand {
  const table = () => type === "application" ? things.registry.applications : things.registry.functions;
  return {
    command: `core show ${type}`,
    summary: type === "application"
      ? "Describe a specific dialplan application"
      : "Describe a specific dialplan function",
    usage: `core show ${type} <${type}>\n` +
      `       Describes a ${type}: the module it is from, or, when that is not loaded, the one that has it.`,
    run: (run) => showThing(type, things, run),
    complete: ({ args }) => args.length === 0 ? table().list().map(({ name }) => name) : [],
  };
}

function showThing(
  type: "application" | "function",
  { catalog, registry, loaded }: Things,
  run: CommandRun,
): CommandOutcome {
  const { args: [typed, ...more], print } = run;
  if (typed === undefined || more.length > 0) return "usage";
  const title = type === "application" ? "application" : "function";
  const table = type === "application" ? registry.applications : registry.functions;
  const registered = table.get(typed);
  if (registered !== undefined) {
    const module = registered.owner.module;
    const description = catalog.get(module)?.manifest.description ?? "";
    print(
      `\n  -= Info about ${title} '${printable(registered.name)}' =- \n\n` +
        `[Module]\n${printable(module)}${description === "" ? "" : `: ${printable(description)}`}\n`,
    );
    return "success";
  }
  const providers = catalog.entries().filter(({ manifest }) =>
    manifest.provides.some((one) => one.type === type && one.name.toLowerCase() === typed.toLowerCase())
  );
  const missing = type === "application"
    ? `Your application(s) is (are) not registered`
    : `No function by that name registered.`;
  print(`${missing}\n`);
  const known = loaded();
  for (const { manifest: { name, description } } of providers) {
    const why = known.has(nameKey(name)) ? "is loaded and has not registered it" : `is not loaded: module load ${name}`;
    print(`Module '${name}' (${printable(description)}) has it and ${why}\n`);
  }
  return "failure";
}

/** A provider of a service. */
interface ServiceRow {
  readonly service: string;
  readonly provider: string;
  readonly priority: number;
  /** `in use` for the one that is preferred, `standby` for others that run, `loaded` or `not loaded` for the rest. */
  readonly status: string;
  /** Modules that use it now. */
  readonly users: readonly string[];
}

function serviceRows({ catalog, registry, loaded }: Things): ServiceRow[] {
  const known = loaded();
  const places = new PlacesOfProviders(registry);
  const users = Map.groupBy(
    catalog.links().filter(({ need }) => need.type === "service"),
    ({ need, provider }) => `${need.name.toLowerCase()} ${nameKey(provider)}`,
  );
  const rows = catalog.entries().flatMap(({ manifest: { name: provider, provides } }) =>
    provides.filter(({ type, name }) => type === "service" && name !== "*").map(({ name: service, priority }) => {
      const place = places.of(service, provider);
      const absent = known.has(nameKey(provider)) ? "loaded" : "not loaded";
      return {
        service,
        provider,
        priority,
        status: place === undefined ? absent : place === 0 ? "in use" : "standby",
        users: (users.get(`${service.toLowerCase()} ${nameKey(provider)}`) ?? []).map(({ user }) => user),
      };
    })
  );
  const keyed = rows.map((row) => ({ row, key: row.service.toLowerCase(), rank: rankOf(row) }));
  keyed.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : a.rank - b.rank || b.row.priority - a.row.priority);
  return keyed.map(({ row }) => row);
}

function rankOf({ status }: ServiceRow): number {
  return ["in use", "standby"].indexOf(status) >>> 0;
}

/** In which place each provider of a service is, the one in use first. Looked up once for each service. */
class PlacesOfProviders {
  readonly #registry: Registry;
  readonly #places = new Map<string, ReadonlyMap<string, number>>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  of(service: string, provider: string): number | undefined {
    const key = service.toLowerCase();
    let places = this.#places.get(key);
    if (places === undefined) {
      // Backwards, for the first place of a module counts.
      const owners = this.#registry.services.all(service).map(({ owner }, place) =>
        [nameKey(owner.module), place] as const
      );
      this.#places.set(key, places = new Map(owners.toReversed()));
    }
    return places.get(nameKey(provider));
  }
}

async function printServices(rows: readonly ServiceRow[], print: (text: string) => void): Promise<void> {
  const line = (...[service, provider, priority, status, users]: string[]) =>
    [cell(service ?? "", 20), cell(provider ?? "", 30), cell(priority ?? "", 8), cell(status ?? "", 10), users ?? ""]
      .join(" ").trimEnd() + "\n";
  print(line("Service", "Provider", "Priority", "Status", "Used By"));
  await printRows(rows, {
    print,
    format: (row) => line(row.service, row.provider, String(row.priority), row.status, printable(row.users.join(", "))),
  });
  print(`${rows.length} providers\n`);
}
