/**
 * Which IP addresses are not the public internet. The judgement is by prefix, from the IANA special-purpose address
 * registries: whatever is not globally reachable is special, and so is IPv6 outside 2000::/3; and so is what a cloud
 * keeps for itself inside public space. Only literal addresses are judged here; names, URLs and what the operator allows
 * and denies are the guard's.
 *
 * An IPv4-mapped IPv6 address is judged as the IPv4 address it carries. The other ways to write an IPv4 address inside
 * an IPv6 one (compatible, NAT64, 6to4, Teredo) are special as a whole, whatever they carry.
 */
import { BlockList, isIP, SocketAddress } from 'node:net';

/** The special network that an address lies in; null when the address is globally reachable. */
export function specialNetworkOf(literal: Literal): SpecialNetwork | null {
  return networks.find(({ set }) => set.has(literal))?.special ?? null;
}

export interface SpecialNetwork {
  /** As the operator would write it to allow it. */
  readonly cidr: string;
  /** Reads on after "is": `a loopback address`. */
  readonly what: string;
  readonly source: string;
}

export interface Literal {
  readonly family: 'ipv4' | 'ipv6';
  /** In its shortest spelling, without a zone. */
  readonly address: string;
}

/** An address in its one spelling, IPv4-mapped as IPv4; null when the text is no address. */
export function readAddress(text: string): Literal | null {
  const family = isIP(text);
  if (family === 0) return null;
  if (family === 4) return { family: 'ipv4', address: text };
  const { address } = new SocketAddress({ family: 'ipv6', address: text });
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  return mapped === undefined ? { family: 'ipv6', address } : { family: 'ipv4', address: mapped };
}

export interface Network extends Literal {
  /** Leading bits that count; the rest of `address` may be anything. */
  readonly prefix: number;
}

/**
 * Reads one value of `--allow-network` or `--deny-network`: `10.0.0.0/8`, `fd00::/8`, or a single address. Host bits are taken and ignored.
 *
 * @throws Error saying what is wrong with the text
 */
export function parseNetwork(text: string): Network {
  const [, written = '', length] = /^([^/]*)(?:\/(.*))?$/s.exec(text.trim()) ?? [];
  const family = written.includes('%') ? 0 : isIP(written);
  const literal = family === 0 ? null : readAddress(written);
  if (literal === null) {
    throw new Error(
      `"${text}" is not a network. Write an address or a CIDR, such as 10.0.0.0/8 or fd00::/8.`,
    );
  }
  const bits = family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || prefix > bits)) {
    throw new Error(
      `"${text}" has no usable prefix length: it is a number from 0 to ${bits} after the slash, as in ${written}/${bits}.`,
    );
  }
  if (family === 4 || literal.family === 'ipv6') return { ...literal, prefix };
  // An IPv4-mapped network is the IPv4 network; one so wide that it is more than the mapped addresses names no IPv4.
  return prefix >= 96
    ? { ...literal, prefix: prefix - 96 }
    : { family: 'ipv6', address: `::ffff:${literal.address}`, prefix };
}

export interface NetworkSet {
  has(literal: Literal): boolean;
}

/**
 * One list per family: `BlockList` takes IPv4 and IPv4-mapped addresses for the same in both directions, so in one list
 * `::/0` would open 127.0.0.1, which it does not name.
 */
export function makeNetworkSet(list: readonly Network[]): NetworkSet {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const { family, address, prefix } of list) lists[family].addSubnet(address, prefix, family);
  return { has: ({ family, address }) => lists[family].check(address, family) };
}

/**
 * https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry, the rows that are not
 * globally reachable, and the multicast, deprecated and unassigned space that the registries leave out. The first match
 * names the address, so narrow rows stand above the wide ones. 192.0.0.0/24 and 2001::/23 hold a few anycast services
 * that are reachable; no webhook is received there, and they stay refused.
 */
