import { arraysOf, copyOfRows, instant, int4, uuid } from '../db/binary-rows.ts';
import type { Tx } from '../db/tx.ts';
import type { Deals } from './deals.ts';

const POSTING =
  'subject_id fact_id kind revision occurred_at counterparty_id amount currency reliability experience is_purchase pair_rank is_held volume first_step first_far_at recorded_at'.split(
    ' ',
  );

/** Entries in this order, with the volumes in which they lie. */
export const copyDealEntries = (
  tx: Tx,
  deals: Deals,
  order: Uint32Array,
  volumes: Int32Array,
  recordedAt: number,
): Promise<void> => {
  const { books, subjects, counterparties, dealOf, kinds, occurredAt, ranks, firstSteps, firstFarAt } = deals;
  const { dealWords, amounts, currencies, arePurchases } = deals;
  const { roll } = books;
  return tx.copy(
    ...copyOfRows('posting', POSTING, order, (bytes, entry, i) => {
      const subject = subjects[entry]!;
      const deal = dealOf[entry]!;
      const farAt = firstFarAt[entry]!;
      roll.write(bytes, subject);
      bytes.words(dealWords, 4 * deal);
      bytes.field2(kinds[entry]!);
      bytes.field2(0);
      bytes.fieldInstant(occurredAt[entry]!);
      roll.write(bytes, counterparties[entry]!);
      bytes.field8(amounts[deal]!);
      bytes.text(currencies[deal]!);
      bytes.null();
      bytes.null();
      bytes.fieldFlag(arePurchases[deal] === 1);
      bytes.field4(ranks[entry]!);
      bytes.fieldFlag(false);
      bytes.field4(volumes[i]!);
      bytes.field2(firstSteps[entry]!);
      if (Number.isNaN(farAt)) bytes.null();
      else bytes.fieldInstant(farAt);
      bytes.fieldInstant(recordedAt);
    }),
  );
};

/** Pairs that have no row yet. */
export const copyDealPairs = (tx: Tx, { pairs, books: { roll } }: Deals, cells: Uint32Array): Promise<void> =>
  tx.copy(
    ...copyOfRows(
      'pair',
      ['subject_id', 'counterparty_id', 'orders', 'reviews', 'live', 'first_at'],
      cells,
      (bytes, cell) => {
        roll.write(bytes, pairs.first(cell));
        roll.write(bytes, pairs.second(cell));
        bytes.field4(pairs.orders[cell]!);
        bytes.field4(0);
        bytes.field4(pairs.live[cell]!);
        bytes.fieldInstant(pairs.firstAt[cell]!);
      },
    ),
  );

/** Days that have no row yet. */
export const copyDealDays = (tx: Tx, { days, books: { roll } }: Deals, cells: Uint32Array): Promise<void> =>
  tx.copy(
    ...copyOfRows(
      'day_tally',
      ['subject_id', 'day', 'deals', 'reviews_seen', 'reviews_counted', 'praises'],
      cells,
      (bytes, cell) => {
        roll.write(bytes, days.first(cell));
        bytes.field4(days.second(cell));
        bytes.field4(days.deals[cell]!);
        for (let i = 0; i < 3; i++) bytes.field4(0);
      },
    ),
  );

/** The others: whoever has written to them has written to their subjects' tallies, which is found out. */
export const moveDealPairs = (tx: Tx, { pairs, books: { roll } }: Deals, cells: Uint32Array): Promise<unknown> =>
  tx.query(
    'move_pairs',
    `update pair set orders = new.orders, live = new.live, first_at = new.first_at
       from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::timestamptz[])
         as new (subject_id, counterparty_id, orders, live, first_at)
      where pair.subject_id = new.subject_id and pair.counterparty_id = new.counterparty_id`,
    arraysOf<number>(
      cells,
      uuid((cell) => roll.textOf(pairs.first(cell))),
      uuid((cell) => roll.textOf(pairs.second(cell))),
      int4((cell) => pairs.orders[cell]),
      int4((cell) => pairs.live[cell]),
      instant((cell) => pairs.firstAt[cell]),
    ),
  );

export const moveDealDays = (tx: Tx, { days, books: { roll } }: Deals, cells: Uint32Array): Promise<unknown> =>
  tx.query(
    'move_days',
    `update day_tally d set deals = new.deals from unnest($1::uuid[], $2::int[], $3::int[]) as new (subject_id, day, deals)
      where d.subject_id = new.subject_id and d.day = new.day`,
    arraysOf<number>(
      cells,
      uuid((cell) => roll.textOf(days.first(cell))),
      int4((cell) => days.second(cell)),
      int4((cell) => days.deals[cell]),
    ),
  );
