import type { HostAdmin, HostEvent, LogLine, ModuleOverview } from "asterism";

/** A module of which everything is known. */
export const DETAIL: ModuleOverview = {
  name: "res_http",
  description: "HTTP Server",
  supportLevel: "core",
  state: "running",
  reason: "",
  realm: "shared/1",
  asked: "net=127.0.0.1 host=modules",
  granted: "net=127.0.0.1:8088 host=modules",
  effective: "net=127.0.0.1:8088 host=modules",
  users: ["cdr_custom"],
  uses: [],
  activity: {
    calls: 4,
    failures: 1,
    seconds: 0.5,
    starts: 2,
    buckets: [{ limit: 0.001, count: 2 }, { limit: 0.01, count: 1 }],
  },
};

/** An administration in memory. Tests change `modules` and `lines`, and call `tell`. */
export class FakeAdmin {
  details: ModuleOverview[] = [DETAIL];
  lines: LogLine[] = [];
  /** What was done to modules, such as `load x`. */
  readonly done: string[] = [];
  #listener: (event: HostEvent) => void = () => {};

  /** Tells whoever listens. */
  tell(event: HostEvent): void {
    this.#listener(event);
  }

  /** What a module is given. */
  get admin(): Partial<HostAdmin> {
    const does = (action: string) => (module: string) => {
      this.done.push(`${action} ${module}`);
      return Promise.resolve(module !== "stuck");
    };
    return {
      status: () => Promise.resolve({ version: "1.2.3", startedAt: 0, reloadedAt: 0, booted: true, processedCalls: 7 }),
      modules: () => Promise.resolve(this.details),
      realms: () => Promise.resolve([{ realm: "shared/1", modules: ["res_http"], memory: 2 * 1024 * 1024 }]),
      logTail: (after = 0) => Promise.resolve(this.lines.filter(({ number }) => number > after)),
      onEvent: (listener) => {
        this.#listener = listener;
        return Promise.resolve({ release: () => Promise.resolve(), [Symbol.dispose]: () => {} });
      },
      load: does("load"),
      unload: does("unload"),
      refresh: does("refresh"),
      reload: (module) => does("reload")(module).then((ok) => ok ? "success" : "error"),
    };
  }
}

/** One for tests that change nothing. */
export const ADMIN: Partial<HostAdmin> = new FakeAdmin().admin;
