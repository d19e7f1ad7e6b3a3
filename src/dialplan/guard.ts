import { HostError } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { CallLocation } from "../module_api/mod.ts";
import type { HostCall } from "./call.ts";
import type { Context } from "./context.ts";
import {
  type Acting,
  actingFor,
  actingTogether,
  type Asking,
  decideRights,
  type Doer,
  refusalOf,
  type Rights,
  type Thing,
} from "./rights.ts";
import type { DialplanTable } from "./table.ts";
import { Told } from "./told.ts";

/** What a guard stands on. */
export interface GuardOptions {
  /** What modules may do. */
  readonly rights: Rights;
  /** Whose contexts are. */
  readonly table: Pick<DialplanTable, "context">;
  /** Where lines about a module go. */
  readonly logOf: (module: string) => Logger;
}

/** Holds calls to the rights of those whose steps they run: asks {@linkcode decideRights} and says what was refused. */
export class Guard {
  readonly #in: GuardOptions;
  readonly #told = new Told();

  /** A guard over contexts. */
  constructor(options: GuardOptions) {
    this.#in = options;
  }

  /** Where lines about a module go. */
  logOf(module: string): Logger {
    return this.#in.logOf(module);
  }

  /** On whose rights steps of a module run. */
  actingFor(module: string): Acting {
    return actingFor(module, this.#in.rights);
  }

  /** Whether what a module adds is the administrator's. */
  isAdministrators(module: string): boolean {
    return this.#in.rights.isAdministrators(module);
  }

  /** On whose rights it is done; nothing, and one warning, when it may not be. */
  allow(asking: Asking): Acting | undefined {
    const decision = decideRights(asking, this.#in.rights);
    if ("acting" in decision) return decision.acting;
    this.#tell(decision.refused, asking.thing);
    return undefined;
  }

  /**
   * As {@linkcode Guard.allow}, for who can be told.
   *
   * @throws {HostError} with code `permission`
   */
  demand(asking: Asking): Acting {
    const decision = decideRights(asking, this.#in.rights);
    if ("acting" in decision) return decision.acting;
    this.#tell(decision.refused, asking.thing);
    throw new HostError("permission", answerTo(asking, decision.refused));
  }

  /** Whether steps of a module may use a thing; says nothing. */
  mayUse(module: string, thing: Thing): boolean {
    return "acting" in decideRights({ acting: this.actingFor(module), thing }, this.#in.rights);
  }

  /** Whether somebody may look into a context, the one that the call is in aside. */
  maySee(call: HostCall, doer: Doer, context: string): boolean {
    if (context === call.place.context) return true;
    const owner = this.#in.table.context(context)?.registrar;
    return owner === undefined ||
      this.allow({ ...doer, thing: { type: "dialplan", name: context }, owner }) !== undefined;
  }

  /**
   * On whose rights a call of a module begins in a context.
   *
   * @throws {HostError} with code `permission` when it may not
   */
  begin(module: string, context: string): Acting {
    const acting = this.actingFor(module);
    const owner = this.#in.table.context(context)?.registrar;
    return owner === undefined ? acting : this.demand({ acting, thing: { type: "dialplan", name: context }, owner });
  }

  /**
   * Sends a call elsewhere: within its context, into one that who sends it may enter, or back to where a step of
   * somebody else sent it from.
   *
   * @throws {HostError} with code `permission` when it is none of these; the call stays where it is
   */
  move(call: HostCall, doer: Doer, to: CallLocation): void {
    const { context } = call.place;
    if (to.context === context) return call.arrive(to, call.by);
    const owner = this.#in.table.context(to.context)?.registrar;
    if (owner === undefined) return call.arrive(to, everybody(doer));
    const way = call.wayBack(to);
    const asking: Asking = { ...doer, thing: { type: "dialplan", name: to.context }, owner };
    const by = (way === undefined ? undefined : this.#quietly(asking) ?? way) ?? this.demand(asking);
    if (owner !== this.#in.table.context(context)?.registrar) call.keepWayBack();
    call.arrive(to, by);
  }

  /**
   * Whether a call may be where it is, by who sent it there: a context may have come there, or have become another's,
   * since. Says why not.
   */
  mayStay({ place: { context }, by }: HostCall): boolean {
    if (by.length === 0) return true;
    const owner = this.#in.table.context(context)?.registrar;
    return owner === undefined ||
      this.allow({ acting: by, thing: { type: "dialplan", name: context }, owner }) !== undefined;
  }

  /** Whether a context takes in what another has. */
  mayInclude({ registrar }: Pick<Context, "registrar">, include: string): boolean {
    const owner = this.#in.table.context(include)?.registrar;
    if (owner === undefined || owner === registrar) return true;
    const acting = this.actingFor(registrar);
    return acting.length === 0 ||
      this.allow({ acting, thing: { type: "dialplan", name: include }, owner }) !== undefined;
  }

  /** The module is gone. */
  forget(module: string): void {
    this.#told.forget(module);
  }

  #quietly(asking: Asking): Acting | undefined {
    const decision = decideRights(asking, this.#in.rights);
    return "acting" in decision ? decision.acting : undefined;
  }

  #tell(module: string, thing: Thing): void {
    const { type, name } = thing;
    if (!this.#told.first(module, `${type}=${type === "dialplan" ? name : name.toLowerCase()}`)) return;
    this.#in.logOf(module).warning(refusalOf(module, thing));
  }
}

/** What a module is told: whose the step is, is the operator's to know. */
function answerTo({ module, acting, thing }: Asking, refused: string): string {
  if (refused === (module ?? acting[0])) return refusalOf(refused, thing);
  const { type, name } = thing;
  const what = type === "dialplan" ? "enter context" : `use ${type}`;
  return `Cannot ${what} "${name.slice(0, 80)}": the step for which that is to be done has no right to it`;
}

/** All that answer for what is done: when a place comes to be that was not there, each must be allowed to be in it. */
function everybody({ acting, module }: Doer): Acting {
  return module === undefined ? acting : actingTogether([acting, [module]]);
}
