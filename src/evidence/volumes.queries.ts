import { arraysOf, copyOf, instant, int2, int4, uuid, uuids, whole, type Columns } from '../db/binary-rows.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { BOUND_ENTRY, type BoundEntryRow } from './books.queries.ts';
import type { CheckpointToSave, ClosedVolume } from './checkpoints.ts';

/** The ledgers of subjects that are still in their first volume. */
export const firstVolumes = (tx: Tx, subjectIds: readonly string[]): Promise<BoundEntryRow[]> =>
  tx.query(
    'first_volumes',
    `select ${BOUND_ENTRY} from posting p where p.subject_id = any($1::uuid[]) and p.volume = 0`,
    [subjectIds],
  );

/** Volumes by the index that has all but the first: `volume > 0` is what makes Postgres use it. */
export const laterVolumes = (
  tx: Tx,
  volumes: readonly { subjectId: string; volume: number }[],
): Promise<BoundEntryRow[]> =>
  tx.query(
    'later_volumes',
    `select ${BOUND_ENTRY} from unnest($1::uuid[], $2::int[]) as asked (subject_id, volume)
       join posting p on p.subject_id = asked.subject_id and p.volume = asked.volume and p.volume > 0`,
    arraysOf(
      volumes,
      uuid((each) => each.subjectId),
      int4((each) => each.volume),
    ),
  );

const VOLUME: Columns<ClosedVolume> = {
  subject_id: uuid((each) => each.subjectId),
  volume: int4((each) => each.volume),
  first_recorded_at: instant((each) => each.firstRecordedAt),
  last_recorded_at: instant((each) => each.lastRecordedAt),
  facts: uuids((each) => each.facts),
};

export const insertVolumes = (tx: Tx, volumes: readonly ClosedVolume[]): Promise<void> =>
  tx.copy(...copyOf('ledger_volume', VOLUME, volumes));

const CHECKPOINT: Columns<CheckpointToSave> = {
  subject_id: uuid((each) => each.subjectId),
  policy_id: uuid((each) => each.policyId),
  span: int2((each) => each.span),
  volume: int4((each) => each.volume),
  day: int4((each) => each.day),
  kind: int2((each) => each.kind),
  count: int4((each) => each.count),
  term: whole((each) => each.term),
};

export const insertCheckpoints = (tx: Tx, checkpoints: readonly CheckpointToSave[]): Promise<void> =>
  tx.copy(...copyOf('checkpoint', CHECKPOINT, checkpoints));

/** Adds up the checkpoints of the volumes of each shelf. */
export const insertShelves = (
  tx: Tx,
  shelves: readonly { subjectId: string; policyId: string; volume: number }[],
  span: number,
): Promise<unknown> =>
  tx.query(
    'insert_shelves',
    `insert into checkpoint (subject_id, policy_id, span, volume, day, kind, count, term)
     select c.subject_id, c.policy_id, $4, shelf.volume, c.day, c.kind, sum(c.count), sum(c.term)
       from unnest($1::uuid[], $2::uuid[], $3::int[]) as shelf (subject_id, policy_id, volume)
       join checkpoint c on c.subject_id = shelf.subject_id and c.policy_id = shelf.policy_id and c.span = 1
                        and c.volume >= shelf.volume and c.volume < shelf.volume + $4
      group by c.subject_id, c.policy_id, shelf.volume, c.day, c.kind`,
    [
      ...arraysOf(
        shelves,
        uuid((each) => each.subjectId),
        uuid((each) => each.policyId),
        int4((each) => each.volume),
      ),
      span,
    ],
  );

export interface VolumeRow {
  subject_id: string;
  volume: number;
  first_recorded_at: Date;
  last_recorded_at: Date;
  facts: string[] | null;
}
export const volumesOf = (on: Reader, subjectIds: readonly string[]): Promise<VolumeRow[]> =>
  on.query(
    'volumes_of',
    `select subject_id, volume, first_recorded_at, last_recorded_at, facts from ledger_volume
      where subject_id = any($1::uuid[]) order by subject_id, volume`,
    [subjectIds],
  );

export interface CheckpointRow {
  subject_id: string;
  policy_id: string;
  span: number;
  volume: number;
  day: number;
  kind: number;
  count: number;
  term: string;
}
export const checkpointsOfSubjects = (
  on: Reader,
  subjectIds: readonly string[],
  policyIds: readonly string[],
): Promise<CheckpointRow[]> =>
  on.query(
    'checkpoints_of',
    `select subject_id, policy_id, span, volume, day, kind, count, term::text from checkpoint
      where subject_id = any($1::uuid[]) and policy_id = any($2::uuid[])`,
    [subjectIds, policyIds],
  );

export const deleteVolumes = (tx: Tx, subjectIds: readonly string[]): Promise<unknown> =>
  tx.query('delete_volumes', `delete from ledger_volume where subject_id = any($1::uuid[])`, [subjectIds]);

export const deleteCheckpoints = (
  tx: Tx,
  subjectIds: readonly string[],
  policyIds: readonly string[],
): Promise<unknown> =>
  tx.query(
    'delete_checkpoints',
    `delete from checkpoint where subject_id = any($1::uuid[]) and policy_id = any($2::uuid[])`,
    [subjectIds, policyIds],
  );
