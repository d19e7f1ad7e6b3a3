import type {
  ApplicationHandler,
  Call,
  CallLocation,
  CallLogLevel,
  ChannelOptions,
  ChannelPeer,
  CommandAlias,
  CommandRegistration,
  ConfigEntry,
  ConfigSection,
  DialplanContents,
  FunctionHandlers,
  HostAdmin,
  LabelLocation,
  ManagerActionRegistration,
  ManagerHeader,
  ModuleConfig,
  ModuleDatabase,
  ModuleHost,
  ModulePbx,
  ModuleRow,
  RealtimeDriver,
  Reference,
  ServiceMethods,
  UserHandle,
} from "asterism";
import { assertExists } from "@std/assert";

/** A call that keeps everything in memory. */
export class FakeCall implements Call {
  readonly name: string;
  readonly variables = new Map<string, string>();
  readonly printed: string[] = [];
  readonly logged: string[] = [];
  /** What will be read. */
  lines: string[] = [];
  labels: Record<string, number> = {};
  answered = false;
  position: CallLocation = { context: "default", extension: "s", priority: 1 };

  constructor(name = "Console/1", variables: Record<string, string> = {}) {
    this.name = name;
    for (const [key, value] of Object.entries(variables)) this.variables.set(key, value);
  }

  variable(name: string): Promise<string | undefined> {
    return Promise.resolve(this.variables.get(name));
  }
  setVariable(name: string, value: string | undefined): Promise<void> {
    if (value === undefined) this.variables.delete(name);
    else this.variables.set(name, value);
    return Promise.resolve();
  }
  location(): Promise<CallLocation> {
    return Promise.resolve({ ...this.position });
  }
  setLocation(location: CallLocation): Promise<void> {
    if (location.context === "nowhere") return Promise.reject(new Error("no such context"));
    this.position = { ...location };
    return Promise.resolve();
  }
  findLabel({ label }: LabelLocation): Promise<number | undefined> {
    return Promise.resolve(this.labels[label]);
  }
  print(line: string): Promise<void> {
    this.printed.push(line);
    return Promise.resolve();
  }
  log(level: CallLogLevel, message: string, verbosity = 1): Promise<void> {
    this.logged.push(`${level}${level === "verbose" ? ` ${verbosity}` : ""} ${message}`);
    return Promise.resolve();
  }
  /** After the last line the call is over. */
  readLine(): Promise<string | undefined> {
    return Promise.resolve(this.lines.shift());
  }
  answer(): Promise<void> {
    this.answered = true;
    return Promise.resolve();
  }
  ended(): Promise<boolean> {
    return Promise.resolve(this.lines.length === 0);
  }
}

/** Reads just enough of the dialect for a test: comments, sections, `=` and `=>`. */
export function readConfig(file: string, text: string): ModuleConfig {
  const sections: ConfigSection[] = [];
  let entries: ConfigEntry[] = [];
  text.split("\n").forEach((whole, index) => {
    const line = whole.replace(/;.*$/, "").trim();
    const [, name] = /^\[(.*?)\]/.exec(line) ?? [];
    const [, key, value] = /^(.*?)\s*=>?\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) sections.push(section(name, entries = []));
    else if (key) entries.push({ key: key.trim(), value: value!, line: index + 1, file });
  });
  return {
    file,
    sections,
    section: (name) => sections.find((one) => one.name.toLowerCase() === name.toLowerCase()),
  };
}

function section(name: string, entries: ConfigEntry[]): ConfigSection {
  const getAll = (key: string) =>
    entries.filter((entry) => entry.key.toLowerCase() === key.toLowerCase()).map(({ value }) => value);
  return { name, entries, getAll, get: (key) => getAll(key).at(-1) };
}

