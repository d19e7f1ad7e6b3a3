/**
 * On whose rights something runs: the host's when there are none, else those of these modules, each of which must be
 * allowed to do it.
 */
export type Acting = readonly string[];

/** The host's own rights: for the administrator's dialplan, the console and AMI. */
export const HOST_RIGHTS: Acting = Object.freeze([]);

/** How a module's manifest names a thing: by its name, by `*` alone, or not at all. */
export type Naming = "named" | "any" | "none";

/** Something that a step of the dialplan, or a module in its course, may need a right to. */
export interface Thing {
  /** `dialplan` is a context. */
  readonly type: "application" | "function" | "dialplan";
  /** Its name. */
  readonly name: string;
}

/** What the dialplan knows of modules. */
export interface Rights {
  /** Whether what a module adds to the dialplan is the administrator's own text. */
  isAdministrators(module: string): boolean;
  /** How `[uses]` and `[canuse]` of a module name a thing, as far as that was granted. */
  naming(module: string, thing: Thing): Naming;
}

/** Who does something in a call: a step, or an application or function that runs in its course. */
export interface Doer {
  /** On whose rights the step runs. */
  readonly acting: Acting;
  /** The module whose code asks; nothing for the step itself. */
  readonly module?: string | undefined;
}

/** What {@linkcode decideRights} has to know. */
export interface Asking extends Doer {
  /** What is to be used or entered. */
  readonly thing: Thing;
  /** Whose it is, where that gives the right: a context's module. */
  readonly owner?: string | undefined;
  /** Whether every step may use it: an application of the core's own. */
  readonly free?: boolean | undefined;
}

/** On whose rights it is done; or which module has no right to it. */
export type Decision = { readonly acting: Acting } | { readonly refused: string };

/** On whose rights steps of a module run, and calls that it begins. */
export function actingFor(module: string, rights: Pick<Rights, "isAdministrators">): Acting {
  return module === "" || rights.isAdministrators(module) ? HOST_RIGHTS : [module];
}

/**
 * Decides whether something may be done, and on whose rights it is done then.
 *
 * A step does what all modules on whose rights it runs may do; with none, everything. A module that asks in the course of
 * a step does what its manifest names on its own rights, whoever's step that is: it answers for it. What it may do only by
 * `*` it does on the rights of the step: a wildcard is for modules that do what they are told, and lends no rights.
 */
export function decideRights({ acting, module, thing, owner, free = false }: Asking, rights: Rights): Decision {
  const naming = (one: string) => one === owner ? "named" : rights.naming(one, thing);
  if (module !== undefined && !rights.isAdministrators(module)) {
    const own = naming(module);
    if (own === "named") return { acting: [module] };
    if (own === "none") return { refused: module };
  }
  const refused = free ? undefined : acting.find((one) => naming(one) === "none");
  return refused === undefined ? { acting } : { refused };
}

/** Whether a global variable may be set: a new one, one's own, and by the host every one. */
export function mayWriteGlobal(acting: Acting, owner: string | undefined): boolean {
  return owner === undefined || acting.every((one) => one === owner);
}

/** What modules do together, as when one handles a call for two steps: what each of them may do. */
export function actingTogether(all: readonly Acting[]): Acting {
  const [first = HOST_RIGHTS, ...others] = all;
  return others.every((one) => one === first) ? first : [...new Set(all.flat())];
}

/** Why a module may not use or enter something, with the lines that would allow it. */
export function refusalOf(module: string, { type, name }: Thing): string {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const line = `[uses] needs ${type} = ${shown}`;
  if (type !== "dialplan") {
    return `Cannot use ${type} "${shown}" in a step of '${module}': its manifest does not name it; ${line}`;
  }
  return `Cannot enter context "${shown}" for '${module}': it is not its own; its manifest does not name it, or that is ` +
    `not granted; ${line}, and [permissions] of modules.conf ${module} = host=use:dialplan=${shown}`;
}
