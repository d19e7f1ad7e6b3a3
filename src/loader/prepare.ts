import { HostError, messageOf, printable } from "../fault/mod.ts";
import { checksumOf, type Manifest, nameKey } from "../manifest/mod.ts";
import { describeRefused, type PlanStep } from "../plan/mod.ts";
import { type GrantDecision, grantingLines, showPermissions } from "../policy/mod.ts";
import { DENO_KINDS, EVERYTHING, kindWord, NODE_BUILTINS, withoutNameRights } from "../permission/mod.ts";
import type { ImportOutcome, Realm, RealmKind } from "../realm/mod.ts";
import { scanModule } from "../scan/mod.ts";
import { type Context, learningOf } from "./context.ts";
import { grantOf } from "./grant.ts";
import { Instance } from "./instance.ts";
import { limitsFor, realmLimits } from "./limits.ts";

/**
 * Takes the modules of a plan as far as `loaded`:
 *
 * 1. licence and permissions are decided, from the manifest alone; asked but not granted declines, with the lines that
 *    would grant it
 * 2. each is admitted to a realm; the Workers start while the files are read
 * 3. the file is read once and checked against its checksum; what its text imports is checked
 * 4. the text that was checked is imported in its realm
 *
 * A module that does not come that far is left `declined` or `failed` with its reason. Nothing is thrown.
 */
export async function prepareAll(context: Context, steps: readonly PlanStep[]): Promise<void> {
  const instances = steps.map((step) => admit(context, step));
  // One after the other: a scan that needs the parser shares the thread with the console.
  const verified: (string | undefined)[] = [];
  for (const instance of instances) verified.push(await verify(context, instance));
  const byRealm = new Map<Realm, { instance: Instance; source: string }[]>();
  verified.forEach((source, index) => {
    const instance = instances[index] as Instance;
    if (source === undefined || instance.realm === undefined) return;
    const list = byRealm.get(instance.realm);
    if (list === undefined) byRealm.set(instance.realm, [{ instance, source }]);
    else list.push({ instance, source });
  });
  await Promise.all([...byRealm].map(([realm, group]) => importGroup(context, realm, group)));
}

/** An instance for a step, known by its name from now on. */
export function makeInstance(context: Context, step: PlanStep): Instance {
  const instance = new Instance(step, (change) => context.stateChanged?.(change));
  context.instances.set(nameKey(step.name), instance);
  return instance;
}

/** Decides licence and permissions, and gives the module its realm. One that does not come that far says why. */
export function admit(context: Context, step: PlanStep): Instance {
  const instance = makeInstance(context, step);
  try {
    checkLicense(context, instance);
  } catch (error) {
    refuseUnfit(context, instance, messageOf(error));
    return instance;
  }
  tellRefused(context, instance);
  try {
    grant(context, instance);
    enterRealm(context, instance);
  } catch (error) {
    refuse(context, instance, messageOf(error));
  }
  return instance;
}

/** Names that its manifest says it provides and that are another's: the rest of it loads. */
function tellRefused({ names, policy, log }: Context, { name }: Instance): void {
  const refused = names.owners.refused.get(nameKey(name));
  if (refused !== undefined) log.warning(describeRefused(name, refused, { policy }), { multiline: true });
}

/** A module that is not as it should be, whoever loads it. */
function refuseUnfit(context: Context, instance: Instance, reason: string): void {
  instance.unfit = true;
  refuse(context, instance, reason);
}

/** Asterisk's last word on a module that may not be loaded, and before it what is wrong. */
function refuse(context: Context, instance: Instance, reason: string): void {
  const { name } = instance;
  instance.faults.push(`Module '${name}' cannot be opened: ${reason}`, `Module '${name}' could not be loaded.`);
  leave(context, instance, { state: "declined", reason });
}

/** A module that its realm does not take. */
export function cannotImport(context: Context, instance: Instance, fault: string): void {
  instance.faults.push(`Error loading module '${instance.name}': ${fault}`);
  leave(context, instance, { state: "failed", reason: `it cannot be imported: ${fault}` });
}

