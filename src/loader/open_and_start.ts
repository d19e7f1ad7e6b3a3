import { messageOf } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import type { PlanStep } from "../plan/mod.ts";
import { goesOn, type Realm, type StartRequest } from "../realm/mod.ts";
import type { Context } from "./context.ts";
import { makeHandle } from "./handle_services.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { begin, failBroken, finish, type StartMode } from "./load.ts";
import { admit, cannotImport, settle, verify } from "./prepare.ts";

/**
 * Opens a module and runs its `load`, with one message to its realm: for one that is loaded by itself, when all that it
 * uses runs. `Instance.report` then has how its `load` came out; without one it had no turn, and is as `prepareAll` would
 * have left it.
 */
export async function openAndStart(context: Context, step: PlanStep, mode: StartMode): Promise<void> {
  const instance = admit(context, step);
  const source = await verify(context, instance);
  const { realm, name, manifest: { license, description } } = instance;
  if (source === undefined || realm === undefined) return;
  const state = context.states.get(nameKey(name));
  const request = { name, source, generation: ++context.generation, license, description, state };
  context.importing.add(realm);
  try {
    await startIn(context, realm, { instance, request, mode });
  } catch (error) {
    if (instance.state === "installed") cannotImport(context, instance, messageOf(error));
    else if (instance.state === "starting") instance.report = failBroken(context, instance, error);
  } finally {
    context.importing.delete(realm);
    context.culprits.delete(instance);
  }
}

interface Start {
  readonly instance: Instance;
  readonly request: StartRequest;
  readonly mode: StartMode;
}

function startIn(context: Context, realm: Realm, { instance, request, mode }: Start): Promise<void> {
  const handle = instance.handle = makeHandle(context, instance);
  return realm.start(request, {
    handle,
    deadline: limitsFor(context, instance.name).load,
    onImported(outcome) {
      settle(context, instance, outcome);
      // One that hangs is still at it.
      if (!goesOn(outcome, request)) return;
      context.importing.delete(realm);
      context.states.delete(nameKey(instance.name));
      begin(context, instance, mode);
    },
    onLoaded(outcome) {
      instance.report = finish(context, instance, { outcome, mode });
    },
  });
}
