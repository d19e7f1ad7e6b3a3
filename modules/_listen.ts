/**
 * What servers on a TCP port share: how an address is written, and what to do when it cannot be had.
 *
 * @module
 */

/** Where a server listens, and where that is written. */
export interface ListenPlace {
  /** The module, for the line that grants it the address. */
  readonly module: string;
  /** Name of its configuration file. */
  readonly file: string;
  /** Key of the port in it. */
  readonly portKey: string;
  /** Address. */
  readonly bindaddr: string;
  /** Port; 0 lets the system choose one. */
  readonly bindport: number;
  /** Where the port is written, `file:line`. */
  readonly place: string;
}

/** Address and port as they are written together. */
export function formatAddress(hostname: string, port: number): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** Why a server could not start, with what to do about it. */
export function explainListenFailure(where: ListenPlace, cause: unknown): string {
  const { module, file, portKey } = where;
  const address = formatAddress(where.bindaddr, where.bindport);
  const at = `Cannot listen on ${address} (${where.place})`;
  if (cause instanceof Deno.errors.AddrInUse) {
    return `${at}: the address is in use by another program; choose another ${portKey} in ${file}`;
  }
  // Without any grant of the kind the realm has none of these functions at all.
  if (cause instanceof Deno.errors.NotCapable || typeof Deno.listen !== "function") {
    return `${at}: not granted; write "${module} = net=${address}" to [permissions] of modules.conf, where the address ` +
      "must be one that the manifest asks for (127.0.0.1)";
  }
  return `${at}: ${cause instanceof Error ? cause.message : cause}; check bindaddr and ${portKey} in ${file}`;
}
