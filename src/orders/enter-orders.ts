import type { Entry, Ledger } from '../evidence/ledger.ts';
import { bookOf, enter, pairOf, reverse } from '../evidence/ledger.ts';
import { isLive } from '../evidence/books.ts';
import { isPurchase, type Meaning } from './order-evidence.ts';
import type { OrderState } from './order-state.ts';

/** Something to enter, at its place in time. */
export interface TimedEntry {
  readonly at: number;
  /** Which comes first of what happened at the same instant: not the order of arrival, which a replay need not keep. */
  readonly tie: string;
  readonly enter: () => void;
}

export const byTime = (a: TimedEntry, b: TimedEntry): number =>
  a.at - b.at || (a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0);

const placeKey = ({ subjectId, kind }: Pick<Entry, 'subjectId' | 'kind'>): string => `${subjectId}/${kind}`;

/** What each party's repeated dealings rank at: counted once for an order, whatever it turns out to mean. */
type Ranks = Map<string, number>;

/**
 * Reverses at once what an order no longer means, and returns what it newly means, to be entered in order of time with the rest
 * of a transaction: a posting's weights are those of its moment.
 */
export function changesOf(
  ledger: Ledger,
  order: OrderState,
  wanted: readonly Meaning[],
  latest: readonly Entry[],
): TimedEntry[] {
  const tie = `order ${order.externalId}`;
  const entryOf = (meaning: Meaning, revision: number): TimedEntry => ({
    at: meaning.occurredAt,
    tie,
    enter: () => enterMeaning(ledger, order, meaning, revision, ranks),
  });
  const ranks: Ranks = new Map();
  if (latest.length === 0) return wanted.map((meaning) => entryOf(meaning, 0));
  for (const { subjectId, pairRank } of latest) ranks.set(subjectId, pairRank);
  const wantedByPlace = new Map(wanted.map((meaning) => [placeKey(meaning), meaning]));
  const latestByPlace = new Map(latest.map((entry) => [placeKey(entry), entry]));
  for (const entry of latest) {
    if (!isLive(entry) || wantedByPlace.get(placeKey(entry))?.occurredAt === entry.occurredAt) continue;
    reverse(ledger, entry);
    latestByPlace.set(placeKey(entry), { ...entry, revision: entry.revision + 1 });
  }
  return wanted
    .filter((meaning) => {
      const last = latestByPlace.get(placeKey(meaning));
      return !last || !isLive(last);
    })
    .map((meaning) => entryOf(meaning, (latestByPlace.get(placeKey(meaning))?.revision ?? -1) + 1));
}

function enterMeaning(ledger: Ledger, order: OrderState, meaning: Meaning, revision: number, ranks: Ranks): void {
  const { subjectId, kind, counterparty, occurredAt } = meaning;
  enter(ledger, {
    subjectId,
    factId: order.id,
    kind,
    revision,
    occurredAt,
    counterparty,
    amount: order.amount,
    currency: order.currency,
    reliability: null,
    experience: null,
    isPurchase: isPurchase(order),
    pairRank: rankOf(ledger, meaning, ranks),
    isHeld: false,
    sign: 1,
  });
}

function rankOf(ledger: Ledger, { subjectId, counterparty }: Meaning, ranks: Ranks): number {
  let rank = ranks.get(subjectId);
  if (rank === undefined) ranks.set(subjectId, (rank = pairOf(bookOf(ledger, subjectId), counterparty).orders++));
  return rank;
}
