import { linksOut, resolvePath } from "./disk_links.ts";
import { DENO_KINDS, type DenoKind, EVERYTHING, type PermissionLine, type PermissionSet } from "../permission/mod.ts";

/** Kinds of which the program has everything, asked once: permissions of the program never grow. */
const whole = new Map<DenoKind, boolean>();

/** What of a set the program itself was not granted: a Worker cannot be given it. */
export function programLacks(set: PermissionSet): PermissionLine[] {
  return DENO_KINDS.flatMap((kind) => {
    if (set[kind].length === 0 || hasWhole(kind)) return [];
    return set[kind].filter((value) => !isGranted(descriptor(kind, value))).map((value) => ({ kind, value }));
  });
}

/** Whether the program has everything of a kind. */
export function hasWhole(kind: DenoKind): boolean {
  const known = whole.get(kind) ?? isGranted(descriptor(kind, EVERYTHING));
  whole.set(kind, known);
  return known;
}

/** Anything but `granted`, `prompt` included, is no. */
function isGranted(query: Deno.PermissionDescriptor): boolean {
  try {
    return Deno.permissions.querySync(query).state === "granted";
  } catch {
    return false;
  }
}

const DETAIL: Record<DenoKind, string> = {
  read: "path",
  write: "path",
  ffi: "path",
  net: "host",
  import: "host",
  env: "variable",
  sys: "kind",
  run: "command",
};

function descriptor(kind: DenoKind, value: string): Deno.PermissionDescriptor {
  const detail = value === EVERYTHING ? {} : { [DETAIL[kind]]: value.replace(/^\*\./, NOBODYS_NAME) };
  return { name: kind, ...detail } as unknown as Deno.PermissionDescriptor;
}

/**
 * In place of `*.`: Deno can be granted all names below one, but not be asked for them. A name that nobody knows was
 * granted to nobody by itself.
 */
const NOBODYS_NAME = `${crypto.randomUUID()}.`;

/** What the loader asks of the program about permissions and the paths in them. */
export const programAccess = { programLacks, resolvePath, linksOut };
