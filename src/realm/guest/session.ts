import { RpcPromise, RpcSession, RpcStub, RpcTarget } from "capnweb";
import { utf8Length } from "../meter.ts";
import { ModuleMeters } from "../module_meters.ts";
import { PortTransport } from "../transport.ts";
import { goesOn, IMPORTS_PER_NOTICE, MAX_LOG_LENGTH } from "../wire.ts";
import type {
  GuestHealth,
  GuestMain,
  HostNotice,
  ImportedModule,
  ImportOutcome,
  ImportRequest,
  LinkInit,
  RealmInit,
  RealmMain,
  RealmNotice,
  RunResult,
  StartRequest,
  WireLog,
} from "../wire.ts";
import { closeRealm, listen, onUncaught, storePlace } from "./harden.ts";
import { CallingEnd, LINK_CLASSES, type LinkCounts, ServingEnd } from "./direct_link.ts";
import { GUEST_CLASSES, GuestHost } from "./guest_host.ts";
import type { HandleStub } from "./handle_stub.ts";
import { countFiles, limitFiles } from "./files.ts";
import { onDenied } from "./learn.ts";
import { describeThrown, importFault, moduleOfStack } from "./thrown.ts";
import { memory } from "./usage.ts";
import { boundedLine, captureConsole } from "./guest_log.ts";

/** A module inside this realm. */
interface GuestModule {
  // deno-lint-ignore no-explicit-any -- whatever the module exports; its shape is checked on import
  definition: any;
  host: GuestHost | undefined;
  /** Which loading of the module it is. */
  generation: number;
}

/** In place of an outcome that nobody waits for any more. */
const SKIPPED = Symbol("skipped");

const RUNNABLE = ["load", "reload", "unload"] as const;

/** The realm's side of the session: imports modules from verified text and runs their functions. */
class Guest extends RpcTarget implements GuestMain {
  readonly #modules = new Map<string, GuestModule>();
  readonly #links = new Map<number, ServingEnd | CallingEnd>();
  readonly #counts: LinkCounts = { calls: 0, served: 0 };
  #skip: () => void = () => {};