/** What a {@linkcode FakeHost} is given. */
export interface FakeOptions {
  /** Configuration files by name. A test may change them before a reload. */
  files?: Record<string, string>;
  directories?: Record<string, string>;
  /** What `use` finds: `service=timer` to its methods. */
  services?: Record<string, ServiceMethods>;
  modules?: ModuleRow[];
  execute?: (command: string) => string | Promise<string>;
  /** What of `host.admin` the module uses. */
  admin?: Partial<HostAdmin>;
  readFunction?: (name: string, args: string, call?: Call) => Promise<string>;
  runApplication?: (name: string, args: string, call?: Call) => Promise<number>;
}

/** A host that records what a module registers and says. */
export class FakeHost implements ModuleHost {
  readonly name = "under_test";
  readonly files: Record<string, string>;
  readonly directories: Record<string, string>;
  readonly options: FakeOptions;
  readonly applications = new Map<string, ApplicationHandler>();
  readonly functions = new Map<string, FunctionHandlers>();
  readonly services = new Map<string, ServiceMethods>();
  readonly drivers = new Map<string, RealtimeDriver>();
  readonly commands = new Map<string, CommandRegistration | CommandAlias>();
  readonly managerActions = new Map<string, ManagerActionRegistration>();
  /** Events sent to the manager: name, classes, headers. */
  readonly managerEvents: [string, string, readonly ManagerHeader[]][] = [];
  /** Labels of users that have not been released, with their `cancel`. */
  readonly users = new Map<string, () => void | Promise<void>>();
  /** Number of references taken and not given back. */
  references = 0;
  /** `level: message`. */
  readonly said: string[] = [];

  constructor(options: FakeOptions = {}) {
    this.options = options;
    this.files = { ...options.files };
    this.directories = { ...options.directories };
  }

  hold(): Promise<never> {
    return Promise.reject(new Error("a fake host holds nothing"));
  }

  onAvailable(): Promise<never> {
    return Promise.reject(new Error("a fake host has nothing that comes and goes"));
  }

  readonly log = {
    error: (message: string) => void this.said.push(`error: ${message}`),
    warning: (message: string) => void this.said.push(`warning: ${message}`),
    notice: (message: string) => void this.said.push(`notice: ${message}`),
    verbose: (level: number, message: string) => void this.said.push(`verbose ${level}: ${message}`),
    debug: (message: string) => void this.said.push(`debug: ${message}`),
  };

  /** What the module gave to the dialplan last. */
  contents: DialplanContents | undefined;
  /** Channels that the module has begun, with their peers. */
  readonly channels: { options: ChannelOptions; peer: ChannelPeer; received: string[]; gone: boolean }[] = [];
  readonly pbx: ModulePbx = {
    replace: (contents) => {
      this.contents = contents;
      return Promise.resolve([]);
    },
    add: () => Promise.resolve(undefined),
    remove: () => Promise.resolve(0),
    channel: (options, peer) => {
      const channel = { options, peer, received: [] as string[], gone: false };
      this.channels.push(channel);
      return Promise.resolve({
        name: `${options.technology}/${options.peer}-${this.channels.length}`,
        receive: (line: string) => Promise.resolve(void channel.received.push(line)),
        hangup: () => Promise.resolve(void (channel.gone = true)),
      });
    },
  };
  /** What the module keeps, by key. */
  readonly kept = new Map<string, string>();
  readonly db: ModuleDatabase = {
    get: (key) => Promise.resolve(this.kept.get(key)),
    put: (key, value) => Promise.resolve(void this.kept.set(key, value)),
    del: (key) => Promise.resolve(this.kept.delete(key)),
    deltree: async (keytree) => {
      const keys = await this.db.keys(keytree);
      return keys.filter((key) => this.kept.delete(key)).length;
    },
    tree: (keytree) => {
      const inTree = ([key]: [string, string]) => keytree === undefined || `${key}/`.startsWith(`${keytree}/`);
      return Promise.resolve(new Map([...this.kept].filter(inTree).sort()));
    },
    keys: async (keytree) => [...(await this.db.tree(keytree)).keys()],
  };

