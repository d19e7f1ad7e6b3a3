import { formatPosition, HostError } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import { CORE } from "../registry/mod.ts";
import { findProvider } from "./can_use.ts";
import type { Context } from "./context.ts";
import type { Instance } from "./instance.ts";
import type { Held, HoldRequest } from "./referring.ts";

/**
 * Makes any object a user of whoever provides a thing. A provider that does not run is loaded, if the administrator
 * allows that (`reference_autoload`) and no line of modules.conf excludes it. Its turn comes after what the loader is
 * doing now, so a module that is starting must not wait for it.
 *
 * @throws {HostError} with code `not-found` when no module has it, `permission` when the one that has must not be loaded
 */
export function holdReference(context: Context, request: HoldRequest): Held {
  const found = findProvider(context, request.type, request.name);
  if (found === CORE) return { provider: CORE.module, ready: Promise.resolve(CORE.module), [Symbol.dispose]() {} };
  if (found !== undefined) return holdInstance(context, found as Instance, request);
  const candidate = loadable(context, request);
  let held: Held | undefined;
  let released = false;
  const what = `"${request.type}=${request.name}" for ${request.label}`;
  const ready = context.turn.run(async () => {
    if (released || context.stopping) throw new HostError("state", `Cannot hold ${what}: it was released`);
    const before = findProvider(context, request.type, request.name);
    if (before === undefined) await context.startFor(candidate);
    const provider = before ?? findProvider(context, request.type, request.name);
    if (provider === undefined || provider === CORE) {
      throw new HostError("not-found", `Cannot hold ${what}: "${candidate}" did not start, or has not registered it`);
    }
    held = holdInstance(context, provider as Instance, request);
    // It runs for its users; the administrator has not asked for it.
    if (before === undefined) (provider as Instance).users.admin = false;
    return (provider as Instance).name;
  }, { module: request.module, last: true });
  // Whoever does not ask does not want to know.
  ready.catch(() => {});
  return {
    provider: undefined,
    ready,
    [Symbol.dispose]() {
      released = true;
      held?.[Symbol.dispose]();
    },
  };
}

function holdInstance(context: Context, provider: Instance, { label, module = "", cancel }: HoldRequest): Held {
  const hold = provider.users.hold(`reference:${++context.references}`, { label, module, cancel });
  return {
    provider: provider.name,
    ready: Promise.resolve(provider.name),
    [Symbol.dispose]() {
      hold[Symbol.dispose]();
      if (provider.users.idle) context.reap();
    },
  };
}

/** The module that is to be loaded for a reference. */
function loadable(context: Context, { type, name, label }: HoldRequest): string {
  const { catalog, policy, names } = context;
  catalog.refresh();
  const key = type === "module" ? nameKey(name) : name.toLowerCase();
  const offers = names.owners.entries.flatMap(({ manifest }) =>
    manifest.provides.filter((one) =>
      one.type === type && (type === "module" ? nameKey(one.name) : one.name.toLowerCase()) === key
    )
      .map(({ priority }) => ({ module: manifest.name, priority }))
  ).sort((a, b) => b.priority - a.priority);
  const what = `"${type}=${name}" for ${label}`;
  const [first] = offers;
  if (first === undefined) throw new HostError("not-found", `Cannot hold ${what}: no module provides it`);
  const ban = (module: string) =>
    policy.lines.find((line) =>
      (line.directive === "noload" || line.directive === "neverload") && nameKey(line.name) === nameKey(module)
    );
  const free = offers.find(({ module }) => ban(module) === undefined);
  if (free === undefined) {
    const { directive, position } = ban(first.module) as NonNullable<ReturnType<typeof ban>>;
    const at = formatPosition(position);
    throw new HostError("permission", `Cannot hold ${what}: ${at} says ${directive} = ${first.module}`);
  }
  if (!policy.referenceAutoload) {
    throw new HostError(
      "permission",
      `Cannot hold ${what}: "${free.module}" provides it and is not loaded; ${policy.file} would have it loaded with ` +
        `reference_autoload = yes`,
    );
  }
  return free.module;
}
