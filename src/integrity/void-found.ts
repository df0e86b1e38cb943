import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import { evidenceText } from '../detection/texts.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { VoidGround } from '../reviews/review.ts';
import { voidReviews, type Moment } from '../reviews/void.commands.ts';
import { voidedNote } from '../reviews/voided-note.ts';
import { confirmSuspicions } from './confirm.commands.ts';
import type { KeptFinding } from './findings.ts';
import { followProven, holdDoubtsAbout } from './proven-authors.ts';
import { releasedOnes, standingOnes } from './findings.queries.ts';

const REASONS = 3;

/**
 * Where the settings say so, what two families of evidence prove is voided without a person: all but what a person released. It can be
 * appealed against like any void. How many.
 */
export async function voidFound(tx: Tx, finding: KeptFinding, moment: Moment): Promise<number> {
  const { merchantId, voidableIds = [] } = finding;
  if (voidableIds.length === 0) return 0;
  const released = new Set(await releasedOnes(tx, merchantId, voidableIds));
  const ids = (await standingOnes(tx, merchantId, voidableIds)).filter((id) => !released.has(id));
  if (ids.length === 0) return 0;
  const reviews = ids.map((id) => ({ merchantId, id }));
  const authors = await holdDoubtsAbout(tx, reviews);
  await confirmSuspicions(tx, reviews, moment.now, 'SCAN');
  const why = { ground: groundOf(finding), statement: statementOf(finding), voidedBy: 'SCAN' };
  const voided: ReviewFact[] = [];
  await voidReviews(tx, { reviews, ...why, detected: new Set(ids) }, moment, async (_, facts) => {
    voided.push(...facts);
    return 0;
  });
  await followProven(tx, authors, { now: moment.now, by: 'SCAN' });
  await leaveNotes(
    tx,
    moment.now,
    voided.map((review) => voidedNote(review, why.ground, null)),
  );
  return ids.length;
}

function groundOf({ kind, evidence }: KeptFinding): VoidGround {
  if (kind === 'RING') return 'COLLUSION_RING';
  if (kind === 'BRUSHING') return 'INSIDER';
  return evidence.some(({ family, logLikelihoodRatio }) => family === 'TEXT' && logLikelihoodRatio > 0)
    ? 'SPAM'
    : 'FAKE_PURCHASED';
}

/** What spoke loudest, in words: for those concerned. */
const statementOf = ({ evidence }: KeptFinding): string => {
  const loudest = evidence
    .filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0)
    .toSorted((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio || (a.code < b.code ? -1 : 1));
  return `Found automatically. ${loudest
    .slice(0, REASONS)
    .map((row) => `${evidenceText(row)}.`)
    .join(' ')}`;
};
