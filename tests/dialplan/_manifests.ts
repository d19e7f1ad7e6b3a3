/** Manifests of modules, for tests of what these may do in the dialplan. */
import type { Rights } from "../../src/dialplan/mod.ts";

/** Manifests, as `type=name` with `*` for all, by module. */
const MANIFESTS: Readonly<Record<string, readonly string[]>> = {
  evil: [
    "application=Exec",
    "application=Gosub",
    "application=Own",
    "application=Return",
    "function=OWN",
    "dialplan=incoming",
  ],
  other: ["application=Set", "application=Vault", "dialplan=other"],
  stranger: ["application=Return"],
  app_exec: ["application=*"],
  app_stack: ["dialplan=*"],
  chan_line: ["dialplan=*"],
};

export const MANIFEST_RIGHTS: Rights = {
  isAdministrators: (module) => module === "pbx_config",
  naming(module, { type, name }) {
    const lines = MANIFESTS[module] ?? [];
    return lines.includes(`${type}=${name}`) ? "named" : lines.includes(`${type}=*`) ? "any" : "none";
  },
};
