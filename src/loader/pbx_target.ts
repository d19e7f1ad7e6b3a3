import { RpcTarget } from "capnweb";
import type { PbxMethods } from "../realm/mod.ts";
import type { AdminInside } from "./admin_target.ts";
import { text } from "./call.ts";
import { checkChannel, checkContents, checkPriority } from "./dialplan_text.ts";
import type { Stub } from "./handle_options.ts";
import type { PbxOfModule } from "./pbx_of_module.ts";

/** What the target asks of the module's handle. */
export interface PbxInside extends Pick<AdminInside, "module" | "mustProvide" | "keep" | "within" | "hold"> {
  readonly pbx: PbxOfModule;
  /** Gives functions of the module back. */
  drop(stubs: readonly Stub[]): void;
  /** Adds a user of the module. */
  user(label: string, cancel: () => Promise<void>): Disposable;
}

/** The part of a module's capability object for dialplan and channels. What comes from a realm is checked here. */
export class PbxTarget extends RpcTarget implements PbxMethods {
  readonly #inside: PbxInside;

  /** A target for one module. */
  constructor(inside: PbxInside) {
    super();
    this.#inside = inside;
  }

  replace(contents: Record<string, unknown>): Promise<string[]> {
    this.#inside.mustProvide("dialplan", "*");
    return this.#inside.pbx.replace(checkContents(contents));
  }

  add(context: string, priority: Record<string, unknown>, replace: boolean): Promise<string | undefined> {
    this.#inside.mustProvide("dialplan", "*");
    const addition = { context: text(context, 80), priority: checkPriority(priority), replace: replace === true };
    return Promise.resolve(this.#inside.pbx.add(addition));
  }

  remove(context: string, extension: string, priority: number | undefined): Promise<number> {
    this.#inside.mustProvide("dialplan", "*");
    const wanted = priority === undefined || priority === null ? undefined : Number(priority);
    return Promise.resolve(
      this.#inside.pbx.remove({ context: text(context), extension: text(extension), priority: wanted }),
    );
  }

  channel(
    alleged: Record<string, unknown>,
    peer: { write: unknown; hangup: unknown },
  ): Promise<{ name: string; receive: (line: string) => Promise<void>; hangup: () => Promise<void> }> {
    const { mustProvide, keep, within, hold, user, drop, pbx } = this.#inside;
    const options = checkChannel(alleged);
    mustProvide("channel", options.technology);
    const stubs = [keep(peer?.write), keep(peer?.hangup)] as const;
    const [write, hangup] = stubs;
    let release = () => drop(stubs);
    try {
      const call = pbx.begin({
        options,
        peer: {
          write: (line) => within(`write ${call.name}`, () => write(line)),
          hangup: () => within(`hangup ${call.name}`, () => hangup()),
        },
        onEnd: () => release(),
      });
      const held = hold(user(`channel ${call.name}`, () => Promise.resolve(call.softHangup())), stubs);
      release = () => void held.release();
      return Promise.resolve({
        name: call.name,
        receive: (line: string) => call.receive(text(line)),
        hangup: () => Promise.resolve(call.softHangup()),
      });
    } catch (error) {
      release();
      throw error;
    }
  }
}
