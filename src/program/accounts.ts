/** Reads `/etc/passwd` and `/etc/group`: Deno has no other way to the names of users and groups. */

/** A user of the system. */
export interface User {
  /** Login name. */
  readonly name: string;
  /** Number. */
  readonly uid: number;
  /** Number of the first group. */
  readonly gid: number;
  /** Home directory. */
  readonly home: string;
}

/** A group of the system. */
export interface Group {
  /** Name. */
  readonly name: string;
  /** Number. */
  readonly gid: number;
}

/** The user with that name or number, or undefined. */
export function findUser(nameOrNumber: string | number): User | undefined {
  for (const [name = "", , uid, gid, , home = ""] of rows("/etc/passwd")) {
    if (name === nameOrNumber || uid === String(nameOrNumber)) {
      return { name, uid: Number(uid), gid: Number(gid), home };
    }
  }
  return undefined;
}

/** The group with that name or number, or undefined. */
export function findGroup(nameOrNumber: string | number): Group | undefined {
  for (const [name = "", , gid] of rows("/etc/group")) {
    if (name === nameOrNumber || gid === String(nameOrNumber)) return { name, gid: Number(gid) };
  }
  return undefined;
}

function rows(file: string): string[][] {
  try {
    return Deno.readTextFileSync(file).split("\n").filter((line) => line !== "").map((line) => line.split(":"));
  } catch {
    return [];
  }
}
