import { RpcSession, type RpcStub, RpcTarget } from "capnweb";
import { PortTransport } from "../transport.ts";
import type {
  GuestMain,
  ImportedModule,
  ImportOutcome,
  ImportRequest,
  LoadRequest,
  RealmMain,
  RunResult,
  WireLog,
} from "../wire.ts";
import { closeRealm } from "./harden.ts";
import { GuestHost, type HandleStub } from "./guest_host.ts";
import { describeThrown, moduleOfStack, withoutDataUrls } from "./thrown.ts";
import { captureConsole, sendLog } from "./guest_log.ts";

/** A module inside this realm. */
interface GuestModule {
  // deno-lint-ignore no-explicit-any -- whatever the module exports; its shape is checked on import
  definition: any;
  host: GuestHost | undefined;
}

const RUNNABLE = ["load", "reload", "unload"] as const;

/** The realm's side of the session: imports modules from verified text and runs their functions. */
class Guest extends RpcTarget implements GuestMain {
  readonly #modules = new Map<string, GuestModule>();
  #skip: () => void = () => {};

  async importAll(requests: ImportRequest[]): Promise<void> {
    // One after the other: when one hangs, the host knows which.
    for (const request of requests) {
      const outcome = await this.#unlessSkipped<ImportOutcome>(this.#import(request), { fault: "skipped" });
      tell(main?.imported(request.name, outcome));
    }
  }

  async loadAll(requests: LoadRequest[]): Promise<void> {
    // The stubs in the arguments last as long as this call; a module keeps its own.
    for (const { name, handle, directories } of requests) {
      const host = new GuestHost((handle as unknown as HandleStub).dup(), { name, directories, report });
      const outcome = await this.#unlessSkipped(this.#load(name, host), { thrown: "skipped" });
      tell(main?.loaded(name, outcome));
      if (!("result" in outcome) || outcome.result !== 0) return;
    }
  }

  skip(): Promise<void> {
    this.#skip();
    return Promise.resolve();
  }

  /** What is under way, or `skipped` when the host has given it up. */
  #unlessSkipped<T>(underWay: Promise<T>, skipped: T): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.#skip = () => resolve(skipped);
    return Promise.race([underWay, promise]);
  }

  async #import(request: ImportRequest): Promise<ImportOutcome> {
    const { name, source, generation } = request;
    // The last pragma wins: stacks name the module instead of quoting its whole text, and a new generation is new code.
    const text = `${source}\n//# sourceURL=asterism:${name}.js?${generation}`;
    try {
      const namespace = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`);
      const module = describeDefinition(namespace.default);
      this.#modules.set(name, { definition: namespace.default, host: undefined });
      return { module };
    } catch (error) {
      return { fault: withoutDataUrls(describeThrown(error), name) };
    }
  }

  #load(name: string, host: GuestHost): Promise<RunResult> {
    const module = this.#find(name);
    module.host = host;
    return run(async () => {
      const result = await module.definition.load(host);
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

  forget(name: string): Promise<void> {
    this.#modules.get(name)?.host?.close();
    this.#modules.delete(name);
    return Promise.resolve();
  }

  ping(): Promise<number> {
    return Promise.resolve(this.#modules.size);
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
    return typeof result === "number" ? { result } : { thrown: `it returned a ${typeof result} instead of a number` };
  } catch (error) {
    return { thrown: describeThrown(error) };
  }
}

/** Sends without waiting for an answer. */
function tell(sent: unknown): void {
  (sent as Disposable | undefined)?.[Symbol.dispose]();
}

let main: RpcStub<RealmMain> | undefined;

function report(line: WireLog): void {
  if (main !== undefined) sendLog(main, line);
}

function reportUncaught(what: string, thrown: unknown): void {
  report({
    module: moduleOfStack(thrown),
    level: "error",
    verbosity: 0,
    message: `${what}: ${describeThrown(thrown)}`,
  });
}

globalThis.addEventListener("error", (event) => {
  event.preventDefault();
  reportUncaught("Uncaught error", event.error);
});
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  reportUncaught("Unhandled rejection", event.reason);
});
captureConsole(report);

globalThis.addEventListener("message", (event: Event) => {
  const port = (event as MessageEvent).ports[0];
  if (port === undefined) return closeRealm();
  const transport = new PortTransport(port, closeRealm);
  const session = new RpcSession<RealmMain>(transport, new Guest());
  main = session.getRemoteMain() as unknown as RpcStub<RealmMain>;
}, { once: true });
