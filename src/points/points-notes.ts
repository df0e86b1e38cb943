import { leaveNotes, wantedKinds } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import type { OpenAccount } from './open-account.ts';

/** What is noted of the kinds of entries. */
const NOTE_OF = {
  EARNED: 'points.earned',
  PENALTY: 'points.deducted',
  ADJUSTED: 'points.adjusted',
  REDEEMED: 'points.redeemed',
  EXPIRED: 'points.expired',
  FORFEITED: 'points.forfeited',
  REVERSED: 'points.reversed',
  VESTED: 'points.vested',
} as const;

/** What the note tells of an entry. */
export interface PointsMoved {
  readonly transferId: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly points: number; // gained; negative: lost
  readonly pending: number; // gained, but not counting yet
  readonly balance: number; // after it
  readonly factId: string | null;
  readonly reverses: string | null; // the transfer that it takes back
}

const kindOf = (entryKind: string): string | undefined => (NOTE_OF as Readonly<Record<string, string>>)[entryKind];

/** Entries are thousands a second: they are noted only where somebody waits for that. Their accounts are locked. */
export async function leavePointsNotes(tx: Tx, now: number, accounts: readonly OpenAccount[]): Promise<void> {
  const moved = accounts.flatMap(({ subjectId, kind: subjectKind, changes }) =>
    changes.entries.flatMap(({ id: transferId, points, pending, balanceAfter: balance, factId, reverses, kind }) => {
      const payload: PointsMoved = { transferId, subjectKind, subjectId, points, pending, balance, factId, reverses };
      const noteKind = kindOf(kind);
      return noteKind === undefined ? [] : [{ subjectId, kind: noteKind, payload: { ...payload } }];
    }),
  );
  if (moved.length === 0) return;
  const wanted = await wantedKinds(tx, [...new Set(moved.map(({ kind }) => kind))]);
  await leaveNotes(
    tx,
    now,
    moved.filter(({ kind }) => wanted.has(kind)),
  );
}
