import { type ConfigFile, ConfigFileData } from "./model.ts";

/** Writes a file again. */
export function stringify(file: ConfigFile): string {
  return ConfigFileData.textOf(file) ?? "";
}
