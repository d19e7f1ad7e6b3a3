import { RpcTarget } from "capnweb";
import type { HostCall } from "../dialplan/mod.ts";
import type { Made, PbxMethods } from "../realm/mod.ts";
import type { AdminInside } from "./admin_target.ts";
import { text } from "./call.ts";
import { checkChannel, checkPriority } from "./dialplan_text.ts";
import { DraftTarget } from "./draft_target.ts";
import type { PbxOfModule } from "./pbx_of_module.ts";

/** What the target asks of the module's handle. */
export interface PbxInside extends Pick<AdminInside, "module" | "mustProvide" | "within" | "have"> {
  readonly pbx: PbxOfModule;
  /** Counts one more of what the module may have, until disposed. */
  make(kind: Made): Disposable;
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

  draft(): DraftTarget {
    const { mustProvide, make, pbx } = this.#inside;
    mustProvide("dialplan", "*");
    return new DraftTarget({ pbx, made: make("draft"), open: () => mustProvide("dialplan", "*") });
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
    const { mustProvide, within, have, user, pbx } = this.#inside;
    const options = checkChannel(alleged);
    mustProvide("channel", options.technology);
    let call: HostCall | undefined;
    let over = false;
    const held = have("channel", [peer?.write, peer?.hangup], ([write, hangup]) => {
      const begun: HostCall = call = pbx.begin({
        options,
        peer: {
          write: (line) => within(`write ${begun.name}`, () => write!(line)),
          hangup: () => within(`hangup ${begun.name}`, () => hangup!()),
        },
        onEnd: () => {
          over = true;
          void held?.release();
        },
      });
      return user(`channel ${begun.name}`, () => Promise.resolve(begun.softHangup()));
    });
    if (over) void held.release();
    const begun = call as unknown as HostCall;
    return Promise.resolve({
      name: begun.name,
      receive: (line: string) => begun.receive(text(line)),
      hangup: () => Promise.resolve(begun.softHangup()),
    });
  }
}
