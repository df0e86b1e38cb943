import {
  addToCheckpoints,
  withShelves,
  type RecordedEntry,
  type Checkpoint,
  type Checkpoints,
  type ClosedVolume,
} from './checkpoints.ts';
import { VOLUME_ENTRIES } from './volume-size.ts';

/** The volumes of one subject's ledger, as its entries make them. */
export interface VolumeFold {
  readonly volumes: Map<number, { entries: number; first: number; last: number }>; // and when they were recorded
  readonly facts: Set<string>; // of volume 0
  readonly checkpoints: Map<string, Checkpoints>; // by policy id
}

export const emptyVolumeFold = (): VolumeFold => ({ volumes: new Map(), facts: new Set(), checkpoints: new Map() });

export function addToVolumes(
  fold: VolumeFold,
  entry: Omit<RecordedEntry, 'subjectId' | 'revision'>,
  terms: ReadonlyMap<string, bigint>,
): void {
  addToVolume(fold, entry.volume, entry.recordedAt);
  if (entry.volume === 0) fold.facts.add(entry.factId);
  for (const [policyId, term] of terms) addToCheckpoints(checkpointsOf(fold, policyId), entry, term);
}

/** One entry of it, with when it was recorded. */
export function addToVolume({ volumes }: VolumeFold, volume: number, recordedAt: number): void {
  const known = volumes.get(volume);
  if (!known) {
    volumes.set(volume, { entries: 1, first: recordedAt, last: recordedAt });
    return;
  }
  known.entries++;
  known.first = Math.min(known.first, recordedAt);
  known.last = Math.max(known.last, recordedAt);
}

export function checkpointsOf({ checkpoints }: VolumeFold, policyId: string): Checkpoints {
  let own = checkpoints.get(policyId);
  if (!own) checkpoints.set(policyId, (own = new Map()));
  return own;
}

/** Which volume is the open one, and how many entries it has. `kept`: which it is said to be. */
export function openVolumeOf({ volumes }: VolumeFold, kept: number): { volume: number; volumeEntries: number } {
  const last = [...volumes.keys()].reduce((a, b) => Math.max(a, b), 0);
  const volumeEntries = volumes.get(last)?.entries ?? 0;
  const isClosed = volumeEntries >= VOLUME_ENTRIES || kept === last + 1;
  return isClosed ? { volume: last + 1, volumeEntries: 0 } : { volume: last, volumeEntries };
}

/** The volumes before the open one. The first may be empty: it is closed at once where much comes in at once. */
export const closedVolumesOf = ({ volumes, facts }: VolumeFold, open: number): Omit<ClosedVolume, 'subjectId'>[] =>
  Array.from({ length: open }, (_, volume) => {
    const known = volumes.get(volume);
    return {
      volume,
      firstRecordedAt: known?.first ?? 0,
      lastRecordedAt: known?.last ?? 0,
      facts: volume === 0 ? [...facts].toSorted() : null,
    };
  });

export const checkpointsIn = ({ checkpoints }: VolumeFold, policyId: string, open: number): Checkpoint[] =>
  withShelves(checkpoints.get(policyId) ?? new Map(), open);
