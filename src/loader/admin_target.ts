import { RpcTarget } from "capnweb";
import { HostError } from "../fault/mod.ts";
import type {
  CallRow,
  CommandOutput,
  ConfigReading,
  HostStatus,
  LogLine,
  ManagerActionRow,
  ManagerHeader,
  ManagerReply,
  ModuleOverview,
  ModulePresence,
  RealmRow,
  ReloadAnswer,
} from "../module_api/mod.ts";
import type { HostCapability } from "../permission/mod.ts";
import type { AdminMethods } from "../realm/mod.ts";
import type { ManagerAction, RegistrationTable } from "../registry/mod.ts";
import type { AdminServices } from "./admin_services.ts";
import { text } from "./call.ts";
import type { Registering, Stub } from "./handle_options.ts";
import type { Life } from "./life.ts";
import { notItsEvent } from "./core_events.ts";
import { checkEventHeaders, checkHeaders, checkReply } from "./manager_text.ts";
import type { OneByOne } from "./one_by_one.ts";
import type { Have } from "./references.ts";

/** Events that a listener may leave unanswered; further ones are dropped. */
const MAX_UNANSWERED_EVENTS = 1000;

/** What the target asks of the module's handle. */
export interface AdminInside {
  /** The module. */
  readonly module: string;
  readonly life: Life;
  /** Where the module asks for what may take long. */
  readonly asks: OneByOne;
  services(): AdminServices;
  readonly actions: RegistrationTable<ManagerAction>;
  /** Throws unless the module has the capability and still runs. */
  capable(capability: HostCapability): void;
  /** Throws unless the manifest provides it and the module still runs. */
  mustProvide(type: string, name: string): void;
  /** Whether the name is another's, which the log has been told. */
  taken(type: string, name: string): boolean;
  /** Throws, and says so in the log, when there is a reason against it. */
  mustDeclare(refusal: string | undefined): void;
  /** A function of the module, kept until dropped or the module stops. */
  keep(fn: unknown): Stub;
  /** Registers something of the module. */
  register(type: string, about: Registering): Promise<void>;
  /** Runs a function of the module, which counts as a user and has a deadline. */
  within<T>(what: string, run: () => Promise<T>): Promise<T>;
  /** See {@linkcode Have}. */
  readonly have: Have;
}

/** The part of a module's capability object with which it administers the host. What comes from a realm is checked here. */
export class AdminTarget extends RpcTarget implements AdminMethods {
  readonly #inside: AdminInside;

  /** A target for one module. */
  constructor(inside: AdminInside) {
    super();
    this.#inside = inside;
  }

  registerManagerAction(
    about: { action: string; synopsis: string; description?: string; privilege?: string },
    handler: unknown,
  ): Promise<void> {
    const run = this.#inside.keep(handler);
    const action = text(about?.action, 80).trim();
    const value: ManagerAction = {
      synopsis: text(about.synopsis, 200),
      description: text(about.description ?? "", 8192),
      privilege: text(about.privilege ?? "", 200),
      run: async (request) => checkReply(await this.#inside.within(`action ${action}`, () => run(request))),
    };
    return this.#inside.register("manager", { name: action, value, stubs: [run] });
  }

  managerEvent(event: string, privilege: string, headers: readonly ManagerHeader[]): Promise<void> {
    if (this.#inside.taken("managerevent", text(event, 80))) return Promise.resolve();
    this.#inside.mustProvide("managerevent", event);
    this.#inside.mustDeclare(notItsEvent(event));
    this.#inside.life.emit({
      type: "manager",
      event,
      privilege: text(privilege, 200),
      headers: checkEventHeaders(headers, this.#inside.module),
    });
    return Promise.resolve();
  }

  modules(): Promise<ModuleOverview[]> {
    return this.#ask("modules", (services) => services.modules());
  }

  realms(): Promise<RealmRow[]> {
    return this.#ask("modules", (services) => services.realms());
  }

  logTail(after: number): Promise<LogLine[]> {
    return Promise.resolve(this.#services("log").logTail(Number(after)));
  }

  findModule(name: string): Promise<ModulePresence> {
    return Promise.resolve(this.#services("modules").findModule(text(name, 200)));
  }

  load(name: string): Promise<boolean> {
    return this.#services("loader").load(text(name, 200));
  }

  unload(name: string): Promise<boolean> {
    return this.#services("loader").unload(text(name, 200));
  }

  reload(name: string): Promise<ReloadAnswer> {
    return this.#services("loader").reload(text(name, 200));
  }

  reloadAll(): Promise<void> {
    return this.#services("loader").reloadAll();
  }

  refresh(name: string, recursive: boolean): Promise<boolean> {
    return this.#services("loader").refresh(text(name, 200), recursive === true);
  }

  status(): Promise<HostStatus> {
    return this.#ask("status", (services) => services.status());
  }

  calls(): Promise<CallRow[]> {
    return this.#ask("status", (services) => services.calls());
  }

  run(command: string, refuse?: readonly string[]): Promise<CommandOutput> {
    return this.#services("command").run(text(command), (refuse ?? []).map((one) => text(one, 200)));
  }

  readConfig(file: string, filter: string): Promise<ConfigReading> {
    const [name, sections] = [text(file, 1000), text(filter, 4096)];
    return this.#ask("config", (services) => services.readConfig(name, sections));
  }

  onEvent(listener: unknown): Promise<{ release: () => Promise<void> }> {
    this.#inside.capable("events");
    let unanswered = 0;
    return Promise.resolve(
      this.#inside.have("listener", [listener], ([tell]) =>
        this.#inside.life.subscribe((event) => {
          if (unanswered >= MAX_UNANSWERED_EVENTS) return;
          unanswered++;
          tell!(event).catch(() => {}).finally(() => unanswered--);
        })),
    );
  }

  managerActions(): Promise<ManagerActionRow[]> {
    this.#inside.capable("manager");
    return this.#inside.asks.run(() =>
      this.#inside.actions.list().map(({ name, owner, value: { synopsis, description, privilege } }) => ({
        action: name,
        synopsis,
        description,
        privilege,
        module: owner.module,
      }))
    );
  }

  async runManagerAction(
    action: string,
    request: { user: string; headers: readonly ManagerHeader[] },
  ): Promise<ManagerReply> {
    this.#inside.capable("manager");
    const registration = this.#inside.actions.get(text(action, 80));
    if (registration === undefined) throw new HostError("not-found", `Cannot run action "${action}": nobody has it`);
    const user = text(request?.user, 200);
    return await registration.value.run({ action, user, headers: checkHeaders(request.headers) });
  }

  /** Asks for something that takes as long as there is much of it. */
  #ask<T>(capability: HostCapability, work: (services: AdminServices) => T | Promise<T>): Promise<T> {
    const services = this.#services(capability);
    return this.#inside.asks.run(() => work(services));
  }

  #services(capability: HostCapability): AdminServices {
    this.#inside.capable(capability);
    return this.#inside.services();
  }
}
