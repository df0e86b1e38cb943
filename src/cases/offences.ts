import type { Tx } from '../db/tx.ts';
import { isLive, liveEntries } from '../evidence/books.ts';
import { enter, reverse, type Ledger } from '../evidence/ledger.ts';
import { kindOf } from '../scoring/kinds.ts';
import { ABOUT_NO_DEAL } from '../scoring/posting.ts';
import type { SanctionedKind } from '../sanctions/sanction.ts';
import { moveRanks, standingOffences, type Share } from './penalties.queries.ts';

/** An offence that a penalty proves. */
export type Offence = Pick<Share, 'subjectId' | 'penaltyId' | 'offence' | 'offenceRank' | 'decidedAt'>;

export const OFFENCE_OF: Readonly<Record<SanctionedKind, number>> = {
  BUYER: kindOf('BUYER', 'FAKE_REVIEW_PROVEN').code,
  MERCHANT: kindOf('MERCHANT', 'PAID_FOR_REVIEWS').code,
};

/** Enters it as a posting of the day of the judgment: what is proven now was no offence of record before. */
export function enterOffence(ledger: Ledger, offence: Offence, revision = 0): void {
  if (offence.offence === null) return;
  enter(ledger, {
    subjectId: offence.subjectId,
    factId: offence.penaltyId,
    kind: offence.offence,
    revision,
    occurredAt: offence.decidedAt,
    ...ABOUT_NO_DEAL,
    pairRank: offence.offenceRank,
    sign: 1,
  });
}

/**
 * Takes the offences of these shares back. Those of the same subjects that came later and counted them as earlier ones are weighed
 * again, each by a reversing pair: as if what was overturned had never been.
 */
export async function takeBackOffences(tx: Tx, ledger: Ledger, lifted: readonly Share[]): Promise<void> {
  const gone = lifted.filter(({ offence }) => offence !== null);
  if (gone.length === 0) return;
  const standing = await standingOffences(tx, [...new Set(gone.map(({ subjectId }) => subjectId))]);
  const later = standing.filter((each) => !gone.some((one) => isSame(one, each)));
  const moved = later.flatMap((each) => {
    const fewer = gone.filter((one) => isEarlier(one, each)).length;
    return fewer === 0 ? [] : [{ ...each, offenceRank: each.offenceRank - fewer }];
  });
  const places = [...gone, ...moved].map(({ subjectId, penaltyId: factId }) => ({ subjectId, factId }));
  const latest = [...(await liveEntries(tx, places)).values()].flatMap(({ last }) => last).filter(isLive);
  const ofShare = ({ subjectId, penaltyId, offence }: Share) =>
    latest.filter((entry) => entry.subjectId === subjectId && entry.factId === penaltyId && entry.kind === offence);
  for (const entry of gone.flatMap(ofShare)) reverse(ledger, entry);
  for (const share of moved)
    for (const entry of ofShare(share)) {
      reverse(ledger, entry);
      enterOffence(ledger, share, entry.revision + 2);
    }
  if (moved.length > 0) await moveRanks(tx, moved);
}

const isSame = (one: Share, other: Share): boolean =>
  one.penaltyId === other.penaltyId && one.subjectId === other.subjectId;

/** Whether it was counted among those before the other. */
const isEarlier = (one: Share, other: Share): boolean =>
  one.subjectId === other.subjectId &&
  one.offence === other.offence &&
  one.decidedAt >= other.countedSince &&
  (one.decidedAt < other.decidedAt || (one.decidedAt === other.decidedAt && one.penaltyId < other.penaltyId));
