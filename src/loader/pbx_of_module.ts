import type { ActingCall, Addition, Beginning, HostCall, Pbx, Removal } from "../dialplan/mod.ts";
import type { DialplanContents } from "../module_api/mod.ts";
import type { Owner } from "../registry/mod.ts";

/** Dialplan and channels as one module has them. */
export interface PbxOfModule {
  /** See `Pbx.replace`. */
  replace(contents: DialplanContents): Promise<string[]>;
  /** See `Pbx.add`. */
  add(addition: Addition): Promise<string | undefined>;
  /** See `Pbx.remove`. */
  remove(removal: Removal): Promise<number>;
  /** See `Pbx.begin`. */
  begin(beginning: Beginning): HostCall;
  /** See `Pbx.runFor`. */
  runFor(call: ActingCall, application: string, args: string): Promise<number>;
  /** See `Pbx.readFor`. */
  readFor(call: ActingCall, name: string, args: string): Promise<string>;
  /** Takes all of it away when the module stops. */
  readonly gone: Disposable;
}

/** A module's part of the PBX core. */
export function pbxOfModule(pbx: Pbx, { module }: Owner): PbxOfModule {
  return {
    replace: (contents) => pbx.replace(module, contents),
    add: (addition) => pbx.add(module, addition),
    remove: (removal) => pbx.remove(module, removal),
    runFor: (...about) => pbx.runFor(...about),
    readFor: (...about) => pbx.readFor(...about),
    begin: (beginning) => pbx.begin(module, beginning),
    gone: { [Symbol.dispose]: () => pbx.removeRegistrar(module) },
  };
}
