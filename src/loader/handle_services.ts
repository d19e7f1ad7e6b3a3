import { HostError, messageOf } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import { mayReadConfig } from "../policy/mod.ts";
import { CallGate } from "./call_gate.ts";
import { type Context, findInstance, learningOf, openCall, readModuleConfig } from "./context.ts";
import { CORE, type Owner, type RegistrationTable } from "../registry/mod.ts";
import type { AdminServices } from "./admin_services.ts";
import { ActingCall } from "../dialplan/mod.ts";
import { pbxOfModule } from "./pbx_of_module.ts";
import type { WireConfig } from "../realm/mod.ts";
import type { HandleServices } from "./handle_options.ts";
import { notBlocking } from "./declared.ts";
import { holdReference } from "./hold.ts";
import { HostHandle } from "./host_handle.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { moduleRows } from "./rows.ts";

/** Makes one instance a user of another, once however often. */
export function holdModule(provider: Instance, user: Instance): Disposable {
  return provider.users.hold(`module:${nameKey(user.name)}`, {
    label: user.name,
    // Dependents are unloaded before what they use; a reference from [canuse] simply stops answering.
    cancel: () => {},
  });
}

/** Reads a configuration file; when that fails the instance remembers why, for its `load` may fail of it. */
async function readConfigFor(context: Context, instance: Instance, file: string): Promise<WireConfig | undefined> {
  try {
    return await readModuleConfig(context, { file, module: instance.name });
  } catch (error) {
    instance.configFault = messageOf(error);
    throw error;
  }
}

/** Where all calls into an instance pass, within its limits and counted. */
function makeGate(context: Context, { name }: Instance, exceeded: (message: string) => void): CallGate {
  const ended = context.life.activity.watch(name);
  return new CallGate({ module: name, limits: limitsFor(context, name), exceeded, ended });
}

/** A user of an instance. When it was the last one the instance stops, if the administrator does not want it either. */
function reaping(
  context: Context,
  { users }: Instance,
  { key, ...user }: { key: string; label: string; module?: string; cancel: () => void | Promise<void> },
): Disposable {
  const hold = users.hold(key, user);
  return {
    [Symbol.dispose]: () => {
      hold[Symbol.dispose]();
      if (users.idle) context.reap();
    },
  };
}

/** What a module refers to beside its uses, and calls of its own. */
function referring(context: Context, instance: Instance): Pick<HandleServices, "reference" | "watch" | "openCall"> {
  return {
    reference: (request) => holdReference(context, { ...request, module: instance.name }),
    watch: (watch) => context.watchers.add(instance, watch),
    openCall: () => openCall(context, instance.name),
  };
}

/** What a module administers: the operations that it asks the loader for are its own. */
function askedBy(context: Context, { name }: Instance): AdminServices {
  const { turn } = context;
  const services = context.admin();
  return {
    ...services,
    load: (other) => turn.by(name, () => services.load(other)),
    unload: (other) => turn.by(name, () => services.unload(other)),
    reload: (other) => turn.by(name, () => services.reload(other)),
    reloadAll: () => turn.by(name, () => services.reloadAll()),
    refresh: (other, recursively) => turn.by(name, () => services.refresh(other, recursively)),
    readConfig: (file, filter) =>
      services.readConfig(file, filter, (message) => context.logOf(name).child({ area: "loader" }).warning(message)),
  };
}

/** The capability object of an instance, over the loader. */
export function makeHandle(context: Context, instance: Instance): HostHandle {
  const refused = (message: string) => context.logOf(instance.name).warning(message);
  const gate = instance.gate = makeGate(context, instance, (message) => {
    // What a module did not answer before it stopped was told when it was given up.
    if (instance.state !== "stopped") refused(message);
  });
  const effective = instance.grant?.effective ?? (instance.realm as NonNullable<typeof instance.realm>).permissions;
  const { manifest, owner, grant } = instance;
  return new HostHandle({
    manifest,
    effective,
    mayRead: (file) => grant !== undefined && mayReadConfig(manifest, grant, file),
    owner,
    services: () => servicesFor(context, instance, { gate, refused }),
  });
}

