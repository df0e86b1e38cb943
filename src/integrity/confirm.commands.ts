import type { Tx } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SuspicionKey } from './findings.queries.ts';
import { isClaimedByOthers, recordVerdicts } from './suspicions.commands.ts';
import { aboutNoOther, decide, lockAbout } from './suspicions.queries.ts';

/** A review or an order that was judged: its merchant's id and its own. */
type Judged = SuspicionKey;

/**
 * These reviews and orders were penalized: every open suspicion about them was right. Returns which; one about others too stays open for
 * these. Call it before the books are opened: whoever decides a suspicion holds its row first, and the books after it. Where `people` decide,
 * what others have claimed keeps them off.
 */
export async function confirmSuspicions(
  tx: Tx,
  reviews: readonly Judged[],
  now: number,
  by: string,
  people: readonly (string | null)[] | null = null,
  orders: readonly Judged[] = [],
): Promise<SuspicionKey[]> {
  if (reviews.length + orders.length === 0) return [];
  const held = await lockAbout(tx, 'OPEN', reviews, orders);
  if (held.length === 0) return [];
  const claimed = people && held.find((each) => isClaimedByOthers(each, people, now));
  if (claimed) throw claimedByOther(claimed.claimedBy!, orders.length > 0 ? 'orderIds' : 'reviewIds');
  const keys = await aboutNoOther(tx, held, reviews, orders);
  if (keys.length === 0) return [];
  await decide(tx, keys, { status: 'CONFIRMED', by, note: null, at: new Date(now) });
  await recordVerdicts(tx, keys, { kind: 'CONFIRMED', by, note: null, now });
  return keys;
}

/** The exact inverse, for a penalty that was overturned: these are in doubt again, by each suspicion that was confirmed. */
export async function reopenSuspicions(
  tx: Tx,
  reviews: readonly Judged[],
  now: number,
  by: string,
  orders: readonly Judged[] = [],
): Promise<SuspicionKey[]> {
  if (reviews.length + orders.length === 0) return [];
  const keys = await lockAbout(tx, 'CONFIRMED', reviews, orders);
  if (keys.length === 0) return [];
  await decide(tx, keys, { status: 'OPEN', by: null, note: null, at: null });
  await recordVerdicts(tx, keys, { kind: 'REOPENED', by, note: null, now });
  return keys;
}

const claimedByOther = (name: string, field: string) =>
  new Refusal(
    'CONFLICT',
    'SUSPICION_CLAIMED',
    `${name} works on a suspicion about one of these; a claim runs out by itself.`,
    [field],
  );
