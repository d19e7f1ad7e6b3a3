import type { ModuleHost } from "./host.ts";
import { loadPriority, type LoadPriorityName } from "./priority.ts";
import type { LoadResult } from "./result.ts";

/** What a module is: the argument of {@linkcode defineModule}. Asterisk's `AST_MODULE_INFO`. */
export interface ModuleDefinition {
  /** SPDX identifier of the licence; Asterisk's key. A module without an accepted one is refused. */
  license: string;
  /** One line that says what the module is for; the manifest carries the same. */
  description: string;
  /** When it starts relative to others: a name of Asterisk's or a number 0 to 255. @default {"default"} */
  loadPriority?: LoadPriorityName | number;
  /**
   * Starts the module. Without it the module declines, as in Asterisk. `state` is what an earlier run of the module has
   * given to {@linkcode ModuleHost.saveState}, undefined when there was none.
   */
  load?(host: ModuleHost, state?: unknown): LoadResult | Promise<LoadResult>;
  /** Reads the configuration anew. Anything but 0 or nothing is a failure. */
  reload?(host: ModuleHost): number | void | Promise<number | void>;
  /** Stops the module. Registrations are already gone. Anything but 0 or nothing means: cannot yet. */
  unload?(host: ModuleHost): number | void | Promise<number | void>;
}

/**
 * Declares a module; its result must be the module's default export.
 *
 * @throws {TypeError} when the definition has the wrong shape, naming the field
 *
 * @example
 * ```ts
 * import { defineModule, LoadResult } from "asterism";
 *
 * export default defineModule({
 *   license: "MIT",
 *   description: "Sample module",
 *   load: () => LoadResult.SUCCESS,
 * });
 * ```
 */
export function defineModule(definition: ModuleDefinition): Readonly<ModuleDefinition> {
  if (typeof definition !== "object" || definition === null) {
    throw new TypeError("Cannot define the module: expected an object with license, description and load");
  }
  const { license, description, loadPriority: priority, load, reload, unload } = definition;
  for (const [field, value] of Object.entries({ license, description })) {
    if (typeof value !== "string" || value.trim() === "") {
      throw new TypeError(`Cannot define the module: "${field}" must be a text that is not empty`);
    }
  }
  for (const [field, value] of Object.entries({ load, reload, unload })) {
    if (value !== undefined && typeof value !== "function") {
      throw new TypeError(`Cannot define the module: "${field}" must be a function`);
    }
  }
  if (priority !== undefined && loadPriority(String(priority)) === undefined) {
    throw new TypeError(`Cannot define the module: "${priority}" is no load priority`);
  }
  return Object.freeze({ ...definition });
}
