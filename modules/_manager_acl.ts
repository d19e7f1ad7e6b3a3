/**
 * Lists of addresses that may log in or may not: `permit`, `deny` and `acl` of manager.conf, and the lists of acl.conf.
 *
 * @module
 */
import type { ModuleConfig } from "asterism";
import ipaddr from "ipaddr.js";

/** One address or network, and whether it may. */
export interface AclRule {
  /** `permit`. */
  readonly permit: boolean;
  /** Whether an address is meant. */
  matches(address: string): boolean;
}

/**
 * Reads the value of a `permit` or `deny`: addresses and networks, `10.0.0.0/8` or `10.0.0.0/255.0.0.0`, separated by
 * commas; a `!` before one turns it round.
 *
 * @throws {SyntaxError} for what is no address or network
 */
export function readAclRules(permit: boolean, value: string): AclRule[] {
  return value.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const turned = part.startsWith("!");
    const text = turned ? part.slice(1).trim() : part;
    const network = readNetwork(text);
    return { permit: permit !== turned, matches: (address) => isWithin(address, network) };
  });
}

/** Whether an address may: the last rule that matches decides, as in Asterisk; without one it may. */
export function mayConnect(rules: readonly AclRule[], address: string): boolean {
  return rules.findLast((rule) => rule.matches(address))?.permit ?? true;
}

/** A list of acl.conf. */
export interface NamedAcl {
  readonly name: string;
  readonly rules: readonly AclRule[];
  /** Why nobody passes it, when it cannot be used. */
  readonly fault: string | undefined;
}

/**
 * Reads acl.conf: a section for each list, with `permit` and `deny`. A list with anything else in it lets nobody pass.
 *
 * @returns the lists by name in small letters, and what is wrong, with file and line
 */
export function readNamedAcls(
  config: ModuleConfig | undefined,
): { acls: ReadonlyMap<string, NamedAcl>; warnings: readonly string[] } {
  const acls = new Map<string, NamedAcl>();
  const warnings: string[] = [];
  for (const { name, entries } of config?.sections ?? []) {
    const known = acls.get(name.toLowerCase());
    const rules = [...known?.rules ?? []];
    let fault = known?.fault;
    for (const { key, value, file, line } of entries) {
      try {
        rules.push(...readAclRules(readSense(key), value));
      } catch (error) {
        const wrong = `${file}:${line}: ${key}: ${(error as Error).message}`;
        warnings.push(`${wrong}; nobody passes the ACL "${name}"`);
        fault ??= wrong;
      }
    }
    acls.set(name.toLowerCase(), { name, rules, fault });
  }
  return { acls, warnings };
}

function readSense(key: string): boolean {
  if (!/^(?:permit|deny)$/i.test(key)) throw new SyntaxError("expected permit or deny");
  return key.toLowerCase() === "permit";
}

/**
 * The lists that a value of `acl` names, separated by commas. One that there is not lets nobody pass, as in Asterisk.
 *
 * @param place file and line of the value
 */
export function namedAcls(value: string, acls: ReadonlyMap<string, NamedAcl>, place: string): NamedAcl[] {
  return value.split(",").map((part) => part.trim()).map((name) =>
    acls.get(name.toLowerCase()) ??
      { name, rules: [], fault: `${place}: acl.conf has no section [${name}]: nobody passes it` }
  );
}

/**
 * Why an address may not connect, by rules of its own and named lists, all of which must let it pass: more than that it
 * does not pass, as far as there is more to say; undefined when it may.
 */
export function refusalOf(
  { acl, named }: { readonly acl: readonly AclRule[]; readonly named: readonly NamedAcl[] },
  address: string,
): string | undefined {
  if (!mayConnect(acl, address)) return "";
  for (const { name, rules, fault } of named) {
    if (fault !== undefined) return fault;
    if (!mayConnect(rules, address)) return `the ACL "${name}" does not let it pass`;
  }
  return undefined;
}

type Network = ReturnType<typeof ipaddr.parseCIDR>;

function readNetwork(text: string): Network {
  const [address = "", mask] = text.replace(/^\[([^\]]*)\]/, "$1").split("/");
  try {
    // An address of IPv4 in the form of IPv6 is one of IPv4, as those of clients are.
    const parsed = ipaddr.process(address);
    if (mask === undefined) return [parsed, parsed.kind() === "ipv4" ? 32 : 128] as Network;
    if (/^\d+$/.test(mask)) return ipaddr.parseCIDR(`${parsed}/${mask}`);
    const bits = ipaddr.parse(mask).prefixLengthFromSubnetMask();
    if (bits === null || ipaddr.parse(mask).kind() !== parsed.kind()) throw new SyntaxError("no mask");
    return [parsed, bits] as Network;
  } catch {
    throw new SyntaxError(`"${text}" is no address or network: expected one such as 10.0.0.0/255.0.0.0 or ::1`);
  }
}

function isWithin(address: string, network: Network): boolean {
  return ipaddr.subnetMatch(ipaddr.process(address), { network }, "none") === "network";
}