/** A file that is no module. */
function unregistered(context: Context, instance: Instance, fault: string): void {
  const { name, faults } = instance;
  const reason = fault.replace(/^Error: /, "");
  faults.push(`Module '${name}' cannot be opened: ${reason}`, `Module '${name}' did not register itself during load`);
  instance.unfit = true;
  leave(context, instance, { state: "failed", reason });
}

function checkLicense({ options }: Context, { name, manifest: { license }, faults }: Instance): void {
  if (options.licenses.includes(license)) return;
  faults.push(
    license === ""
      ? `Module '${name}' does not provide a license key.`
      : `Module '${name}' did not provide a valid license key.`,
  );
  const what = license === "" ? "has no license" : `has the license "${license}", which is not accepted`;
  throw new HostError("permission", `it ${what}: licenses in asterism.conf names those that are accepted`);
}

function grant(context: Context, instance: Instance): void {
  const { manifest } = instance;
  const decision = grantOf(context, manifest);
  instance.grant = decision;
  const [cut] = decision.cut;
  if (cut !== undefined) {
    const [denied, allowed] = [cut.denied, cut.allowed].map((line) => `${kindWord(line)}=${line.value}`);
    throw new HostError(
      "permission",
      `${denied} takes a part of ${allowed}, and no realm can have the rest: grant less`,
    );
  }
  if (decision.missing.length > 0) {
    const lines = grantingLines(context.policy, manifest.name, decision.missing).map((line) => `\n    ${line}`).join(
      "",
    );
    throw new HostError(
      "permission",
      `it asks for permissions that are not granted; ${context.policy.file} would grant them with${lines}`,
    );
  }
  const [link] = context.linksOut(decision.effective);
  if (link !== undefined) {
    throw new HostError(
      "permission",
      `${link.kind}=${link.value} has a link that leads out of it: ${link.link} is ${link.target}; remove it or grant that, too`,
    );
  }
  const lacking = context.programLacks(decision.effective);
  if (lacking.length > 0) {
    const list = lacking.map(({ kind, value }) => `${kind}=${value}`).join(" ");
    throw new HostError(
      "permission",
      `the program itself was not granted ${list}: start it with --allow-${lacking[0]?.kind}`,
    );
  }
}

/** @throws {HostError} when the realm cannot be started */
function enterRealm(context: Context, instance: Instance): void {
  const { name, manifest, grant } = instance;
  if (grant === undefined) return;
  instance.realm = context.pool.admit(name, {
    kind: realmKind(context, manifest, grant),
    permissions: withoutNameRights(grant.effective),
    limits: realmLimits(context, name),
    learning: learningOf(context, instance) !== undefined,
  });
}

/** The kind of realm that a module runs in: the administrator's choice, unless it must not have neighbors. */
export function realmKind(
  { policy, supervisor }: Context,
  { name, blockUnload }: Manifest,
  grant: GrantDecision | undefined,
): RealmKind {
  const chosen = policy.realms.get(nameKey(name)) ?? policy.defaultRealm;
  if (chosen !== "shared") return chosen;
  // One that was in a realm which ended without anybody knowing through whom is watched alone. What was granted must end
  // when the module does, and only the end of a realm takes it from code that goes on; so must code that asks to stay.
  const alone = supervisor.splitFrom(name) !== undefined || blockUnload !== undefined || hasPowers(grant);
  return alone ? "dedicated" : "shared";
}

/** Whether a module was granted anything of the system. */
function hasPowers(grant: GrantDecision | undefined): boolean {
  return grant !== undefined && [...DENO_KINDS, "node" as const].some((kind) => grant.effective[kind].length > 0);
}

/** The text of a module's file that was checked; nothing when it may not run, which says why. */
export async function verify(context: Context, instance: Instance): Promise<string | undefined> {
  if (instance.state !== "installed") return undefined;
  let text: string;
  try {
    text = readVerified(context, instance);
  } catch (error) {
    refuseUnfit(context, instance, messageOf(error));
    return undefined;
  }
  try {
    const granted = instance.grant?.effective.node ?? [];
    const builtins = granted.includes(EVERYTHING) ? NODE_BUILTINS : granted;
    return await scanModule(text, {
      name: instance.name,
      builtins,
      grantable: NODE_BUILTINS,
      lacked: (builtin) => learningOf(context, instance)?.lacked({ kind: "node", value: builtin }),
    });
  } catch (error) {
    // The realm may have ended meanwhile, and its modules with it.
    if (instance.state === "installed") cannotImport(context, instance, messageOf(error));
    return undefined;
  }
}

