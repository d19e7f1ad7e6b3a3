/**
 * Lists of addresses that may log in or may not: `permit` and `deny` of manager.conf.
 *
 * @module
 */
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

type Network = ReturnType<typeof ipaddr.parseCIDR>;

function readNetwork(text: string): Network {
  const [address = "", mask] = text.replace(/^\[([^\]]*)\]/, "$1").split("/");
  try {
    const parsed = ipaddr.parse(address);
    if (mask === undefined) return [parsed, parsed.kind() === "ipv4" ? 32 : 128] as Network;
    if (/^\d+$/.test(mask)) return ipaddr.parseCIDR(`${address}/${mask}`);
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
