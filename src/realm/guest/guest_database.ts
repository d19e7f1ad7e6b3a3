import type { RpcStub } from "capnweb";
import type { ModuleDatabase } from "../../module_api/mod.ts";
import type { DatabaseMethods, HandleMethods } from "../wire.ts";

/** The module's part of the database, asked for when it is first needed. */
export function guestDatabase(handle: () => RpcStub<HandleMethods>): ModuleDatabase {
  let opened: RpcStub<DatabaseMethods> | undefined;
  // The stub ends with the session; what the host checks, it checks on every call.
  const database = () => opened ??= handle().database() as unknown as RpcStub<DatabaseMethods>;
  const tree = async (keytree?: string) => {
    const entries = await database().tree(keytree) as unknown as { key: string; value: string }[];
    return new Map(entries.map(({ key, value }) => [key, value]));
  };
  return Object.freeze({
    get: async (key: string) => await database().get(key) ?? undefined,
    put: async (key: string, value: string) => void await database().put(key, value),
    del: async (key: string) => await database().del(key),
    deltree: async (keytree?: string) => await database().deltree(keytree),
    tree,
    keys: async (keytree?: string) => [...(await tree(keytree)).keys()],
  });
}