export const specialNetworks: readonly SpecialNetwork[] = [
  { cidr: '0.0.0.0/8', what: 'an address of "this network"', source: 'RFC 791' },
  { cidr: '10.0.0.0/8', what: 'a private address', source: 'RFC 1918' },
  { cidr: '100.64.0.0/10', what: 'a carrier-grade NAT address', source: 'RFC 6598' },
  { cidr: '127.0.0.0/8', what: 'a loopback address', source: 'RFC 1122' },
  { cidr: '168.63.129.16/32', what: "the address of Azure's platform", source: 'Microsoft' },
  { cidr: '169.254.0.0/16', what: 'a link-local address', source: 'RFC 3927' },
  { cidr: '172.16.0.0/12', what: 'a private address', source: 'RFC 1918' },
  { cidr: '192.0.0.0/24', what: 'an address of IETF protocol assignments', source: 'RFC 6890' },
  { cidr: '192.0.2.0/24', what: 'a documentation address', source: 'RFC 5737' },
  { cidr: '192.88.99.0/24', what: 'a deprecated 6to4 relay address', source: 'RFC 7526' },
  { cidr: '192.168.0.0/16', what: 'a private address', source: 'RFC 1918' },
  { cidr: '198.18.0.0/15', what: 'a benchmarking address', source: 'RFC 2544' },
  { cidr: '198.51.100.0/24', what: 'a documentation address', source: 'RFC 5737' },
  { cidr: '203.0.113.0/24', what: 'a documentation address', source: 'RFC 5737' },
  { cidr: '224.0.0.0/4', what: 'a multicast address', source: 'RFC 5771' },
  { cidr: '255.255.255.255/32', what: 'the broadcast address', source: 'RFC 919' },
  { cidr: '240.0.0.0/4', what: 'a reserved address', source: 'RFC 1112' },
  { cidr: '::/128', what: 'the unspecified address', source: 'RFC 4291' },
  { cidr: '::1/128', what: 'a loopback address', source: 'RFC 4291' },
  { cidr: '::/96', what: 'an IPv4-compatible address', source: 'RFC 4291' },
  { cidr: '::ffff:0:0:0/96', what: 'an IPv4-translated address', source: 'RFC 2765' },
  { cidr: '64:ff9b::/96', what: 'a NAT64 address', source: 'RFC 6052' },
  { cidr: '64:ff9b:1::/48', what: 'a local NAT64 address', source: 'RFC 8215' },
  { cidr: '100::/64', what: 'a discard-only address', source: 'RFC 6666' },
  { cidr: '100:0:0:1::/64', what: 'a dummy address', source: 'RFC 9780' },
  { cidr: '2001::/32', what: 'a Teredo address', source: 'RFC 4380' },
  { cidr: '2001:2::/48', what: 'a benchmarking address', source: 'RFC 5180' },
  { cidr: '2001:10::/28', what: 'a deprecated ORCHID address', source: 'RFC 4843' },
  { cidr: '2001:20::/28', what: 'an ORCHIDv2 address', source: 'RFC 7343' },
  { cidr: '2001::/23', what: 'an address of IETF protocol assignments', source: 'RFC 2928' },
  { cidr: '2001:db8::/32', what: 'a documentation address', source: 'RFC 3849' },
  { cidr: '2002::/16', what: 'a 6to4 address', source: 'RFC 3056' },
  { cidr: '3fff::/20', what: 'a documentation address', source: 'RFC 9637' },
  { cidr: '5f00::/16', what: 'a segment routing address', source: 'RFC 9602' },
  { cidr: 'fc00::/7', what: 'a private address', source: 'RFC 4193' },
  { cidr: 'fe80::/10', what: 'a link-local address', source: 'RFC 4291' },
  { cidr: 'fec0::/10', what: 'a deprecated site-local address', source: 'RFC 3879' },
  { cidr: 'ff00::/8', what: 'a multicast address', source: 'RFC 4291' },
  { cidr: '::/3', what: 'outside the global unicast addresses', source: 'RFC 4291' },
  { cidr: '4000::/2', what: 'outside the global unicast addresses', source: 'RFC 4291' },
  { cidr: '8000::/1', what: 'outside the global unicast addresses', source: 'RFC 4291' },
];

const networks = specialNetworks.map((special) => ({
  special,
  set: makeNetworkSet([parseNetwork(special.cidr)]),
}));
