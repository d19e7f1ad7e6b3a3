import type { PermissionSet } from "../permission/mod.ts";
import type { CarrierInit } from "./carrier.ts";
import type { RealmLimits } from "./realm.ts";

/** What the system holds the process of a realm to. */
export type ProcessLimits = Pick<RealmLimits, "memory" | "cpu" | "files">;

/** First argument of a program that is to be the process of a realm. */
export const PROCESS_FLAG = "--realm-process";

/** What the process is told first. */
export interface ProcessInit {
  readonly label: string;
  readonly permissions: PermissionSet;
  readonly learning: boolean;
  readonly init: CarrierInit;
}

/** The program to run, and what of its surroundings it needs before it is alone. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * What V8 reserves for the two isolates of such a process (512 MiB of code range each) and the runtime for its threads.
 * Linux counts it as data although hardly any of it is ever filled. Measured with Deno 2.7.
 */
const RESERVED_BYTES = 1160 * 1024 * 1024;

/** Shells that can set limits, the best first: only some can close a descriptor whose number has two digits. */
export const SHELLS = ["/bin/bash", "/bin/sh"] as const;

/**
 * Sets the limits, of processor time a soft one, whose signal says what it was, and a second later a hard one; closes what the host itself was given by whoever started it, and becomes the program. What a shell
 * cannot do it says on its standard error, and the realm does not start.
 */
const SCRIPT = `
limit() {
  ulimit "$1" "$2" || { echo "asterism: this system's shell cannot set the limit ulimit $1 $2" >&2; exit 1; }
}
limit -c 0
limit -d "$1"
limit -n "$2"
if [ "$3" != 0 ]; then
  limit -St "$3"
  limit -Ht "$(($3 + 1))"
fi
shift 3
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
if [ -n "$BASH_VERSION" ]; then
  for path in /dev/fd/*; do
    fd=\${path##*/}
    case $fd in ?|*[!0-9]*) ;; *) eval "exec $fd>&-" ;; esac
  done
fi
unset PWD OLDPWD SHLVL
exec "$@"
`;

/** Arguments of a shell that run a program within limits. */
export function limitedArguments({ command, args }: Program, { memory, files, cpu }: ProcessLimits): string[] {
  const kilobytes = Math.ceil((RESERVED_BYTES + memory) / 1024);
  return ["-c", SCRIPT, "asterism", String(kilobytes), String(files), String(Math.ceil(cpu)), command, ...args];
}

/**
 * Names of variables that a realm's process has, of those that there are: those that its module may read, and `PATH` where
 * it may run something, for programs are looked for there.
 */
export function processVariables(
  { permissions: { env, run }, learning = false }: { permissions: PermissionSet; learning?: boolean | undefined },
  names: readonly string[],
): string[] {
  const runs = learning || run.length > 0;
  return names.filter((name) =>
    (runs && name === "PATH") ||
    env.some((value) => value.endsWith("*") ? name.startsWith(value.slice(0, -1)) : value === name)
  );
}