  async #importAll(requests: readonly ImportRequest[]): Promise<void> {
    // One after the other: when one hangs, the host knows which.
    let outcomes: [string, ImportOutcome][] = [];
    const flush = () => {
      if (outcomes.length > 0) wire?.transport.notify(["imported", outcomes] satisfies RealmNotice);
      outcomes = [];
    };
    for (const [place, request] of requests.entries()) {
      if (wire !== undefined) storePlace(wire.place, 0, place);
      const outcome = await this.#unlessSkipped(this.#import(request));
      // The host has settled a skipped one itself; told late, it would be taken for its next try.
      if (outcome !== SKIPPED) outcomes.push([request.name, outcome]);
      if (outcomes.length >= IMPORTS_PER_NOTICE) flush();
    }
    flush();
  }

  async #start(request: StartRequest): Promise<void> {
    const { name, state } = request;
    if (wire !== undefined) storePlace(wire.place, 0, 0);
    const outcome = await this.#unlessSkipped(this.#import(request));
    if (outcome === SKIPPED) return;
    wire?.transport.notify(["imported", [[name, outcome]]] satisfies RealmNotice);
    if (!goesOn(outcome, request)) return;
    if (wire !== undefined) storePlace(wire.place, 0, 1);
    await this.#loadAll([name], state === undefined ? {} : { [name]: state });
  }

  async #loadAll(names: readonly string[], states: Readonly<Record<string, string>>): Promise<void> {
    for (const name of names) {
      const outcome = await this.#unlessSkipped(
        this.#load(name, Object.hasOwn(states, name) ? states[name] : undefined),
      );
      if (outcome === SKIPPED) return;
      wire?.transport.notify(["loaded", name, outcome] satisfies RealmNotice);
      if (!("result" in outcome) || outcome.result !== 0) return;
    }
  }

  /** What is under way, or the mark that the host has given it up. */
  #unlessSkipped<T>(underWay: Promise<T>): Promise<T | typeof SKIPPED> {
    const { promise, resolve } = Promise.withResolvers<typeof SKIPPED>();
    this.#skip = () => resolve(SKIPPED);
    return Promise.race([underWay, promise]);
  }

  async #import(request: ImportRequest): Promise<ImportOutcome> {
    const { name, source, generation } = request;
    // The last pragma wins: stacks name the module instead of quoting its whole text, and a new generation is new code.
    const text = `${source}\n//# sourceURL=asterism:${name}.js?${generation}`;
    try {
      const namespace = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`);
      const module = describeDefinition(namespace.default);
      // One that hung may finish after the host has given it up and loaded the module anew.
      const newest = this.#modules.get(name)?.generation ?? 0;
      if (generation > newest) this.#modules.set(name, { definition: namespace.default, host: undefined, generation });
      return { module };
    } catch (error) {
      return { fault: importFault(describeThrown(error), name) };
    }
  }

  #load(name: string, state: string | undefined): Promise<RunResult> {
    const module = this.#find(name);
    const host = new GuestHost({
      name,
      directories: wire?.directories ?? {},
      report,
      open: () => openHandle(name),
      link: (id) => this.#callingEnd(id),
    });
    module.host = host;
    return run(async () => {
      const result = await module.definition.load(host, state === undefined ? undefined : JSON.parse(state));
      await host.settled();
      return result;
    });
  }

  reload(name: string): Promise<RunResult> {
    const { definition, host } = this.#find(name);
    return run(() => definition.reload(host));
  }

  unload(name: string): Promise<RunResult> {
    const { definition, host } = this.#find(name);
    return run(() => definition.unload?.(host));
  }

  /** Something that the host says without waiting for an answer. */
  told(notice: HostNotice): void {
    if (notice[0] === "import") void this.#importAll(notice[1]);
    else if (notice[0] === "load") void this.#loadAll(notice[1], notice[2]);
    else if (notice[0] === "start") void this.#start(notice[1]);
    else if (notice[0] === "skip") this.#skip();
    else if (notice[0] === "unlink") this.#unlink(notice[1]);
    else this.#forget(notice[1]);
  }

  #unlink(id: number): void {
    this.#links.get(id)?.close();
    this.#links.delete(id);
  }

  /** One end of a direct link. */
  link(init: LinkInit, port: MessagePort): void {
    const exceeded = (message: string) =>
      report({ module: init.serves ? init.module : "", level: "warning", verbosity: 0, message });
    const methods = init.serves ? this.#modules.get(init.module)?.host?.methodsOf(init.service) : undefined;
    const end = init.serves
      ? new ServingEnd(port, { methods: methods ?? {}, counts: this.#counts, exceeded }, init)
      : new CallingEnd(port, init, exceeded);
    this.#links.set(init.id, end);
  }

  #callingEnd(id: number): CallingEnd | undefined {
    const end = this.#links.get(id);
    return end instanceof CallingEnd ? end : undefined;
  }

  #forget(name: string): void {
    this.#modules.get(name)?.host?.close();
    this.#modules.delete(name);
  }

  ping(): Promise<GuestHealth> {
    return Promise.resolve({ ...memory(), ...this.#counts, ...countFiles() });
  }

  refused(why: string): Promise<never> {
    return Promise.reject(new Error(String(why)));
  }

  #find(name: string): GuestModule {
    const module = this.#modules.get(name);
    if (module === undefined) throw new Error(`Cannot run "${name}": it is not in this realm`);
    return module;
  }
}

function describeDefinition(definition: unknown): ImportedModule {
  if (typeof definition !== "object" || definition === null) {
    throw new Error('it has no default export made by defineModule: write "export default defineModule({ … })"');
  }
  const { license, description } = definition as Record<string, unknown>;
  const functions = RUNNABLE.map((name) => [name, typeof (definition as Record<string, unknown>)[name] === "function"]);
  return {
    license: typeof license === "string" ? license : "",
    description: typeof description === "string" ? description : "",
    has: Object.fromEntries(functions),
  };
}

/** Runs a function of a module; whatever it throws becomes text. Nothing and 0 both mean success. */
async function run(fn: () => unknown): Promise<RunResult> {
  try {
    const result = await fn();
    if (result === undefined) return { result: 0 };
    if (Number.isFinite(result)) return { result: result as number };
    const returned = typeof result === "number" ? String(result) : `a ${typeof result}`;
    return { thrown: `it returned ${returned} instead of a number` };
  } catch (error) {
    return { thrown: describeThrown(error) };
  }
}

/** The way to the host, once the private port is there. */
let wire: {
  transport: PortTransport;
  main: RpcStub<RealmMain>;
  meters: ModuleMeters;
  directories: Record<string, string>;
  place: Int32Array<SharedArrayBuffer>;
} | undefined;

const { now } = Date;

function report(said: WireLog): void {
  if (wire === undefined) return;
  const line = boundedLine(said);
  const { module, message } = line;
  if (wire.meters.take(module, now(), utf8Length(message)).verdict === "pass") return tell(line);
  if (dropped.size === 0) setTimeout(tellDropped, DROPPED_AFTER);
  dropped.set(module, (dropped.get(module) ?? 0) + 1);
}

/** How long after the first line that is dropped it is told how many were, in milliseconds: that second is over then. */
const DROPPED_AFTER = 1_000;
/** How many lines were dropped and have not been told of, by module. */
const dropped = new Map<string, number>();

function tellDropped(): void {
  for (const [module, count] of dropped) {
    const message = `${count} lines were dropped: too many in a second`;
    tell({ module, level: "warning", verbosity: 0, message });
  }
  dropped.clear();
  wire?.meters.sweep(now());
}

function tell(line: WireLog): void {
  try {
    wire?.transport.notify(["log", line] satisfies RealmNotice);
  } catch {
    // The session is over; so is this realm.
  }
}

/** The capability object of a module; calls on it need not wait for it. */
function openHandle(name: string): HandleStub {
  if (wire === undefined) throw new Error("the host is not there yet");
  return wire.main.handle(name) as unknown as HandleStub;
}

function reportUncaught(what: string, thrown: unknown): void {
  report({
    module: moduleOfStack(thrown),
    level: "error",
    verbosity: 0,
    message: `${what}: ${describeThrown(thrown)}`,
  });
}

onUncaught((thrown) => reportUncaught("Uncaught error", thrown));
listen("error", (event) => {
  event.preventDefault();
  reportUncaught("Uncaught error", (event as ErrorEvent).error);
});
listen("unhandledrejection", (event) => {
  event.preventDefault();
  reportUncaught("Unhandled rejection", (event as PromiseRejectionEvent).reason);
});
captureConsole(report);

listen("message", (event) => {
  const { data, ports: [port] } = event as MessageEvent<RealmInit>;
  // Any later one is an event that a module made.
  if (wire !== undefined) return;
  if (port === undefined) return closeRealm();
  limitFiles(data.limits.files);
  const guest = new Guest();
  const transport = new PortTransport(port, {
    fault: closeRealm,
    aborting: ({ message }) => transport.notify(["broken", message.slice(0, MAX_LOG_LENGTH)] satisfies RealmNotice),
    notice: (notice) => guest.told(notice as HostNotice),
    link: (init, port) => guest.link(init, port),
  });
  const meters = new ModuleMeters(data.limits);
  const session = new RpcSession<RealmMain>(transport, guest);
  const main = session.getRemoteMain() as unknown as RpcStub<RealmMain>;
  wire = { transport, main, meters, directories: data.directories, place: data.place };
  transport.notify(["up"] satisfies RealmNotice);
  onDenied((message) => transport.notify(["denied", message.slice(0, MAX_LOG_LENGTH)] satisfies RealmNotice));
});

/** Classes whose instances modules are given: to be locked. */
export const SHARED: readonly object[] = [
  ...GUEST_CLASSES,
  ...LINK_CLASSES,
  RpcPromise,
  RpcSession,
  RpcStub,
  RpcTarget,
];
