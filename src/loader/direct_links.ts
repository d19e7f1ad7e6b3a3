import type { DirectLink } from "./handle_options.ts";
import type { Instance } from "./instance.ts";
import type { Limits } from "../policy/mod.ts";
import type { Realm } from "../realm/mod.ts";

/** What a link is to connect. */
export interface LinkRequest {
  readonly caller: Instance;
  readonly provider: Instance;
  readonly service: string;
  /** What the provider is held to. */
  readonly limits: Limits;
}

/** Every direct link. The host hands the ports out and takes them back; it does not see what passes. */
export class DirectLinks {
  readonly #open = new Map<number, LinkRequest>();
  #last = 0;

  /** Connects a module with a service; undefined where that is not possible, since one of them is in a process. */
  open(request: LinkRequest): DirectLink | undefined {
    const { caller, provider, service, limits } = request;
    if (!caller.realm?.linkable || !provider.realm?.linkable) return undefined;
    const id = ++this.#last;
    const { port1, port2 } = new MessageChannel();
    const { call, calls, message } = limits;
    const link = { id, module: provider.name, service, limits: { call, calls, message } };
    provider.realm.link({ ...link, serves: true }, port1);
    caller.realm.link({ ...link, serves: false }, port2);
    this.#open.set(id, request);
    return { id, [Symbol.dispose]: () => this.#close(id) };
  }

  /** How many there are from and to the modules of a realm. */
  countOf(realm: Realm): number {
    return [...this.#open.values()].filter(({ caller, provider }) => caller.realm === realm || provider.realm === realm)
      .length;
  }

  /** Closes every link from and to a module. */
  closeOf(module: Instance): void {
    this.#closeWhere(({ caller, provider }) => caller === module || provider === module);
  }

  /** Closes every link to one service of a module. */
  closeService(module: Instance, name: string): void {
    const key = name.toLowerCase();
    this.#closeWhere(({ provider, service }) => provider === module && service.toLowerCase() === key);
  }

  #closeWhere(applies: (link: LinkRequest) => boolean): void {
    for (const [id, link] of this.#open) if (applies(link)) this.#close(id);
  }

  #close(id: number): void {
    const link = this.#open.get(id);
    if (!this.#open.delete(id)) return;
    link?.caller.realm?.unlink(id);
    link?.provider.realm?.unlink(id);
  }
}
