import type { Copier } from '../db/snapshot.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { idsOf, quotedId } from './refold.queries.ts';

/** Subjects in a span of ids; null where it has no end. */
export interface Span {
  readonly after: string | null;
  readonly upTo: string | null;
}

const within = ({ after, upTo }: Span): string =>
  [
    'true',
    ...(after === null ? [] : [`subject_id > ${quotedId(after)}`]),
    ...(upTo === null ? [] : [`subject_id <= ${quotedId(upTo)}`]),
  ].join(' and ');

const copied = (select: string): string => `copy (${select}) to stdout (format binary)`;

/** So many subjects after an id: how many there are, the last of them unless there are no more, and how many blocks the ledger has. */
export const spanAfter = async (
  on: Reader,
  after: string | null,
  most: number,
): Promise<{ subjects: number; upTo: string | null; blocks: number }> =>
  (
    await on.query<{ subjects: number; upTo: string | null; blocks: number }>(
      '',
      `with rest as (select subject_id from tally where $1::uuid is null or subject_id > $1::uuid order by subject_id limit $2)
       select (select count(*)::int from rest) as subjects, (select subject_id from rest offset $2 - 1) as "upTo",
              (pg_relation_size('posting') / current_setting('block_size')::int)::int as blocks`,
      [after, most],
    )
  )[0]!;

export const SUBJECT_COLUMNS = 4;
/** Whoever has a book, in id order. xmin: which transaction wrote it last. */
export const copySubjects = (on: Copier, span: Span): AsyncIterable<Buffer> =>
  on.copyOut(
    copied(`select subject_id, subject_kind, volume, xmin from tally where ${within(span)} order by subject_id`),
  );

export const POSTING_COLUMNS = 11;
/** Several small fields in one: to copy a field costs as much as to read its row. */
export const FLAGS = { kind: 255, reversal: 1 << 8, purchase: 1 << 9, held: 1 << 10, step: 11 } as const;
const PACKED = `kind::int + (revision & 1) * 256 + is_purchase::int * 512 + is_held::int * 1024 + (first_step + 1) * 2048`;

/** The entries of a span's subjects in one half of the ledger's blocks, as they lie there. */
export const copyPostings = (on: Copier, span: Span, blocks: number, half: 0 | 1): AsyncIterable<Buffer> => {
  const middle = `'(${Math.floor(blocks / 2)},0)'::tid`;
  return on.copyOut(
    copied(
      `select subject_id, ${PACKED}, occurred_at, amount, currency, reliability, experience, pair_rank, first_far_at,
              nullif(volume, 0), case when volume > 0 then recorded_at end
         from posting where ctid ${half === 0 ? '<' : '>='} ${middle} and ${within(span)}`,
    ),
  );
};

export const FIRST_COLUMNS = 3;
/** What the first volumes of these ledgers are about, and when it was recorded. */
export const copyFirstVolumes = (on: Copier, ids: readonly string[]): AsyncIterable<Buffer> =>
  on.copyOut(
    copied(
      `select subject_id, fact_id, recorded_at from posting
        where volume = 0 and subject_id = any(${idsOf(ids)})`,
    ),
  );

export const BALANCE_COLUMNS = 8;
const BALANCES =
  'select subject_id, xmin, counts, counterparties, first_day, last_day, volume, volume_entries from tally';
/** The books of a span. */
export const copyBalances = (on: Copier, span: Span): AsyncIterable<Buffer> =>
  on.copyOut(copied(`${BALANCES} where ${within(span)}`));

/** The same, once nobody else can write to them. */
export const lockBalances = (tx: Tx, span: Span): AsyncIterable<Buffer> =>
  tx.copyOut(copied(`${BALANCES} where ${within(span)} order by subject_id for update`));

export const STANDING_COLUMNS = 10;
export const copyStandings = (on: Copier, span: Span): AsyncIterable<Buffer> =>
  on.copyOut(
    copied(
      `select subject_id, policy_id, checkpoints, terms, level, score, low_score, good, bad, deals
         from standing where ${within(span)}`,
    ),
  );

export const CHECKPOINT_COLUMNS = 8;
export const copyCheckpoints = (on: Copier, ids: readonly string[]): AsyncIterable<Buffer> =>
  on.copyOut(
    copied(
      `select subject_id, policy_id, span, volume, day, kind, count, term
         from checkpoint where subject_id = any(${idsOf(ids)})`,
    ),
  );
