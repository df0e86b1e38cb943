import { BlockList, isIP } from 'node:net';

/** An address, or a range in CIDR notation (RFC 4632): "10.0.0.0/8", "2001:db8::/32", "192.0.2.7". */
interface Range {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

function rangeIn(text: string): Range | null {
  const [, address, prefix] = /^([0-9a-f.:]{2,45})(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = address === undefined ? 0 : isIP(address);
  if (version === 0) return null;
  const widest = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? widest : Number(prefix);
  return bits <= widest ? { address: address!, family: version === 4 ? 'ipv4' : 'ipv6', prefix: bits } : null;
}

export const isRange = (text: string): boolean => rangeIn(text) !== null;

/** Whether one of the ranges holds the address. An IPv4 address is the same when it comes as IPv6 (::ffff:192.0.2.7). */
export function isWithin(ranges: readonly string[], address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const list = new BlockList();
  for (const range of ranges.map(rangeIn)) if (range) list.addSubnet(range.address, range.prefix, range.family);
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
