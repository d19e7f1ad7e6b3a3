import { RpcTarget } from "capnweb";
import { DIALPLAN_LIMITS, type TableLimits } from "../dialplan/mod.ts";
import { HostError } from "../fault/mod.ts";
import type { DialplanContents, DialplanContext } from "../module_api/mod.ts";
import type { DraftMethods } from "../realm/mod.ts";
import { checkContexts, checkRest } from "./dialplan_text.ts";
import type { PbxOfModule } from "./pbx_of_module.ts";

/** Options of {@linkcode DraftTarget}. */
export interface DraftOptions {
  readonly pbx: Pick<PbxOfModule, "replace">;
  /** The draft's place among what the module may have; given back when it is over. */
  readonly made: Disposable;
  /** Throws when the module has stopped. */
  open(): void;
}

/** A dialplan that comes from a realm in parts. What comes is checked here. */
export class DraftTarget extends RpcTarget implements DraftMethods {
  readonly #options: DraftOptions;
  readonly #contexts = new Map<
    string,
    { name: string; includes: string[]; priorities: DialplanContext["priorities"][0][] }
  >();
  readonly #size = { contexts: 0, steps: 0, includes: 0, characters: 0 };
  #over = false;

  /** A draft without a part. */
  constructor(options: DraftOptions) {
    super();
    this.#options = options;
  }

  part(alleged: unknown): Promise<void> {
    this.#open();
    for (const context of checkContexts(alleged)) this.#add(context);
    return Promise.resolve();
  }

  async commit(alleged: Record<string, unknown>): Promise<string[]> {
    this.#open();
    const contents: DialplanContents = { contexts: [...this.#contexts.values()], ...checkRest(alleged) };
    this.#over = true;
    try {
      return await this.#options.pbx.replace(contents);
    } finally {
      this.#end();
    }
  }

  discard(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  #open(): void {
    this.#options.open();
    if (this.#over) throw new HostError("state", "Cannot go on with the dialplan: it was handed over, or given up");
  }

  #end(): void {
    this.#over = true;
    this.#contexts.clear();
    this.#options.made[Symbol.dispose]();
  }

  #add({ name, includes, priorities }: DialplanContext): void {
    const known = this.#contexts.get(name);
    const context = known ?? { name, includes: [], priorities: [] };
    this.#count({
      contexts: known === undefined ? 1 : 0,
      steps: priorities.length,
      includes: includes.length,
      characters: name.length + sum(includes, ({ length }) => length) +
        sum(
          priorities,
          ({ extension, application, args, caller, label, file }) =>
            extension.length + application.length + args.length + (caller?.length ?? 0) + (label?.length ?? 0) +
            (file?.length ?? 0),
        ),
    });
    context.includes.push(...includes);
    context.priorities.push(...priorities);
    this.#contexts.set(name, context);
  }

  #count(more: TableLimits): void {
    for (const [kind, most] of Object.entries(DIALPLAN_LIMITS) as [keyof TableLimits, number][]) {
      this.#size[kind] += more[kind];
      if (this.#size[kind] > most) throw new HostError("limit", `Cannot take a dialplan of more than ${most} ${kind}`);
    }
  }
}

function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((all, item) => all + of(item), 0);
}
