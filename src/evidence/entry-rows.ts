import type { BareEntryRow, BoundEntryRow, EntryRow } from './books.queries.ts';
import type { BoundEntry, RecordedEntry } from './checkpoints.ts';
import type { Entry } from './ledger.ts';

export const entryFrom = (row: Omit<EntryRow, 'recorded_at'>): Entry => ({
  subjectId: row.subject_id,
  factId: row.fact_id,
  kind: row.kind,
  revision: row.revision,
  occurredAt: row.occurred_at.getTime(),
  counterparty: row.counterparty_id,
  amount: row.amount,
  currency: row.currency,
  reliability: row.reliability,
  experience: row.experience,
  isPurchase: row.is_purchase,
  pairRank: row.pair_rank,
  isHeld: row.is_held,
  sign: row.revision % 2 === 0 ? 1 : -1,
});

export const boundEntryFrom = (row: BareEntryRow): BoundEntry => ({
  ...entryFrom(row),
  volume: row.volume,
  firstStep: row.first_step,
  firstFarAt: row.first_far_at?.getTime() ?? null,
});

export const recordedEntryFrom = (row: BoundEntryRow): RecordedEntry => ({
  ...boundEntryFrom(row),
  recordedAt: row.recorded_at.getTime(),
});
