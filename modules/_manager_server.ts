/**
 * The port of the manager interface and everybody who is connected to it.
 *
 * @module
 */
import type { HostAdmin, ModuleHost, UserHandle } from "asterism";
import { refusalOf } from "./_manager_acl.ts";
import { acceptAll, Refusals } from "./_accept.ts";
import { explainListenFailure, formatAddress } from "./_listen.ts";
import type { Action, ManagerEvent, ManagerServices, Session } from "./_manager_action.ts";
import type { ManagerConfig, ManagerSettings } from "./_manager_config.ts";
import { ManagerSession } from "./_manager_session.ts";

/** Listens, and keeps the sessions. */
export class ManagerServer implements ManagerServices {
  config: ManagerConfig;
  readonly admin: HostAdmin;
  readonly actions: ReadonlyMap<string, Action>;
  readonly #host: ModuleHost;
  readonly #sessions = new Set<ManagerSession>();
  /** Connections whose sessions have ended while their clients still keep them. */
  readonly #left = new Set<ManagerSession>();
  readonly #users = new Map<Session, Promise<UserHandle>>();
  readonly #refusals: Refusals;
  #listener: Deno.TcpListener | undefined;

  /** A server without a port; `apply` opens it. */
  constructor(host: ModuleHost, config: ManagerConfig, actions: readonly Action[]) {
    this.#host = host;
    this.#refusals = new Refusals((text) => host.log.warning(text));
    this.admin = host.admin;
    this.config = config;
    this.actions = new Map(actions.map((action) => [action.name.toLowerCase(), action]));
  }

  /** `127.0.0.1:5038`, with the real port; undefined when it does not listen. */
  get address(): string | undefined {
    if (this.#listener === undefined) return undefined;
    const { hostname, port } = this.#listener.addr;
    return formatAddress(hostname, port);
  }

  /**
   * Takes settings over. Sessions stay; those of users who are gone, have another secret or may no longer log in from there end. When the new port cannot
   * be had, the old one is kept, and so is the old configuration.
   *
   * @throws {Error} when it cannot listen, saying why and what to do
   */
  apply(config: ManagerConfig): void {
    const { settings } = config;
    const old = this.config.settings;
    const same = this.#listener !== undefined && old.bindaddr === settings.bindaddr &&
      old.bindport === settings.bindport;
    if (!settings.enabled) this.#stopListening();
    else if (!same) this.#move(settings);
    this.config = config;
    for (const session of this.#sessions) this.#renew(session);
  }

  /** Listens on another address; the old one is given up when the new one is there, or stands in its way. */
  #move(settings: ManagerSettings): void {
    const old = this.#listener;
    try {
      this.#listen(settings);
      old?.close();
    } catch (fault) {
      if (old === undefined || !((fault as Error).cause instanceof Deno.errors.AddrInUse)) throw fault;
      this.#stopListening();
      try {
        this.#listen(settings);
      } catch (again) {
        this.#listen(this.config.settings);
        throw again;
      }
    }
  }

  /** Stops listening and ends all sessions. */
  stop(): void {
    this.#stopListening();
    this.#refusals.close();
    for (const session of this.#sessions) session.close();
  }

  sessions(): ManagerSession[] {
    return [...this.#sessions].filter(({ user }) => user !== undefined);
  }

  broadcast(event: ManagerEvent): void {
    for (const session of this.#sessions) session.offer(event);
  }

  async loggedIn(session: Session): Promise<void> {
    const label = `manager ${session.user?.name}@${session.address}`;
    const user = this.#host.user(label, () => session.close());
    this.#users.set(session, user);
    await user;
  }

  log(level: "notice" | "warning" | "verbose", text: string): void {
    if (level === "verbose") this.#host.log.verbose(2, text);
    else this.#host.log[level](text);
  }

  #renew(session: ManagerSession): void {
    const { user } = session;
    if (user === undefined) return;
    const now = this.config.users.find(({ name }) => name === user.name);
    const stays = now !== undefined && now.secret === user.secret && now.refused === undefined &&
      refusalOf(now, session.address) === undefined;
    if (!stays) session.close();
    else session.user = now;
  }

  #listen(settings: ManagerSettings): void {
    const { bindaddr: hostname, bindport: port, place } = settings;
    try {
      this.#listener = Deno.listen({ hostname, port });
    } catch (cause) {
      const where = { module: "manager", file: "manager.conf", portKey: "port" };
      throw new Error(explainListenFailure({ ...where, bindaddr: hostname, bindport: port, place }, cause), { cause });
    }
    this.#host.log.notice(`Asterisk Call Manager bound to ${this.address}`);
    const listener = this.#listener;
    void acceptAll(listener, {
      welcome: (connection) => this.#welcome(connection),
      isOpen: () => listener === this.#listener,
      refusals: this.#refusals,
    });
  }

  #stopListening(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  #welcome(connection: Deno.TcpConn): void {
    const { maxsessions, authlimit } = this.config.settings;
    const waiting = this.#sessions.size - this.sessions().length;
    const total = this.#sessions.size + this.#left.size;
    if (waiting >= authlimit || total >= maxsessions) {
      const which = waiting >= authlimit ? `unauthenticated sessions = ${waiting}` : `sessions = ${total}`;
      this.#refusals.tell(which.split(" = ")[0]!, `manager connection rejected, ${which}`);
      return connection.close();
    }
    connection.setNoDelay();
    connection.setKeepAlive();
    const session = new ManagerSession(connection, this);
    this.#sessions.add(session);
    void session.run().finally(() => this.#farewell(session));
  }

  async #farewell(session: ManagerSession): Promise<void> {
    this.#sessions.delete(session);
    this.#left.add(session);
    void session.released.finally(() => this.#left.delete(session));
    const user = this.#users.get(session);
    this.#users.delete(session);
    if (session.user?.displayconnects) {
      this.#host.log.verbose(2, `Manager '${session.user.name}' logged off from ${session.address}`);
    }
    // The host may be closed to the module by now; then the use has ended with it.
    await user?.then((handle) => handle.release()).catch(() => {});
  }
}
