import type { Tx } from '../db/tx.ts';
import { openBooks, saveBooks } from '../evidence/books.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { changesSince, snapshotsOf } from '../evidence/standing.ts';
import { newId } from '../kernel/ids.ts';
import { reopenSuspicions } from '../integrity/confirm.commands.ts';
import { followProven, holdDoubtsAbout } from '../integrity/proven-authors.ts';
import { restoreReviews } from '../reviews/restore.commands.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import type { Moment, VoidReceipt } from '../reviews/void.commands.ts';
import { fileReceipt } from '../reviews/void.commands.ts';
import { giveBackFor } from '../rewards/settle.commands.ts';
import { annulSanctions } from '../sanctions/impose.commands.ts';
import type { HeldAppeal } from './appeals.queries.ts';
import { takeBackOffences } from './offences.ts';
import { stepDown } from './step-down.ts';
import { liftShares, shareOfSanction, sharesWithoutReviews, type Share } from './penalties.queries.ts';

/** What an appeal is about is undone, as if it had never been; the receipt tells who moved. */
export const overturn = (tx: Tx, appeal: HeldAppeal, by: string, moment: Moment): Promise<VoidReceipt> =>
  appeal.about === 'REVIEW' ? overturnVoid(tx, appeal, by, moment) : overturnSanction(tx, appeal, moment);

/** The review counts again. When it was the last of its author, or of its merchant, in the penalty, their share in it goes too. */
async function overturnVoid(
  tx: Tx,
  { subjectId: merchantId, factId: id, decisionId }: HeldAppeal,
  restoredBy: string,
  moment: Moment,
): Promise<VoidReceipt> {
  const reviews = [{ merchantId, id }];
  const authors = await holdDoubtsAbout(tx, reviews);
  await reopenSuspicions(tx, reviews, moment.now, restoredBy); // before the books, as whoever decides them
  const receipt = await restoreReviews(tx, { reviews, restoredBy }, moment, async (ledger, facts) => {
    const ended = await sharesWithoutReviews(tx, sharesOf(facts, decisionId!), [id]);
    const givenBack = await giveBackFor(tx, moment.now, facts);
    return givenBack + (await undoShares(tx, ledger, ended, moment));
  });
  await followProven(tx, authors, { now: moment.now, by: restoredBy });
  return receipt;
}

const sharesOf = (reviews: readonly ReviewFact[], penaltyId: string) =>
  reviews.flatMap(({ authorId, merchantId }) => [
    { penaltyId, subjectId: authorId },
    { penaltyId, subjectId: merchantId },
  ]);

/** The sanction is annulled; with it goes all that its penalty did to whom it was imposed on. The reviews stay voided. */
async function overturnSanction(
  tx: Tx,
  { subjectId, factId: id, appellantKind }: HeldAppeal,
  moment: Moment,
): Promise<VoidReceipt> {
  const subjects = new Map([[subjectId, appellantKind]]);
  const ledger = await openBooks(tx, moment.foldings, { subjects, pairs: [], days: [], reviewers: [] });
  const before = snapshotsOf(ledger, moment.now);
  const shares = await shareOfSanction(tx, subjectId, id);
  const pointsMoved =
    shares.length > 0
      ? await undoShares(tx, ledger, shares, moment)
      : (await annulSanctions(tx, { ...moment, ledger }, [{ subjectId, id }])).pointsMoved;
  const receipt = {
    id: newId(moment.now),
    merchantIds: [subjectId],
    reversedPostings: ledger.entries.length,
    changes: changesSince(ledger, before, moment.now),
    pointsMoved,
  };
  await saveBooks(tx, ledger, moment.now, 'RESTORE');
  await fileReceipt(tx, receipt, moment.now);
  return receipt;
}

/** Offences, sanctions and points of these shares, in books that are open; how many points came back. */
async function undoShares(tx: Tx, ledger: Ledger, shares: readonly Share[], moment: Moment): Promise<number> {
  if (shares.length === 0) return 0;
  await liftShares(tx, shares, new Date(moment.now));
  await takeBackOffences(tx, ledger, shares);
  const sanctions = shares.flatMap(({ subjectId, sanctionId }) => (sanctionId ? [{ subjectId, id: sanctionId }] : []));
  const { pointsMoved } = await annulSanctions(tx, { ...moment, ledger }, sanctions);
  return pointsMoved + (await stepDown(tx, ledger, shares, moment));
}
