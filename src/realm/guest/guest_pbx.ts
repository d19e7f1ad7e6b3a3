import type { RpcStub } from "capnweb";
import type { ChannelOptions, ChannelPeer, DialplanContents, ModulePbx } from "../../module_api/mod.ts";
import type { HandleMethods, PbxMethods } from "../wire.ts";
import { crossing } from "./near.ts";

/** What a module is given as `host.pbx`, asked for when it is first needed. */
export function guestPbx(handle: () => RpcStub<HandleMethods>): ModulePbx {
  let opened: RpcStub<PbxMethods> | undefined;
  const pbx = () => opened ??= handle().pbx() as unknown as RpcStub<PbxMethods>;
  return Object.freeze({
    replace: async (contents: DialplanContents) => [...await pbx().replace({ ...contents })],
    add: async (...[context, priority, options]: Parameters<ModulePbx["add"]>) =>
      await pbx().add(context, { ...priority }, options?.replace === true) ?? undefined,
    remove: async (...[context, extension, priority]: Parameters<ModulePbx["remove"]>) =>
      await pbx().remove(context, extension, priority),
    channel: async (options: ChannelOptions, peer: ChannelPeer) => {
      let answer: ChannelAnswer & Disposable | undefined;
      const over = () => {
        const last = answer;
        answer = undefined;
        last?.[Symbol.dispose]();
      };
      answer = await pbx().channel({ ...options }, {
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

/** A call as the host gives it; its stubs live as long as the answer they came with. */
interface ChannelAnswer {
  readonly name: string;
  receive(line: string): Promise<void>;
  hangup(): Promise<void>;
}
