import { HostError, messageOf } from "../fault/mod.ts";
import { baseName, type CatalogEntry, nameKey } from "../manifest/mod.ts";
import type { ModuleOverview, ModuleRow } from "../module_api/mod.ts";
import { type Link, loadList, type Wanted } from "../plan/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { type Realm, RealmPool, withDeadline } from "../realm/mod.ts";
import { NameBook, tellReplacements } from "./name_book.ts";
import { logRealmLine } from "./realm_log.ts";
import { Watchers } from "./can_use.ts";
import { type Context, findInstance, type LoaderOptions } from "./context.ts";
import { DirectLinks } from "./direct_links.ts";
import { moduleOverviews } from "./overview.ts";
import { type ModuleDetail, moduleDetail, type RealmRow, realmRows } from "./inspect.ts";
import type { Instance } from "./instance.ts";
import { restartPolicy } from "./limits.ts";
import type { Owner } from "../registry/mod.ts";
import { holdReference } from "./hold.ts";
import { linksOf } from "./links.ts";
import { loadModule } from "./load_module.ts";
import { refreshModule } from "./refresh.ts";
import type { HoldRequest } from "./referring.ts";
import { Reloads } from "./reload.ts";
import type { RefreshResult, ReloadResult, UnloadForce, UnloadResult } from "./results.ts";
import { type PermissionRow, permissionRows } from "./permission_rows.ts";
import { moduleRows } from "./rows.ts";
import { rightsIn } from "./rights.ts";
import { realmEnded, recover, restart } from "./recovery.ts";
import { SavedStates } from "./saved_states.ts";
import { startWanted } from "./start.ts";
import type { StateChange } from "./states.ts";
import { reapIdle } from "./stop.ts";
import { stopAll, stopAllTime } from "./stop_all.ts";
import { Supervisor } from "./supervisor.ts";
import { Turn } from "./turn.ts";
import { unloadModule } from "./unload.ts";

/** How the start of all modules came out. */
export interface BootResult {
  /** 0: go on. 1: the configuration is wrong. 2: a required module did not load, or one returned FAILURE (seed 002). */
  readonly status: 0 | 1 | 2;
  /** How many modules run. */
  readonly running: number;
}

/**
 * The life of modules: loads, unloads, reloads, and cleans up after those that fail. One operation at a time decides; while
 * it waits for a module that stops or reloads, operations on others go on.
 */
export class Loader {
  readonly #context: Context;
  readonly #turn: Turn = new Turn();
  #reaping = false;
  /** What is sought for somebody who names it, as `type=name`. */
  readonly #sought = new Set<string>();
  #heartbeat: number | undefined;
  #stopping: Promise<void> | undefined;
  readonly #reloads: Reloads;

