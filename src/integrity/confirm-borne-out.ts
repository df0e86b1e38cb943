import type { Pool } from 'pg';
import { inTransaction, reader } from '../db/tx.ts';
import { confirmReviews, type Confirmation } from '../reviews/confirm.commands.ts';
import type { MarketReviews } from './read-reviews.ts';
import type { Seen } from './look-back.ts';
import { suspicionsAbout } from './proven-authors.queries.ts';
import type { FoldingsOf } from './suspicions.commands.ts';

/** So many a scan, those first that were borne out first: the next one goes on. */
const MOST_AT_ONCE = 2_000;
const PAGE = 500;

/** Counts for their authors which reviews later ones bore out, but for those that are in doubt. How many. */
export async function confirmBorneOut(
  pool: Pool,
  { borneOut }: Seen,
  { columns, idOf, subject }: MarketReviews,
  moment: { readonly now: number; readonly foldingsAt: (now: number) => FoldingsOf },
  signal?: AbortSignal,
): Promise<number> {
  const { now, foldingsAt } = moment;
  const found = borneOut.map(({ row, at }): Confirmation => ({
    merchantId: subject(columns.subjects[row]!),
    id: idOf(row),
    at,
  }));
  let confirmed = 0;
  for (let from = 0; from < found.length && confirmed < MOST_AT_ONCE; from += PAGE) {
    signal?.throwIfAborted();
    const page = found.slice(from, from + PAGE);
    const open = (await suspicionsAbout(reader(pool), page)).filter(({ status }) => status === 'OPEN');
    const suspected = new Set(open.flatMap(({ reviewIds }) => reviewIds));
    const free = page.filter(({ id }) => !suspected.has(id));
    if (free.length > 0)
      confirmed += await inTransaction(pool, async (tx) =>
        confirmReviews(tx, free, { now, foldings: await foldingsAt(now)(tx) }),
      );
  }
  return confirmed;
}
