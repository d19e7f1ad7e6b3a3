import type { ApplicationHandler, FunctionHandlers, RealtimeDriver, ServiceMethods } from "../module_api/mod.ts";
import { CommandTable } from "./command_table.ts";
import type { ManagerAction } from "./manager_action.ts";
import { type Owner, RegistrationTable } from "./table.ts";

/** One table per kind of thing that can be registered. */
export class Registry {
  /** Dialplan applications. */
  readonly applications: RegistrationTable<ApplicationHandler> = new RegistrationTable();
  /** Dialplan functions. */
  readonly functions: RegistrationTable<FunctionHandlers> = new RegistrationTable();
  /** Services; several providers of one name, the highest priority wins. */
  readonly services: RegistrationTable<ServiceMethods> = new RegistrationTable();
  /** Drivers that extconfig.conf may name. */
  readonly realtime: RegistrationTable<RealtimeDriver> = new RegistrationTable();
  /** Console commands, by their words. */
  readonly commands: CommandTable = new CommandTable();

  /** Actions of the manager interface. */
  readonly managerActions: RegistrationTable<ManagerAction> = new RegistrationTable();

  /** Every table under the name that manifests use for its kind. */
  tables(): Record<
    "application" | "function" | "service" | "realtime" | "command" | "manager",
    RegistrationTable<unknown>
  > {
    return {
      application: this.applications,
      function: this.functions,
      service: this.services,
      realtime: this.realtime,
      command: this.commands,
      manager: this.managerActions,
    };
  }

  /**
   * Removes everything of an owner.
   *
   * @returns a function that puts it all back where it was, for a module that turns out not to stop; safe to call twice
   */
  removeOwner(owner: Owner): () => void {
    const removed = Object.values(this.tables()).map((table) => [table, table.removeOwner(owner)] as const);
    return () => {
      for (const [table, registrations] of removed) {
        for (const registration of registrations) table.add(registration);
      }
    };
  }

  /** Another number after every change of what the program itself provides. */
  get coreChanges(): number {
    return Object.values(this.tables()).reduce((sum, table) => sum + table.coreChanges, 0);
  }

  /** What an owner has registered, as `type=name`. */
  ownedBy(owner: Owner): string[] {
    return Object.entries(this.tables()).flatMap(([type, table]) =>
      table.of(owner).map(({ name }) => `${type}=${name}`)
    );
  }
}