  /** A loader; nothing is read or started yet. */
  constructor(options: LoaderOptions) {
    const pool = new RealmPool({ directories: { ...options.directories }, warm: options.options.warmRealms }, {
      log: (realm, line) => logRealmLine(this.#context, realm, line),
      denied: (message) => options.learning?.denied(message),
      ended: (realm, reason) => this.#realmEnded(realm, reason),
    });
    const supervisor = new Supervisor({
      policy: (name) => restartPolicy(options.policy, name),
      restart: (again) => void this.#turn.run(() => restart(this.#context, again)),
      say: (message) => options.log.warning(message),
    });
    const context: Omit<Context, "watchers"> = {
      ...options,
      logOf: options.logs.of,
      names: new NameBook(options),
      pool,
      supervisor,
      links: new DirectLinks(),
      states: new SavedStates(),
      stateChanged: (change) => {
        options.stateChanged?.(change);
        this.#stateChanged(change);
      },
      instances: new Map(),
      enhancers: new Set(),
      culprits: new Set(),
      lost: new Map(),
      dead: [],
      importing: new Set(),
      stopping: false,
      calls: 0,
      generation: 0,
      references: 0,
      borrowed: new Set(),
      reap: () => this.#reap(),
      turn: this.#turn,
      recoverLater: () => void this.#turn.run(() => recover(this.#context)),
      startFor: (name, failed) => this.#startFor(name, failed),
    };
    this.#context = Object.assign(context, { watchers: new Watchers(context as Context) });
    options.pbx.holdTo(rightsIn(this.#context));
    this.#reloads = new Reloads(this.#context);
  }

  /**
   * Reads the catalog, plans and starts everything the policy wants. Faults go to the log, those of single modules at
   * the end, as Asterisk gathers them.
   */
  async boot(): Promise<BootResult> {
    const result = await this.#turn.run(() => this.#boot(), { whole: true });
    if (result.status === 0 && !this.#context.stopping) await this.#reloads.open();
    return result;
  }

  async #boot(): Promise<BootResult> {
    const { log, catalog, policy, options, names } = this.#context;
    log.verbose(1, "Asterism Dynamic Loader Starting:");
    let wanted: Wanted[];
    try {
      if (expectsWorker(policy)) this.#context.pool.warmFirst();
      catalog.refresh();
      wanted = loadList(policy, names.owners.entries);
    } catch (error) {
      log.error(messageOf(error));
      return this.#giveUp(1);
    }
    for (const { name, error } of catalog.faults()) {
      log.error(`Manifest of '${name}' cannot be used: ${messageOf(error)}`);
    }
    tellReplacements(catalog, log);
    log.notice(`${wanted.length} modules will be loaded.`);
    const { fatal, declined, lines } = await startWanted(this.#context, wanted, { mode: "startup" });
    if (declined && fatal === undefined) log.warning("Some non-required modules failed to load.");
    this.#warnOfDeprecated();
    for (const line of lines) log.error(line, { multiline: true });
    if (fatal !== undefined) return this.#giveUp(2);
    if (this.#context.stopping) return { status: 0, running: this.#running().length };
    this.#beat(options.heartbeatInterval);
    this.#context.pool.warm();
    return { status: 0, running: this.#running().length };
  }

  /** Every module there is, without the names that are another's. */
  catalogEntries(): readonly CatalogEntry[] {
    return this.#context.names.owners.entries;
  }

  /** One line for each deprecated module that runs. */
  #warnOfDeprecated(): void {
    const deprecated = this.#running().filter(({ manifest }) => manifest.supportLevel === "deprecated");
    for (const { name } of deprecated) {
      this.#context.log.warning(`Module '${name}' has been loaded but may be removed in a future release.`);
    }
  }

  #giveUp(status: 1 | 2): BootResult {
    this.#context.log.error("Module initialization failed.  ASTERISM EXITING!");
    return { status, running: this.#running().length };
  }

  /** `module load name`. Says whether it runs now; why not goes to the log. */
  load(typed: string): Promise<boolean> {
    return this.#turn.run(async () => {
      if (findInstance(this.#context, typed)?.state !== "running") this.#context.supervisor.forget(baseName(typed));
      return await loadModule(this.#context, typed) === "success";
    });
  }

  /** `module unload [-f|-h] name`. What came of it, in short; why goes to the log. */
  unload(typed: string, force: UnloadForce): Promise<UnloadResult> {
    return this.#turn.run(() => {
      const name = baseName(typed);
      this.#context.supervisor.forget(name);
      return unloadModule(this.#context, name, force);
    });
  }

  /** `module refresh name [recursively]`: new code from the file. */
  refresh(typed: string, options: { recursively: boolean }): Promise<RefreshResult> {
    return this.#turn.run(() => refreshModule(this.#context, typed, options));
  }

  /** `module reload name`: its seven answers. */
  reload(typed: string): Promise<ReloadResult> {
    return this.#reloads.reload(typed);
  }

  /** `module reload` without a name: every running module that can, in the order of their starts. */
  reloadAll(): Promise<void> {
    return this.#reloads.reloadAll();
  }

  /** Fulfilled when nothing is being done, and nothing waits to be done. */
  settled(): Promise<void> {
    return this.#turn.settled();
  }

  /** The uses that are in force: who uses what of whom. */
  links(): Link[] {
    return linksOf(this.#context);
  }

  /**
   * Makes something a user of the module that has registered something; nothing when that module does not run.
   *
   * @param label who uses it; the same label counts once
   */
  holdOwner(owner: Owner, label: string): Disposable | undefined {
    const instance = findInstance(this.#context, owner.module);
    if (instance?.owner !== owner || (instance.state !== "running" && instance.state !== "starting")) return undefined;
    const hold = instance.users.hold(`reference:${label}`, { label, cancel: () => hold[Symbol.dispose]() });
    return {
      [Symbol.dispose]: () => {
        hold[Symbol.dispose]();
        this.#context.reap();
      },
    };
  }

  /**
   * Has what provides a thing loaded for somebody who names it, with `reference_autoload`; whoever sought it holds it by
   * the time it runs. That it cannot be loaded is told where it is used.
   */
  seek({ type, name, label }: Pick<HoldRequest, "type" | "name" | "label">): void {
    if (!this.#context.policy.referenceAutoload || this.#context.stopping) return;
    const key = `${type}=${name.toLowerCase()}`;
    if (this.#sought.has(key)) return;
    try {
      const held = holdReference(this.#context, { type, name, label, cancel: () => Promise.resolve() });
      // That it runs was told before this: whoever names it holds it by now.
      const release = () => {
        this.#sought.delete(key);
        held[Symbol.dispose]();
      };
      this.#sought.add(key);
      held.ready.then(release, release);
    } catch (error) {
      this.#context.log.debug(1, messageOf(error));
    }
  }

  /** The module table, as `module show` has it. */
  rows(): ModuleRow[] {
    return moduleRows(this.#context);
  }

  /** Everything there is to say of every installed module. */
  overviews(): ModuleOverview[] {
    return moduleOverviews(this.#context);
  }

  /** Whether a module is in the table, running or not. */
  has(name: string): boolean {
    return findInstance(this.#context, name) !== undefined;
  }

  /** The realms, as `realm show` has them. */
  realms(): RealmRow[] {
    return realmRows(this.#context);
  }

  /** What every installed module, or one, may do and why, as `module show permissions` has it. */
  permissions(typed?: string): PermissionRow[] {
    return permissionRows(this.#context, typed);
  }

  /** One module, as `module show NAME` has it; undefined when it is not loaded. */
  detail(typed: string): ModuleDetail | undefined {
    return moduleDetail(this.#context, baseName(typed));
  }

  /** Names that `module load` may complete: all that do not run. */
  loadable(): string[] {
    const { catalog } = this.#context;
    try {
      catalog.refresh();
    } catch {
      // Completion is no place to complain; the command itself will.
    }
    return catalog.entries().map(({ manifest }) => manifest.name)
      .filter((name) => findInstance(this.#context, name)?.state !== "running");
  }

  /** Names that `module unload` may complete: running and unused. */
  unloadable(): string[] {
    return this.#running().filter(({ users }) => users.count === 0).map(({ name }) => name).sort();
  }

  /** Names that `module reload` may complete: running, with a reload function. */
  reloadable(): string[] {
    return this.#running().filter(({ imported }) => imported?.has.reload).map(({ name }) => name).sort();
  }

  /**
   * Stops everything. Safe to call twice.
   *
   * @param how `gracefully` unloads every module, latest started first, each with its deadline; `now` only ends the
   *   realms, as Asterisk's `core stop now` unloads nothing
   */
  async shutdown(how: "now" | "gracefully"): Promise<void> {
    this.#context.stopping = true;
    clearInterval(this.#heartbeat);
    this.#context.supervisor.end();
    const end = () => this.#context.pool.end(new HostError("realm-ended", "The program is stopping"));
    if (how === "now") return end();
    await (this.#stopping ??= this.#stopGracefully().finally(end));
  }

  /** Stops all modules; when their time is over, whoever is left is not waited for. */
  async #stopGracefully(): Promise<void> {
    const milliseconds = stopAllTime(this.#context);
    let over = false;
    const stop = this.#turn.run(() => stopAll(this.#context, () => over), { whole: true });
    try {
      await withDeadline(stop, milliseconds, "the stop of all modules");
    } catch (error) {
      over = true;
      const left = this.#left().map(({ name }) => name).join(", ");
      this.#context.log.warning(`Modules are not waited for any longer: ${messageOf(error)}: ${left}`);
    }
  }

  /** What runs, or is about to start or stop. */
  #left(): Instance[] {
    return [...this.#context.instances.values()].filter(({ state }) => /^(running|starting|stopping)$/.test(state));
  }

  #running(): Instance[] {
    return [...this.#context.instances.values()].filter(({ state }) => state === "running");
  }

  #beat(interval: number): void {
    this.#heartbeat = setInterval(() => void this.#context.pool.heartbeat(), interval);
  }

  /** Stops what nothing keeps running, once for all who ask before its turn has come. */
  #reap(): void {
    if (this.#reaping) return;
    this.#reaping = true;
    void this.#turn.run(() => {
      this.#reaping = false;
      return reapIdle(this.#context);
    });
  }

  /** Starts a module for one that needs it now; see {@linkcode Context.startFor}. */
  async #startFor(name: string, failed: readonly string[] = []): Promise<Instance | undefined> {
    const { lines } = await startWanted(this.#context, [{ name, required: false, preload: false }], {
      mode: "runtime",
      failed,
    });
    const log = this.#context.logOf(baseName(name)).child({ area: "loader" });
    for (const line of lines) log.error(line, { multiline: true });
    const instance = findInstance(this.#context, name);
    return instance?.state === "running" ? instance : undefined;
  }

  /** A realm has ended; what follows from that waits for its turn. */
  #realmEnded(realm: Realm, reason: HostError): void {
    if (this.#context.stopping || !realmEnded(this.#context, realm, reason)) return;
    this.#context.recoverLater();
  }

  /** A module has changed its state; what the supervisor decides waits until it is known what is started anyway. */
  #stateChanged(change: StateChange): void {
    const { links, supervisor } = this.#context;
    const instance = change.from === "running" ? findInstance(this.#context, change.module) : undefined;
    if (instance !== undefined) links.closeOf(instance);
    if (!supervisor.changed(change)) return;
    void this.#turn.run(() => {
      supervisor.settle((name) => {
        const instance = findInstance(this.#context, name);
        const gone = instance?.state !== "failed" || this.#context.lost.has(nameKey(name));
        return gone ? undefined : { admin: instance.users.admin };
      });
      return Promise.resolve();
    });
  }
}

/** Whether a start will most likely need a Worker without permissions. */
function expectsWorker({ autoload, lines, defaultRealm }: Policy): boolean {
  return (autoload || lines.length > 0) && defaultRealm !== "process";
}
