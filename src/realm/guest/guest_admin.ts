import type { RpcStub } from "capnweb";
import type {
  CallRow,
  CommandOutput,
  ConfigReading,
  HostAdmin,
  HostEvent,
  HostStatus,
  LogLine,
  ManagerActionRegistration,
  ManagerActionRow,
  ManagerHeader,
  ManagerReply,
  ManagerRequest,
  ModuleOverview,
  ModulePresence,
  RealmRow,
  ReloadAnswer,
  UserHandle,
} from "../../module_api/mod.ts";
import type { AdminMethods } from "../wire.ts";
import { crossing } from "./near.ts";

/** The stub of the part of the capability object that administers the host. */
export type AdminStub = RpcStub<AdminMethods>;

/** What a module is given as `host.admin`. */
export class GuestAdmin implements HostAdmin {
  readonly #open: () => AdminStub;
  #opened: AdminStub | undefined;

  /** Builds the object. The stub is asked for when it is first needed: few modules need it. */
  constructor(open: () => AdminStub) {
    this.#open = open;
  }

  get #stub(): AdminStub {
    return this.#opened ??= this.#open();
  }

  /** Gives the capability back. */
  close(): void {
    (this.#opened as unknown as Disposable | undefined)?.[Symbol.dispose]();
  }

  /** Registers a manager action; the result is what the host answers. */
  async registerManagerAction(registration: ManagerActionRegistration): Promise<void> {
    const { action, synopsis, description, privilege, handler } = registration;
    const run = crossing(async (request: { action: string; user: string; headers: ManagerHeader[] }) => ({
      ...await handler(guestRequest(request)),
    }));
    await this.#stub.registerManagerAction({ action, synopsis, description, privilege }, run);
  }

  /** See `ModuleHost.managerEvent`. */
  async managerEvent(event: string, privilege: string, headers: readonly ManagerHeader[]): Promise<void> {
    await this.#stub.managerEvent(event, privilege, [...headers]);
  }

  async modules(): Promise<ModuleOverview[]> {
    return await this.#stub.modules() as unknown as ModuleOverview[];
  }
  async realms(): Promise<RealmRow[]> {
    return await this.#stub.realms() as unknown as RealmRow[];
  }
  async logTail(after = 0): Promise<LogLine[]> {
    return await this.#stub.logTail(after) as unknown as LogLine[];
  }
  async findModule(name: string): Promise<ModulePresence> {
    return { ...await this.#stub.findModule(name) };
  }
  async load(name: string): Promise<boolean> {
    return await this.#stub.load(name);
  }
  async unload(name: string): Promise<boolean> {
    return await this.#stub.unload(name);
  }
  async reload(name: string): Promise<ReloadAnswer> {
    return await this.#stub.reload(name) as ReloadAnswer;
  }
  async reloadAll(): Promise<void> {
    await this.#stub.reloadAll();
  }
  async refresh(name: string, recursive = false): Promise<boolean> {
    return await this.#stub.refresh(name, recursive);
  }
  async status(): Promise<HostStatus> {
    return await this.#stub.status() as unknown as HostStatus;
  }
  async calls(): Promise<CallRow[]> {
    return await this.#stub.calls() as unknown as CallRow[];
  }
  async run(command: string, refuse: readonly string[] = []): Promise<CommandOutput> {
    return { ...await this.#stub.run(command, refuse) };
  }
  async readConfig(file: string, filter = ""): Promise<ConfigReading> {
    return await this.#stub.readConfig(file, filter) as unknown as ConfigReading;
  }

  async onEvent(listener: (event: HostEvent) => void): Promise<UserHandle> {
    const held = await this.#stub.onEvent(crossing((event: HostEvent) => void listener(event)));
    let released: Promise<void> | undefined;
    const release = () =>
      released ??= Promise.resolve(held.release()).then(() => (held as unknown as Disposable)[Symbol.dispose]());
    return { release, [Symbol.dispose]: () => void release().catch(() => {}) };
  }

  async managerActions(): Promise<ManagerActionRow[]> {
    return await this.#stub.managerActions() as unknown as ManagerActionRow[];
  }

  async runManagerAction(
    action: string,
    { user, headers }: { user: string; headers: readonly ManagerHeader[] },
  ): Promise<ManagerReply> {
    return await this.#stub.runManagerAction(action, { user, headers: [...headers] }) as unknown as ManagerReply;
  }
}

function guestRequest(request: { action: string; user: string; headers: ManagerHeader[] }): ManagerRequest {
  const { action, user } = request;
  // Arrays that arrive belong to the call that brought them.
  const headers = request.headers.map(([name, value]) => [name, value] as const);
  const get = (name: string) => headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? "";
  return { action, user, headers, get };
}
