import type {
  CallRow,
  CommandOutput,
  ConfigReading,
  HostStatus,
  LogLine,
  ModuleOverview,
  ModulePresence,
  RealmRow,
  ReloadAnswer,
} from "../module_api/mod.ts";

/** What modules with the right host capability may ask of the host, whatever carries it out. */
export interface AdminServices {
  /** Every installed module. */
  modules(): ModuleOverview[];
  /** Every realm that is up. */
  realms(): RealmRow[];
  /** The latest lines of the log after a number. */
  logTail(after: number): LogLine[];
  /** Whether there is a module of that name. */
  findModule(name: string): ModulePresence;
  /** Loads a module. */
  load(name: string): Promise<boolean>;
  /** Unloads a module that nobody uses. */
  unload(name: string): Promise<boolean>;
  /** Reloads a module. */
  reload(name: string): Promise<ReloadAnswer>;
  /** Reloads every module that can be. */
  reloadAll(): Promise<void>;
  /** Unloads and loads a module. */
  refresh(name: string, recursive: boolean): Promise<boolean>;
  /** Times and counts. */
  status(): HostStatus;
  /** Active calls. */
  calls(): CallRow[];
  /** Runs a console command that does not begin with one of those. */
  run(command: string, refuse: readonly string[]): Promise<CommandOutput>;
  /** Reads a configuration file; what is odd about the filter is told there, else in the log of the core. */
  readConfig(file: string, filter: string, warn?: (message: string) => void): ConfigReading;
}
