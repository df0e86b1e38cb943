import type { Reader, Tx } from '../db/tx.ts';
import type { Checkpoint, CheckpointToSave } from './checkpoints.ts';
import type { Refolded } from './refold.ts';
import {
  checkpointsOfSubjects,
  deleteCheckpoints,
  deleteVolumes,
  insertCheckpoints,
  insertVolumes,
  volumesOf,
} from './volumes.queries.ts';

/** Writes the closed volumes of these ledgers, and their checkpoints, anew. */
export async function saveVolumes(tx: Tx, page: readonly Refolded[]): Promise<void> {
  const long = page.filter(({ isLong }) => isLong);
  if (long.length === 0) return;
  const ids = long.map(({ subjectId }) => subjectId);
  await deleteVolumes(tx, ids);
  await insertVolumes(
    tx,
    long.flatMap(({ subjectId, folded }) => folded.closed.map((each) => ({ subjectId, ...each }))),
  );
  await deleteCheckpoints(tx, ids, policiesOf(long));
  await insertCheckpoints(tx, long.flatMap(checkpointsFrom));
}

const policiesOf = (page: readonly Refolded[]): string[] => [
  ...new Set(page.flatMap(({ folded }) => [...folded.checkpoints.keys()])),
];

const checkpointsFrom = ({ subjectId, folded }: Refolded): CheckpointToSave[] =>
  [...folded.checkpoints].flatMap(([policyId, own]) => own.map((each) => ({ subjectId, policyId, ...each })));

/** In what the closed volumes of these ledgers, or their checkpoints, differ from their entries: lines, by subject. */
export async function volumeDifferences(on: Reader, page: readonly Refolded[]): Promise<ReadonlyMap<string, string[]>> {
  const long = page.filter(({ isLong }) => isLong);
  const found = new Map<string, string[]>();
  if (long.length === 0) return found;
  const kept = await keptLines(on, long);
  for (const refolded of long) {
    const own = kept.get(refolded.subjectId) ?? new Map<string, string>();
    const folded = new Map(foldedLines(refolded));
    const astray = [...new Set([...own.keys(), ...folded.keys()])].filter((key) => own.get(key) !== folded.get(key));
    const lines = astray.map(
      (key) => `${key} is ${own.get(key) ?? 'missing'}, its postings say ${folded.get(key) ?? 'there is none'}`,
    );
    if (lines.length > 0) found.set(refolded.subjectId, lines);
  }
  return found;
}

/** By subject, what is kept of each volume and checkpoint. */
async function keptLines(on: Reader, long: readonly Refolded[]): Promise<Map<string, Map<string, string>>> {
  const ids = long.map(({ subjectId }) => subjectId);
  const lines = new Map(ids.map((id) => [id, new Map<string, string>()]));
  for (const { subject_id, volume, first_recorded_at, last_recorded_at, facts } of await volumesOf(on, ids))
    lines
      .get(subject_id)!
      .set(volumeKey(volume), volumeLine(first_recorded_at.getTime(), last_recorded_at.getTime(), facts));
  for (const row of await checkpointsOfSubjects(on, ids, policiesOf(long)))
    lines.get(row.subject_id)!.set(checkpointKey(row.policy_id, row), checkpointLine(row.count, row.term));
  return lines;
}

function* foldedLines({ kept, folded }: Refolded): Generator<[string, string]> {
  for (const { volume, firstRecordedAt, lastRecordedAt, facts } of folded.closed)
    yield [volumeKey(volume), volumeLine(firstRecordedAt, lastRecordedAt, facts)];
  for (const [policyId, checkpoints] of folded.checkpoints)
    if (kept.terms.has(policyId))
      // else its standing is still to be built
      for (const each of checkpoints)
        yield [checkpointKey(policyId, each), checkpointLine(each.count, String(each.term))];
}

const volumeKey = (volume: number): string => `volume ${volume}`;
const volumeLine = (first: number, last: number, facts: readonly string[] | null): string =>
  `${new Date(first).toISOString()} to ${new Date(last).toISOString()}${facts ? ` about ${facts.join(' ')}` : ''}`;

type Place = Pick<Checkpoint, 'span' | 'volume' | 'day' | 'kind'>;
const checkpointKey = (policyId: string, { span, volume, day, kind }: Place): string =>
  `checkpoint under ${policyId} of ${span} from volume ${volume}, day ${day}, kind ${kind}`;
const checkpointLine = (count: number, term: string): string => `${count} with ${term}`;