/** @throws {HostError} when the file cannot be read or is not the one that the manifest describes */
function readVerified(context: Context, { manifest, entry }: Instance): string {
  const { path, bytes } = entry.source.module(manifest.name);
  if (manifest.checksum === undefined) {
    context.log.warning(`Module '${manifest.name}' has no checksum in ${manifest.file}: its file is not verified`);
  } else {
    const actual = checksumOf(bytes);
    if (actual !== manifest.checksum) {
      throw new HostError(
        "checksum",
        `${path} is not the file that ${manifest.file} describes: the manifest has ${manifest.checksum}, the file ${actual}`,
      );
    }
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

async function importGroup(
  context: Context,
  realm: Realm,
  group: readonly { instance: Instance; source: string }[],
): Promise<void> {
  const waiting = new Map(group.map((member) => [member.instance.name, member]));
  const requests = group.map(({ instance: { name }, source }) => ({ name, source, generation: ++context.generation }));
  context.importing.add(realm);
  try {
    await realm.importAll(requests, {
      deadline: (name) => limitsFor(context, name).load,
      onOutcome(name, outcome) {
        const member = waiting.get(name);
        waiting.delete(name);
        if (member !== undefined) settle(context, member.instance, outcome);
      },
    });
  } catch (error) {
    // The culprit has its outcome; the others move to a new realm. Each round has one fewer, so this ends.
    if (waiting.size === group.length) {
      for (const { instance } of waiting.values()) cannotImport(context, instance, messageOf(error));
      return;
    }
    try {
      await importAgain(context, [...waiting.values()]);
    } catch (fault) {
      for (const { instance } of waiting.values()) {
        if (instance.state === "installed") cannotImport(context, instance, messageOf(fault));
      }
    }
  } finally {
    context.importing.delete(realm);
  }
}

async function importAgain(context: Context, group: readonly { instance: Instance; source: string }[]): Promise<void> {
  for (const { instance } of group) enterRealm(context, instance);
  const realm = group[0]?.instance.realm;
  if (realm !== undefined) await importGroup(context, realm, group);
}

/** An import has ended. */
export function settle(context: Context, instance: Instance, outcome: ImportOutcome): void {
  const { name, manifest } = instance;
  if ("fault" in outcome) {
    if (/^Error: it has no default export /.test(outcome.fault)) return unregistered(context, instance, outcome.fault);
    return cannotImport(context, instance, printable(outcome.fault));
  }
  const { license, description } = outcome.module;
  if (description === "") {
    instance.faults.push(`Module '${name}' does not provide a description.`);
    return refuseUnfit(context, instance, "it has no description");
  }
  if (license !== manifest.license || description !== manifest.description) {
    const [what, told, inManifest] = license !== manifest.license
      ? ["license", license, manifest.license]
      : ["description", description, manifest.description];
    const inFile = printable(told);
    const reason = `its ${what} is "${inFile}" but ${manifest.file} says "${inManifest}": generate the manifest again`;
    return refuseUnfit(context, instance, reason);
  }
  instance.imported = outcome.module;
  instance.transition("loaded");
  context.log.debug(
    1,
    `${name} imported in realm ${instance.realm?.label} with permissions ${
      showPermissions(instance.grant?.effective ?? instance.realm!.permissions)
    }`,
  );
}

/** Takes a module that goes no further out of its realm. */
export function leave(
  { pool }: Context,
  instance: Instance,
  { state, reason }: { state: "declined" | "failed"; reason: string },
): void {
  instance.transition(state, reason);
  instance.handle?.close();
  if (instance.realm !== undefined) pool.dismiss(instance.name, instance.realm);
}