/** What the capability object of an instance works on. */
function servicesFor(
  context: Context,
  instance: Instance,
  { gate, refused }: Pick<HandleServices, "gate" | "refused">,
): HandleServices {
  const { registry, options } = context;
  let calls = 0;
  return {
    registry,
    database: { store: context.store, quota: options.databaseQuota },
    gate,
    accepting: () => instance.state === "starting" || instance.state === "running",
    pbx: pbxOfModule(context.pbx, instance.owner),
    holdForCall: (label, call) => {
      // Asterisk asks the channels that use a module to hang up.
      const cancel = () => void (call instanceof ActingCall && call.call.softHangup());
      return reaping(context, instance, { key: `call:${++calls}`, label, cancel });
    },
    holdForUser: (label, cancel) =>
      reaping(context, instance, { key: `user:${++calls}`, label, module: instance.name, cancel }),
    acquire(type, name) {
      const owner = type === "service" ? registry.services.get(name)?.owner : undefined;
      // What the program itself provides never stops, so nothing has to be held.
      if (owner === CORE) return { provider: owner.module, hold: { [Symbol.dispose]: () => {} } };
      const provider = owner === undefined ? undefined : findInstance(context, owner.module);
      if (provider === undefined) return undefined;
      return { provider: provider.name, hold: holdModule(provider, instance) };
    },
    ...lasting(context, instance),
    ...referring(context, instance),
    readConfig: (file) => readConfigFor(context, instance, file),
    modules: () => moduleRows(context),
    execute: (command) => context.execute(command),
    life: context.life,
    admin: () => askedBy(context, instance),
    blockUnload: () => blockUnload(instance, refused),
    refused,
    taken: (type, name) => context.names.isRefused(instance.name, type, name),
    displace: (type, wanted, { name, owner }) => displace(context, instance, { type, wanted, name, owner }),
    ownersOf: (type, name) => context.names.owners.ownersOf(type, name, instance.name) ?? [],
  };
}

/** Takes a name from a module whose it is not any more, for the one whose it is. Says whether it did. */
function displace(
  { names, registry, logOf }: Context,
  { name: module }: Instance,
  { type, wanted, name, owner }: { type: string; wanted: string; name: string; owner: Owner },
): boolean {
  // A wildcard takes nothing from anybody.
  if (owner === CORE || !names.isNamed(module, type, wanted) || !names.isLost(owner.module, type, name)) return false;
  (registry.tables() as Record<string, RegistrationTable<unknown>>)[type]?.remove(owner, name);
  logOf(owner.module).warning(`Module '${owner.module}' has lost ${type}=${name} to '${module}', whose it is now`);
  return true;
}

/** @throws {HostError} with code `permission` when the manifest does not say for how long */
function blockUnload(instance: Instance, refused: (message: string) => void): void {
  const refusal = notBlocking(instance.manifest);
  if (refusal !== undefined) {
    refused(refusal);
    throw new HostError("permission", refusal);
  }
  instance.unloadBlocked = true;
}

/** Direct links from and to an instance, what it leaves to its next load, and what it lacks. */
function lasting(
  context: Context,
  instance: Instance,
): Pick<HandleServices, "link" | "unlink" | "saveState" | "lacked"> {
  const { links, states } = context;
  return {
    lacked(capability) {
      learningOf(context, instance)?.lacked({ kind: "host", value: capability });
    },
    saveState: (json) => void states.set(nameKey(instance.name), json),
    link(owner, service) {
      const provider = owner === CORE ? undefined : findInstance(context, owner.module);
      if (provider === undefined) return undefined;
      return links.open({ caller: instance, provider, service, limits: limitsFor(context, provider.name) });
    },
    unlink: (service) => links.closeService(instance, service),
  };
}
