import { createHmac } from 'node:crypto';
import net from 'node:net';
import type { Call } from '../../access/call.ts';
import type { Allowance, Allowances } from '../../kernel/allowance.ts';
import type { Budgets } from './budget.ts';

/** Whose bucket a call takes from, and how large that is. */
export interface Purse {
  readonly budgets: Budgets;
  readonly caller: string;
  readonly allowance: Allowance;
}

const PURSE = Symbol('purse');
/** On the call itself, because what Apollo hands on is a copy of it. */
type WithPurse = Call & { [PURSE]?: Purse };

/** Null where nobody is limited. */
export const purseOf = (call: Call): Purse | null => (call as WithPurse)[PURSE] ?? null;

export const givePurse = (call: Call, purse: Purse): void => void ((call as WithPurse)[PURSE] = purse);

export interface Purses {
  readonly of: (call: Call, ip: string) => Purse;
  readonly ofWrongSignIns: (ip: string) => Purse;
}

/** 200 at once, and 2 a second from then on, for each address. */
const WRONG_SIGN_INS: Allowance = { maximum: 200, restoreRate: 2 };

/** Those who sign in are known by their name, all others by their address: by a keyed hash of it, since it ends up in a table. */
export function pursesBy(budgets: Budgets, allowances: Allowances, hashSecret: Buffer): Purses {
  const hashOf = remembered((ip) => createHmac('sha256', hashSecret).update(networkOf(ip)).digest('base64url'));
  return {
    of: ({ actor: { role, name } }, ip) => ({
      budgets,
      caller: role === 'PUBLIC' ? `PUBLIC ${hashOf(ip)}` : name,
      allowance: allowances[role],
    }),
    ofWrongSignIns: (ip) => ({ budgets, caller: `WRONG ${hashOf(ip)}`, allowance: WRONG_SIGN_INS }),
  };
}

const MOST_ADDRESSES = 10_000;

/** A storefront's servers ask from the same few addresses. */
function remembered(hash: (ip: string) => string): (ip: string) => string {
  const known = new Map<string, string>();
  return (ip) => {
    let found = known.get(ip);
    if (found === undefined) {
      if (known.size >= MOST_ADDRESSES) known.clear();
      known.set(ip, (found = hash(ip)));
    }
    return found;
  };
}

/** Whoever has one IPv6 address has 2^64 of them: the first half tells one from another. */
export function networkOf(ip: string): string {
  if (net.isIP(ip) !== 6) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = ip.split('%')[0]!.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
