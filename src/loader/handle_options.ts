import type { ActingCall } from "../dialplan/mod.ts";
import type { Call, ModuleRow } from "../module_api/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { PermissionSet } from "../permission/mod.ts";
import type { WireConfig } from "../realm/mod.ts";
import type { Owner, Registration, Registry } from "../registry/mod.ts";
import type { PbxOfModule } from "./pbx_of_module.ts";
import type { Store } from "../store/mod.ts";
import type { AdminServices } from "./admin_services.ts";
import type { Life } from "./life.ts";
import type { Held, HoldRequest, Watch } from "./referring.ts";
import type { CallGate } from "./call_gate.ts";

/** A function of a module, as the host keeps it. */
// deno-lint-ignore no-explicit-any -- stubs of functions that live in a realm
export type Stub = ((...args: any[]) => Promise<any>) & { dup(): Stub } & Disposable;

/** A way from a module to the service of another that does not lead through the host. Disposing it closes it. */
export interface DirectLink extends Disposable {
  /** By what both realms know it. */
  readonly id: number;
}

/** What a handle asks of the loader. */
export interface HandleServices {
  readonly registry: Registry;
  /** What modules keep over restarts, and bytes that this one may. */
  readonly database: { readonly store: Store; readonly quota: number };
  /** Where every call into the module passes. */
  readonly gate: CallGate;
  /** Whether the module may register now: while it starts and while it runs, not while it stops. */
  accepting(): boolean;
  /** Dialplan and channels, as this module has them. */
  readonly pbx: PbxOfModule;
  /** Counts a call in progress as a user of the module until disposed; a call that can end is ended by cancelling it. */
  holdForCall(label: string, call?: Call): Disposable;
  /** Adds a user of the module. */
  holdForUser(label: string, cancel: () => Promise<void>): Disposable;
  /** Makes the module a user of whatever provides this now. */
  acquire(type: string, name: string): { provider: string; hold: Disposable } | undefined;
  /** A direct link from the module to a service, where there can be one. */
  link(provider: Owner, service: string): DirectLink | undefined;
  /** Closes all direct links to a service of the module. */
  unlink(service: string): void;
  /** Makes somebody a user of whatever provides a thing, loading that when it may be. */
  reference(request: HoldRequest): Held;
  /** Tells the module of what comes and goes, until disposed. */
  watch(watch: Watch): Disposable;
  /** A new call on behalf of the module. */
  openCall(): ActingCall;
  readConfig(file: string): Promise<WireConfig | undefined>;
  modules(): ModuleRow[];
  execute(command: string): Promise<string>;
  readonly life: Life;
  admin(): AdminServices;
  blockUnload(): void;
  /** Keeps a text for the next load of the module. */
  saveState(json: string): void;
  refused(message: string): void;
  /** Whether a name that the module's manifest says it provides is another's, which the log has been told. */
  taken(type: string, name: string): boolean;
  /**
   * Takes a registration from a module that has no right to the name any more, for a name that this one's manifest has.
   * Says whether it did.
   */
  displace(type: string, wanted: string, registration: Pick<Registration<unknown>, "name" | "owner">): boolean;
  /** Whose a name is that the module would provide by a wildcard; none when it may. */
  ownersOf(type: string, name: string): readonly string[];
  /** Told of a host capability that the module has not. */
  lacked(capability: string): void;
}

/** What is registered, and the module's functions behind it. */
export interface Registering {
  readonly name: string;
  readonly value: unknown;
  readonly stubs: readonly Stub[];
  readonly priority?: number;
}

/** Options of {@linkcode HostHandle}. */
export interface HandleOptions {
  readonly manifest: Manifest;
  readonly effective: PermissionSet;
  /** Whether the module may read a configuration file. */
  mayRead(file: string): boolean;
  readonly owner: Owner;
  /** Called once, when the module first asks for something. */
  readonly services: () => HandleServices;
}
