import type { ConfigFile } from "../config/mod.ts";
import { known, refuse } from "./entry.ts";

/** The control socket, as `[files]` of `asterism.conf` has it. */
export interface ControlFile {
  /** Its name in `astrundir`, or an absolute path: `astctl`. */
  readonly name: string;
  /** Its mode, such as `0o660`: `astctlpermissions`. Without it the socket is its owner's alone. */
  readonly mode?: number | undefined;
  /** The user that owns it, by name or number: `astctlowner`. */
  readonly owner?: string | undefined;
  /** The group that owns it, by name or number: `astctlgroup`. */
  readonly group?: string | undefined;
}

/** The control socket when the file does not say. */
export const DEFAULT_CONTROL: ControlFile = { name: "asterism.ctl" };

const KEYS = ["astctl", "astctlpermissions", "astctlowner", "astctlgroup"];

/**
 * Reads `[files]`.
 *
 * @throws {ConfigError} for an unknown key or a value of the wrong kind, at its line
 */
export function parseControlFile(config: ConfigFile): ControlFile {
  let control = DEFAULT_CONTROL;
  for (const entry of config.section("files")?.entries ?? []) {
    const key = known(entry, KEYS);
    const { value } = entry;
    if (value === "") refuse(entry, `"${entry.key}" has no value`);
    if (key === "astctl") control = { ...control, name: value };
    else if (key === "astctlowner") control = { ...control, owner: value };
    else if (key === "astctlgroup") control = { ...control, group: value };
    else {
      if (!/^0?[0-7]{3}$/.test(value)) refuse(entry, `"${value}" is no mode of a file: expected three octal digits`);
      control = { ...control, mode: parseInt(value, 8) };
    }
  }
  return control;
}
