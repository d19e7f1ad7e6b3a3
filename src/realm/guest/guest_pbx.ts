import type { RpcStub } from "capnweb";
import type {
  ChannelOptions,
  ChannelPeer,
  DialplanContents,
  DialplanContext,
  DialplanPriority,
  ModulePbx,
} from "../../module_api/mod.ts";
import type { HandleMethods, PbxMethods } from "../wire.ts";
import { crossing } from "./near.ts";

/** What a module is given as `host.pbx`, asked for when it is first needed. */
export function guestPbx(handle: () => RpcStub<HandleMethods>): ModulePbx {
  let opened: RpcStub<PbxMethods> | undefined;
  const pbx = () => opened ??= handle().pbx() as unknown as RpcStub<PbxMethods>;
  // One dialplan at a time is on its way.
  let replacing: Promise<unknown> = Promise.resolve();
  return Object.freeze({
    replace: (contents: DialplanContents) => {
      const answer = replacing.then(() => replace(pbx(), contents));
      replacing = answer.catch(() => {});
      return answer;
    },
    add: async (...[context, priority, options]: Parameters<ModulePbx["add"]>) =>
      await pbx().add(context, step(priority), options?.replace === true) ?? undefined,
    remove: async (...[context, extension, priority]: Parameters<ModulePbx["remove"]>) =>
      await pbx().remove(context, extension, priority),
    channel: async (options: ChannelOptions, peer: ChannelPeer) => {
      let answer: ChannelAnswer & Disposable | undefined;
      const over = () => {
        const last = answer;
        answer = undefined;
        last?.[Symbol.dispose]();
      };
      const { technology, peer: label, context, extension, caller, variables } = options;
      const beginning = { technology, peer: label, context, extension, caller, variables };
      answer = await pbx().channel(beginning, {
        write: crossing((line: string) => peer.write(line)),
        hangup: crossing(async () => {
          over();
          await peer.hangup();
        }),
      }) as unknown as ChannelAnswer & Disposable;
      return {
        name: answer.name,
        // Once the call is over, what still comes from the peer means nothing.
        receive: async (line: string) => void await answer?.receive(line),
        hangup: async () => void await answer?.hangup(),
      };
    },
  });
}

/** Steps and includes that go together: the host takes no more at once. */
const PART = 500;

/** Hands a dialplan over, in parts. */
async function replace(pbx: RpcStub<PbxMethods>, contents: DialplanContents): Promise<string[]> {
  const { contexts, globals, clearGlobals = false, autoFallThrough = true } = contents;
  const draft = pbx.draft();
  let part: WireContext[] = [];
  let size = 0;
  const send = async () => {
    const [sent, whole] = [part, size];
    part = [];
    size = 0;
    if (whole > 0) await draft.part(sent as unknown as Record<string, unknown>[]);
  };
  try {
    for (const piece of contexts.flatMap(pieces)) {
      const weight = 1 + piece.includes.length + piece.priorities.length;
      if (size + weight > PART) await send();
      part.push(piece);
      size += weight;
    }
    await send();
    const rest = { globals: globals.map(({ name, value }) => ({ name, value })), clearGlobals, autoFallThrough };
    return [...await draft.commit(rest)];
  } catch (error) {
    // The host has room for one draft of a module.
    await Promise.resolve(draft.discard()).catch(() => {});
    throw error;
  }
}

type WireContext = { name: string; includes: readonly string[]; priorities: Record<string, unknown>[] };

/** A context in pieces of the same name, none of them large. */
function pieces({ name, includes, priorities }: DialplanContext): WireContext[] {
  const first = { name, includes: includes.slice(0, PART), priorities: [] };
  const all: WireContext[] = [first];
  for (let at = PART; at < includes.length; at += PART) {
    all.push({ name, includes: includes.slice(at, at + PART), priorities: [] });
  }
  for (let at = 0; at < priorities.length; at += PART) {
    all.push({ name, includes: [], priorities: priorities.slice(at, at + PART).map(step) });
  }
  return all;
}

/** What a step is made of; what else a module keeps with one stays with the module. */
function step(
  { extension, caller, priority, label, application, args, file, line }: DialplanPriority,
): Record<string, unknown> {
  return { extension, caller, priority, label, application, args, file, line };
}

/** A call as the host gives it; its stubs live as long as the answer they came with. */
interface ChannelAnswer {
  readonly name: string;
  receive(line: string): Promise<void>;
  hangup(): Promise<void>;
}
