import { messageOf } from "../fault/mod.ts";
import { CORE } from "../registry/mod.ts";
import { type Context, findInstance, type Following } from "./context.ts";
import type { Instance } from "./instance.ts";
import type { Watch } from "./referring.ts";

/** A watch with what it holds now. */
interface Watching extends Watch {
  /** The module that is told. */
  readonly user: Instance;
  provider: string | undefined;
  hold: Disposable | undefined;
  /** One callback at a time, in the order of what happened. */
  turn: Promise<void>;
  closed: boolean;
}

/**
 * Who is told of what comes and goes. A provider that stops first tells everybody who uses it as long as it is there,
 * and waits until they have let go; it is kept from stopping by none of them.
 */
export class Watchers implements Following {
  readonly #context: Context;
  readonly #watching = new Set<Watching>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Begins to tell; at once, when it is there. Dispose the result to be told no more. */
  add(user: Instance, watch: Watch): Disposable {
    const watching: Watching = {
      ...watch,
      user,
      provider: undefined,
      hold: undefined,
      turn: Promise.resolve(),
      closed: false,
    };
    this.#watching.add(watching);
    this.#offer(watching);
    return {
      [Symbol.dispose]: () => {
        watching.closed = true;
        this.#watching.delete(watching);
        watching.hold?.[Symbol.dispose]();
      },
    };
  }

  /** Something may have come: whoever waits for it is told. */
  offer(): void {
    const find = finderOfProviders(this.#context);
    for (const watching of this.#watching) this.#offer(watching, find);
  }

  /** Whether a module is told of a thing: it can go on when the provider changes. */
  isToldOf(user: Instance, type: string, name: string): boolean {
    return [...this.#watching].some((one) =>
      one.user === user && one.type === type && one.name.toLowerCase() === name.toLowerCase()
    );
  }

  #offer(watching: Watching, find = finderOfProviders(this.#context)): void {
    if (watching.provider !== undefined || watching.closed) return;
    const found = find(watching.type, watching.name);
    if (found === undefined || found === watching.user) return;
    const provider = found === CORE ? CORE.module : (found as Instance).name;
    watching.provider = provider;
    if (found !== CORE) {
      const { user, type, name } = watching;
      watching.hold = (found as Instance).users.follow({
        module: user.name,
        what: `told that ${type}=${name} goes`,
        ask: () => this.#leave(watching, found as Instance),
      });
    }
    this.#tell(watching, () => watching.came(provider));
  }

  /** The provider stops, or has failed. */
  async #leave(watching: Watching, provider: Instance): Promise<void> {
    if (watching.provider !== provider.name) return;
    await this.#tell(watching, () => watching.gone());
    watching.hold?.[Symbol.dispose]();
    watching.hold = undefined;
    watching.provider = undefined;
    // Another may have it too.
    this.#offer(watching);
  }

  #tell(watching: Watching, callback: () => Promise<void>): Promise<void> {
    const { user, type, name } = watching;
    return watching.turn = watching.turn.then(async () => {
      if (watching.closed || (user.state !== "running" && user.state !== "starting")) return;
      try {
        await callback();
      } catch (error) {
        const log = this.#context.logOf(user.name).child({ area: "loader" });
        log.error(`Module '${user.name}' failed when told of ${type}=${name}: ${messageOf(error)}`);
      }
    });
  }
}

/**
 * Who provides a thing now: the preferred one of those who registered it, or, of what is not registered, a running
 * module whose manifest has it. {@linkcode CORE} for what the program itself provides.
 */
export function findProvider(context: Context, type: string, name: string): Instance | typeof CORE | undefined {
  return finderOfProviders(context)(type, name);
}

/** `findProvider` for many things at one moment: the manifests are walked once, when there is a need to. */
function finderOfProviders(context: Context): (type: string, name: string) => Instance | typeof CORE | undefined {
  const running = (instance: Instance | undefined) => instance?.state === "running" ? instance : undefined;
  const tables: Partial<Record<string, { get(name: string): { owner: { module: string } } | undefined }>> = context
    .registry.tables();
  let provided: Map<string, Instance> | undefined;
  return (type, name) => {
    if (type === "module") return running(findInstance(context, name));
    const table = Object.hasOwn(tables, type) ? tables[type] : undefined;
    if (table !== undefined) {
      const owner = table.get(name)?.owner;
      return owner === undefined ? undefined : owner === CORE ? CORE : running(findInstance(context, owner.module));
    }
    provided ??= providedByManifests(context);
    return provided.get(`${type}=${name.toLowerCase()}`);
  };
}

/** The first running module for everything that manifests provide, by `type=name`. */
function providedByManifests({ instances }: Context): Map<string, Instance> {
  const provided = new Map<string, Instance>();
  for (const instance of instances.values()) {
    if (instance.state !== "running") continue;
    for (const { type, name } of instance.manifest.provides) {
      const key = `${type}=${name.toLowerCase()}`;
      if (!provided.has(key)) provided.set(key, instance);
    }
  }
  return provided;
}