  application(name: string, handler: ApplicationHandler): Promise<void> {
    return add(this.applications, name, handler);
  }
  function(name: string, handlers: FunctionHandlers): Promise<void> {
    return add(this.functions, name, handlers);
  }
  service(name: string, methods: ServiceMethods): Promise<void> {
    return add(this.services, name, methods);
  }
  command(registration: CommandRegistration | CommandAlias): Promise<void> {
    return add(this.commands, registration.command, registration);
  }
  get admin(): HostAdmin {
    return this.options.admin as HostAdmin;
  }
  managerAction(registration: ManagerActionRegistration): Promise<void> {
    return add(this.managerActions, registration.action, registration);
  }
  managerEvent(event: string, privilege: string, headers: readonly ManagerHeader[]): Promise<void> {
    this.managerEvents.push([event, privilege, headers]);
    return Promise.resolve();
  }
  realtime(name: string, driver: RealtimeDriver): Promise<void> {
    return add(this.drivers, name, driver);
  }
  unregister(type: string, name: string): Promise<void> {
    if (type === "command" && this.commands.delete(name)) return Promise.resolve();
    return Promise.reject(new Error(`no ${type} "${name}"`));
  }
  use<T>(what: string): Promise<Reference<T>> {
    const service = this.options.services?.[what];
    if (service === undefined) return Promise.reject(new Error(`nobody provides "${what}"`));
    this.references++;
    const release = () => {
      this.references--;
      return Promise.resolve();
    };
    return Promise.resolve({
      service,
      provider: "fake",
      release,
      [Symbol.dispose]: release,
    } as unknown as Reference<T>);
  }
  runApplication(name: string, args: string, call?: Call): Promise<number> {
    return this.options.runApplication?.(name, args, call) ?? Promise.reject(new Error(`no application "${name}"`));
  }
  readFunction(name: string, args: string, call?: Call): Promise<string> {
    return this.options.readFunction?.(name, args, call) ?? Promise.reject(new Error(`no function "${name}"`));
  }
  config(file: string): Promise<ModuleConfig | undefined> {
    const text = this.files[file];
    return Promise.resolve(text === undefined ? undefined : readConfig(`/etc/${file}`, text));
  }
  modules(): Promise<ModuleRow[]> {
    return this.options.modules === undefined
      ? Promise.reject(new Error("not granted"))
      : Promise.resolve(this.options.modules);
  }
  async execute(command: string): Promise<string> {
    return await (this.options.execute ?? ((line: string) => `ran ${line}\n`))(command);
  }
  user(label: string, cancel: () => void | Promise<void>): Promise<UserHandle> {
    this.users.set(label, cancel);
    const release = () => {
      this.users.delete(label);
      return Promise.resolve();
    };
    return Promise.resolve({ release, [Symbol.dispose]: () => void release() });
  }
  saveState(): Promise<void> {
    return Promise.resolve();
  }
  blockUnload(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs an application that the module registered. */
  async run(name: string, call: Call, args: string): Promise<number | void> {
    const handler = this.applications.get(name);
    assertExists(handler, `no application "${name}"`);
    return await handler(call, args);
  }
  /** Reads a function that the module registered. */
  async read(name: string, call: Call, args: string): Promise<string> {
    const read = this.functions.get(name)?.read;
    assertExists(read, `no readable function "${name}"`);
    return await read(call, args);
  }
  /** Writes a function that the module registered. */
  async write(name: string, call: Call, assignment: { args: string; value: string }): Promise<void> {
    const write = this.functions.get(name)?.write;
    assertExists(write, `no writable function "${name}"`);
    await write(call, assignment.args, assignment.value);
  }
  /** Runs a console command that the module registered. */
  async type(command: string, ...args: string[]): Promise<string> {
    const registration = this.commands.get(command);
    assertExists(registration, `no command "${command}"`);
    if ("standsFor" in registration) return await this.execute([registration.standsFor, ...args].join(" "));
    return await registration.handler(args);
  }
}

function add<T>(table: Map<string, T>, name: string, value: T): Promise<void> {
  if (table.has(name)) return Promise.reject(new Error(`"${name}" is registered already`));
  table.set(name, value);
  return Promise.resolve();
}
