import { readCopiedRows, uuidFrom } from '../db/copied-rows.ts';
import type { Copier } from '../db/snapshot.ts';
import type { Reader } from '../db/tx.ts';
import { checkpointPlace, type Checkpoint } from './checkpoints.ts';
import type { KeptBalances } from './kept.ts';
import type { Balances } from './refold.ts';
import type { Sheet } from './sheet.ts';
import * as queries from './sheet.queries.ts';
import { checkpointsIn, closedVolumesOf, type VolumeFold } from './volume-fold.ts';
import { volumesOf } from './volumes.queries.ts';

const PLAIN = ['counterparties', 'firstDay', 'lastDay', 'volume', 'volumeEntries'] as const;

/** Counts may be fewer than there are kinds: of those that came later there is none. */
export const isSameBalance = (kept: Omit<Balances, 'terms'>, folded: Omit<Balances, 'terms'>): boolean =>
  PLAIN.every((what) => kept[what] === folded[what]) &&
  folded.counts.every((count, slot) => count === (kept.counts[slot] ?? 0));

/** The same of accumulators. */
export const isSameTerms = (kept: readonly bigint[], folded: readonly bigint[]): boolean =>
  folded.every((term, slot) => term === (kept[slot] ?? 0n));

/** A long ledger: its volumes as its entries make them, and what is kept of its checkpoints that is as it should be. */
interface Long {
  readonly volumes: VolumeFold;
  readonly open: number; // the volume that is still written
  readonly checkpoints: ReadonlyMap<string, ReadonlyMap<string, Checkpoint>>; // by policy id and place
  isAstray: boolean;
  met: number; // checkpoints
}

/** Of these long ledgers, those whose closed volumes or checkpoints are not what their entries come to. */
export async function longAstray(
  on: Reader & Copier,
  sheet: Sheet,
  kept: readonly KeptBalances[],
): Promise<ReadonlySet<string>> {
  const long = new Map(
    kept.flatMap(({ subjectId, subject, volume }) => {
      const volumes = sheet.volumesOf(subject);
      return volumes ? [[subjectId, longFrom(volumes, volume)] as const] : [];
    }),
  );
  if (long.size === 0) return new Set();
  const ids = [...long.keys()];
  await readCopiedRows(queries.copyCheckpoints(on, ids), queries.CHECKPOINT_COLUMNS, (row) => {
    const own = long.get(uuidFrom(row.uuid()!))!;
    const folded = own.checkpoints.get(uuidFrom(row.uuid()!));
    const [span, volume, day, kind] = [row.small(), row.int(), row.int(), row.small()];
    const expected = folded?.get(placeOf(span, volume, day, kind));
    if (!folded) return; // of a policy that is none of ours
    if (expected?.count === row.int() && expected.term === row.numeric()) own.met++;
    else own.isAstray = true;
  });
  const rows = Map.groupBy(await volumesOf(on, ids), ({ subject_id }) => subject_id);
  for (const [id, own] of long) if (!areClosedAsFolded(own, rows.get(id) ?? [])) own.isAstray = true;
  return new Set(ids.filter((id) => isAstray(long.get(id)!)));
}

const placeOf = (span: number, volume: number, day: number, kind: number): string =>
  `${span}/${checkpointPlace(volume, day, kind)}`;

const longFrom = (volumes: VolumeFold, open: number): Long => ({
  volumes,
  open,
  checkpoints: new Map(
    [...volumes.checkpoints.keys()].map((policyId) => [
      policyId,
      new Map(
        checkpointsIn(volumes, policyId, open).map((each) => [
          placeOf(each.span, each.volume, each.day, each.kind),
          each,
        ]),
      ),
    ]),
  ),
  isAstray: false,
  met: 0,
});

const isAstray = ({ isAstray: isWrong, met, checkpoints }: Long): boolean =>
  isWrong || met !== [...checkpoints.values()].reduce((sum, { size }) => sum + size, 0);

function areClosedAsFolded({ volumes, open }: Long, kept: Awaited<ReturnType<typeof volumesOf>>): boolean {
  const folded = closedVolumesOf(volumes, open);
  return (
    folded.length === kept.length &&
    folded.every((each, i) => {
      const row = kept[i]!;
      return (
        row.volume === each.volume &&
        row.first_recorded_at.getTime() === each.firstRecordedAt &&
        row.last_recorded_at.getTime() === each.lastRecordedAt &&
        (row.facts ?? []).join() === (each.facts ?? []).join()
      );
    })
  );
}
