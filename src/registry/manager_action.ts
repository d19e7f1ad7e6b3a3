import type { ManagerHeader, ManagerReply } from "../module_api/mod.ts";

/** An action of the manager interface, by a module. */
export interface ManagerAction {
  /** One line for `manager show commands`. */
  readonly synopsis: string;
  /** The text of `manager show command`, possibly empty. */
  readonly description: string;
  /** Classes, comma-separated, of which the user must have one; possibly none. */
  readonly privilege: string;
  /** Answers it; what comes back is checked. */
  run(request: { action: string; user: string; headers: readonly ManagerHeader[] }): Promise<ManagerReply>;
}
