/** A file of a directory of modules. */
export interface ModuleFile {
  /** Its path, for messages. */
  readonly path: string;
  /** Its content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Changes when the file does; see {@linkcode ModuleSource.stamp}. */
  readonly stamp: string;
}

/** Where manifests and modules come from: a directory on disk, the files embedded in the program, or memory. */
export interface ModuleSource {
  /** How `module show` and messages call it. */
  readonly label: string;
  /**
   * Whether its modules are part of the program, as Asterisk's built-ins are: always on the load list, before all others,
   * and not to be left out. @default {false}
   */
  readonly builtin?: boolean | undefined;
  /**
   * Whether a module is shipped with the program: names that it provides are its before any other's.
   * @default {false for every module}
   */
  shipped?(name: string): boolean;
  /** Names of all manifests without `.manifest`, sorted. */
  list(): readonly string[];
  /**
   * Something that changes when {@linkcode ModuleSource.list} does; undefined when that cannot be told just now. A source
   * without it is listed whenever it is asked for one module.
   */
  listStamp?(): string | undefined;
  /** Something that changes when the manifest's file does, such as its time and size; asked only of known ones. */
  stamp(name: string): string;
  /**
   * The manifest's text.
   *
   * @throws {HostError} when it cannot be read or is no regular file inside the source
   */
  manifest(name: string): ModuleFile;
  /**
   * The built module file, read once: what is checked is what runs.
   *
   * @throws {HostError} with code `not-found` when there is none
   */
  module(name: string): ModuleFile;
}
