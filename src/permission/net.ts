import { type Comparison, narrower } from "./comparison.ts";

/** A host in brackets or without, and a port or all ports. */
const VALUE_REGEXP = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d{1,5}))?$/;
const IPV4_REGEXP = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** A name, possibly `*.` and a name for all below it. What ends in a number is an address or none. */
const NAME_REGEXP = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const NUMBER_AT_END_REGEXP = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;
/** An address of IPv4 as one of IPv6, in the form that {@linkcode normalHost} gives it. */
const MAPPED_REGEXP = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]/;

/** Hosts as Deno has them: names, `*.example.com`, addresses, ranges such as `10.0.0.0/8`; each with a port or all. */
export const NET: Comparison = {
  normalize(value) {
    const [, text = "", port = ""] = VALUE_REGEXP.exec(value.toLowerCase()) ?? [];
    const host = normalHost(text);
    if (host === undefined || Number(port) > 65535) {
      return { fault: `"${value}" is not a host or host:port, such as 127.0.0.1:8088, [::1]:80 or 10.0.0.0/8` };
    }
    return { value: port === "" ? host : `${host}:${Number(port)}` };
  },
  meet(a, b) {
    const [, hostA = "", portA] = VALUE_REGEXP.exec(a) ?? [];
    const [, hostB = "", portB] = VALUE_REGEXP.exec(b) ?? [];
    const host = narrower(hostA, hostB, contains);
    if (host === undefined || (portA !== undefined && portB !== undefined && portA !== portB)) return undefined;
    const port = portA ?? portB;
    return port === undefined ? host : `${host}:${port}`;
  },
};

/** An address of IPv4 that is written as one of IPv6 in its usual form: the system takes both for the same. */
export function unmapped(value: string): string {
  return value.replace(MAPPED_REGEXP, (_, high: string, low: string) => {
    const number = parseInt(high, 16) * 0x10000 + parseInt(low, 16);
    return dotted(number);
  });
}

function normalHost(text: string): string | undefined {
  if (text.startsWith("[")) return normalIpv6(text);
  const [address = "", bits] = text.split("/", 2);
  if (IPV4_REGEXP.test(address)) return bits === undefined ? address : normalRange(address, bits);
  const name = text.replace(/\.$/, "");
  return NAME_REGEXP.test(name) && !NUMBER_AT_END_REGEXP.test(name) ? name : undefined;
}

/** The same address has many spellings; a denial must find it in each. */
function normalIpv6(text: string): string | undefined {
  try {
    return /^\[[0-9a-f:.]+\]$/.test(text) ? new URL(`http://${text}/`).hostname : undefined;
  } catch {
    return undefined;
  }
}

function normalRange(address: string, text: string): string | undefined {
  const bits = /^\d{1,2}$/.test(text) ? Number(text) : 33;
  if (bits >= 32) return bits === 32 ? address : undefined;
  return `${dotted(network(numberOf(address), bits))}/${bits}`;
}

/** As Deno has it, `*.example.com` is also `example.com` itself. */
function contains(wide: string, narrow: string): boolean {
  if (wide.startsWith("*.")) return `.${narrow}`.endsWith(wide.slice(1));
  const [base = "", bits] = wide.split("/", 2);
  if (bits === undefined) return false;
  const [address = "", ownBits = "32"] = narrow.split("/", 2);
  return IPV4_REGEXP.test(address) && Number(ownBits) >= Number(bits) &&
    network(numberOf(address), Number(bits)) === numberOf(base);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The number with nothing but its first bits. */
function network(number: number, bits: number): number {
  const size = 2 ** (32 - bits);
  return number - number % size;
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => number >>> shift & 255).join(".");
}
