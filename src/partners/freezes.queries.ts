import type { ActorSubject } from '../access/actor.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { FreezeGround } from './freeze.ts';

export interface NewFreeze {
  readonly subjectId: string;
  readonly id: string;
  readonly subjectKind: ActorSubject['kind'];
  readonly ground: FreezeGround;
  readonly note: string;
  readonly frozenBy: string;
  readonly frozenAt: Date;
}

/** False if it is frozen already. */
export async function addFreeze(tx: Tx, freeze: NewFreeze): Promise<boolean> {
  const added = await tx.query(
    'freezes.add',
    `insert into account_freeze (subject_id, id, subject_kind, ground, note, frozen_by, frozen_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (subject_id) where unfrozen_at is null do nothing returning id`,
    [freeze.subjectId, freeze.id, freeze.subjectKind, freeze.ground, freeze.note, freeze.frozenBy, freeze.frozenAt],
  );
  return added.length > 0;
}

/** The freeze that this ended; undefined if it was not frozen. */
export async function endFreeze(
  tx: Tx,
  subjectId: string,
  why: { readonly at: Date; readonly by: string; readonly note: string },
): Promise<string | undefined> {
  const [ended] = await tx.query<{ id: string }>(
    'freezes.end',
    `update account_freeze set unfrozen_at = $2, unfrozen_by = $3, unfreeze_note = $4
      where subject_id = $1 and unfrozen_at is null returning id`,
    [subjectId, why.at, why.by, why.note],
  );
  return ended?.id;
}

/** For how long, in ms, an account was frozen on a ground between two instants. */
export const frozenFor = async (
  on: Reader,
  subjectId: string,
  ground: FreezeGround,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<number> =>
  (
    await on.query<{ ms: number }>(
      'freezes.time',
      `select coalesce(sum(extract(epoch from least(coalesce(unfrozen_at, $4), $4) - greatest(frozen_at, $3))) * 1000, 0)::float8 as ms
         from account_freeze
        where subject_id = $1 and ground = $2 and frozen_at < $4 and coalesce(unfrozen_at, $4) > $3`,
      [subjectId, ground, from, to],
    )
  )[0]!.ms;
