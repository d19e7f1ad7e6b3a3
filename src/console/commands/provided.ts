import { printable } from "../../fault/mod.ts";
import { nameKey } from "../../manifest/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand, Registry } from "../../registry/mod.ts";
import type { CatalogView, CoreServices } from "../services.ts";
import { cell, takeJson, toJson } from "../table.ts";

/** `core show application`, `core show function` and `core show services`: things, and the modules that have them. */
export function providedCommands({ catalog, modules }: CoreServices, registry: Registry): ConsoleCommand[] {
  if (catalog === undefined) return [];
  const isLoaded = (name: string) => modules.rows().some((row) => nameKey(row.name) === nameKey(name));
  return [
    showCommand("application", { catalog, registry, isLoaded }),
    showCommand("function", { catalog, registry, isLoaded }),
    {
      command: "core show services",
      summary: "Show services and who provides them",
      usage: "core show services\n" +
        "       Lists every service that an installed module provides, the provider in use first.",
      run({ args, print }) {
        const { json, rest } = takeJson(args);
        if (rest.length > 0) return "usage";
        const rows = serviceRows({ catalog, registry, isLoaded });
        print(json ? toJson(rows) : formatServices(rows));
        return "success";
      },
      complete: ({ word }) => word.startsWith("-") ? ["--json"] : [],
    },
  ];
}

interface Things {
  readonly catalog: CatalogView;
  readonly registry: Registry;
  /** Whether a module is loaded. */
  isLoaded(name: string): boolean;
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
  { catalog, registry, isLoaded }: Things,
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
  for (const { manifest: { name, description } } of providers) {
    const why = isLoaded(name) ? "is loaded and has not registered it" : `is not loaded: module load ${name}`;
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

function serviceRows({ catalog, registry, isLoaded }: Things): ServiceRow[] {
  const users = Map.groupBy(
    catalog.links().filter(({ need }) => need.type === "service"),
    ({ need, provider }) => `${need.name.toLowerCase()} ${nameKey(provider)}`,
  );
  const rows = catalog.entries().flatMap(({ manifest: { name: provider, provides } }) =>
    provides.filter(({ type, name }) => type === "service" && name !== "*").map(({ name: service, priority }) => {
      const registered = registry.services.all(service).map(({ owner }) => nameKey(owner.module));
      const place = registered.indexOf(nameKey(provider));
      const absent = isLoaded(provider) ? "loaded" : "not loaded";
      return {
        service,
        provider,
        priority,
        status: place === 0 ? "in use" : place > 0 ? "standby" : absent,
        users: (users.get(`${service.toLowerCase()} ${nameKey(provider)}`) ?? []).map(({ user }) => user),
      };
    })
  );
  const rank = ({ status }: ServiceRow) => ["in use", "standby"].indexOf(status) >>> 0;
  return rows.sort((a, b) =>
    a.service.toLowerCase() < b.service.toLowerCase()
      ? -1
      : a.service.toLowerCase() > b.service.toLowerCase()
      ? 1
      : rank(a) - rank(b) || b.priority - a.priority
  );
}

function formatServices(rows: readonly ServiceRow[]): string {
  const line = (...[service, provider, priority, status, users]: string[]) =>
    [cell(service ?? "", 20), cell(provider ?? "", 30), cell(priority ?? "", 8), cell(status ?? "", 10), users ?? ""]
      .join(" ").trimEnd() + "\n";
  const lines = rows.map((row) =>
    line(row.service, row.provider, String(row.priority), row.status, printable(row.users.join(", ")))
  );
  return `${line("Service", "Provider", "Priority", "Status", "Used By")}${lines.join("")}${rows.length} providers\n`;
}
