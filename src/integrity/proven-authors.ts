import type { Tx } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import { provenFakesOf } from '../detection/known-signs.ts';
import type { EvidenceCode } from '../detection/llr.ts';
import { newId } from '../kernel/ids.ts';
import { findingAbout, openFindings } from './findings.ts';
import { addVerdicts, insertEvidence, type NewVerdict } from './findings.queries.ts';
import type { FactKey } from './marks.queries.ts';
import * as queries from './proven-authors.queries.ts';
import { settingsInForce, type SettingsInForce } from './settings.ts';
import { codesAgainst, verdictOf } from './verdict.ts';

const CODE: EvidenceCode = 'PROVEN_FAKES';
const MOST_FACTS = 10;

/**
 * Who wrote a proven fake is not believed in the rest: their other reviews become suspicions, for a person to decide. What follows is made
 * to agree with what stands: a fake more or, after an appeal, one less. To be asked before the books are opened; the authors, to be told of
 * once the reviews have moved.
 */
export async function holdDoubtsAbout(tx: Tx, reviews: readonly FactKey[]): Promise<readonly string[]> {
  const authorIds = await queries.authorsOfReviews(tx, reviews);
  if (authorIds.length > 0) await queries.lockAboutAuthors(tx, authorIds);
  return authorIds;
}

/**
 * Suspects what else these authors wrote, as far as fakes of theirs stand proven, and withdraws what was suspected for that alone of those
 * of whom none does: as if it had never been suspected. What a person has dismissed stays dismissed.
 */
export async function followProven(
  tx: Tx,
  authorIds: readonly string[],
  { now, by }: { readonly now: number; readonly by: string },
): Promise<void> {
  if (authorIds.length === 0) return;
  const own = await queries.reviewsByAuthors(tx, authorIds);
  const settings = await settingsInForce(tx);
  const known = await queries.suspicionsToFollow(tx, own, CODE);
  const reviews = new Map(own.map((review) => [review.id, review]));
  const proofs = Map.groupBy(
    own.filter(({ isProven }) => isProven),
    ({ authorId }) => authorId,
  );
  const proofsAgainst = (id: string) => against(reviews.get(id)!, proofs);
  const told = known
    .filter(({ status }) => status !== 'DISMISSED')
    .map((each) => retold(each, each.reviewIds.map(proofsAgainst), settings));
  const [changed, gone] = [told.filter(isChanged), told.filter(({ isGone }) => isGone)];
  await retell(tx, changed);
  if (gone.length > 0) {
    await queries.withdraw(tx, gone);
    await addVerdicts(tx, gone.map(withdrawn(by, now)));
  }
  const doubted = new Set(
    known
      .filter(({ id }) => !gone.some((each) => each.id === id))
      .filter(({ status, evidence }) => status === 'OPEN' || (status === 'DISMISSED' && evidence.some(isProofRow)))
      .flatMap(({ reviewIds }) => reviewIds),
  );
  const others = own.filter(({ id, isLive }) => isLive && !doubted.has(id) && proofsAgainst(id).length > 0);
  await openAbout(tx, others, proofsAgainst, settings, now);
}

type Proof = queries.OwnReview;

/** An author's proven fakes that speak against another review: those that were proven before it was voided, the first first. */
const against = (review: Proof, proofs: ReadonlyMap<string, readonly Proof[]>): Proof[] =>
  (proofs.get(review.authorId) ?? []).filter(
    ({ id, voidedAt }) => id !== review.id && (review.voidedAt === null || voidedAt! < review.voidedAt),
  );

const isProofRow = ({ code }: EvidenceRow): boolean => code === CODE;

const proofRow = (proofs: readonly Proof[], { table }: SettingsInForce): EvidenceRow | null =>
  provenFakesOf(
    proofs.length,
    table,
    proofs.slice(-MOST_FACTS).map(({ merchantId, id }) => ({ type: 'Review', ids: [merchantId, id] })),
  );

/** A suspicion as it should be now. */
interface Told extends queries.Retold {
  readonly row: EvidenceRow | null; // of proven fakes
  readonly before: EvidenceRow | undefined;
  readonly known: queries.AboutReviews;
  readonly isGone: boolean; // nothing but fakes that are no longer proven spoke for it
}

/** Of a group, what speaks against the review that it speaks loudest against. */
function retold(known: queries.AboutReviews, proofs: readonly (readonly Proof[])[], settings: SettingsInForce): Told {
  const most = proofs.toSorted((a, b) => b.length - a.length)[0] ?? [];
  const before = known.evidence.find(isProofRow);
  const rest = known.evidence.filter((row) => !isProofRow(row));
  const row = known.status === 'CONFIRMED' && !before ? null : proofRow(most, settings);
  const { probability, outcome } = verdictOf(row ? [...rest, row] : rest, settings, settings.lookingBack);
  const isForThatAlone = before !== undefined && !verdictOf(rest, settings, settings.lookingBack).isDoubted;
  const openedAt = isForThatAlone && row ? new Date(most[0]!.voidedAt!) : known.openedAt;
  const { merchantId, id } = known;
  return {
    merchantId,
    id,
    probability,
    outcome,
    openedAt,
    isProven: row !== null,
    row,
    before,
    known,
    isGone: isForThatAlone && !row,
  };
}

const isChanged = ({ row, before, known, openedAt, isGone }: Told): boolean =>
  !isGone &&
  (row?.observed !== before?.observed ||
    idsOf(row) !== idsOf(before) ||
    openedAt.getTime() !== known.openedAt.getTime());

const idsOf = (row: EvidenceRow | null | undefined): string =>
  (row?.facts ?? []).map(({ ids }) => ids.join('/')).join(' ');

async function retell(tx: Tx, changed: readonly Told[]): Promise<void> {
  if (changed.length === 0) return;
  await queries.dropCode(tx, changed, CODE);
  const rows = changed.flatMap(({ merchantId, id, row }) => (row ? [{ merchantId, suspicionId: id, ...row }] : []));
  if (rows.length > 0) await insertEvidence(tx, rows);
  await queries.retell(tx, changed, CODE);
}

const withdrawn =
  (by: string, now: number) =>
  ({ merchantId, id, known }: Told): NewVerdict => ({
    merchantId,
    suspicionId: id,
    id: newId(now),
    kind: 'WITHDRAWN',
    actor: by,
    note: null,
    codes: codesAgainst(known.evidence),
    at: new Date(now),
  });

/** Each for itself: a person may find one of them honest and another not. They are as old as the first proof. */
async function openAbout(
  tx: Tx,
  reviews: readonly Proof[],
  proofsAgainst: (id: string) => readonly Proof[],
  settings: SettingsInForce,
  now: number,
): Promise<void> {
  const found = reviews.flatMap(({ merchantId, id, evidence: known }) => {
    const proofs = proofsAgainst(id);
    const row = proofRow(proofs, settings);
    const rest = (known ?? []).filter((each) => !isProofRow(each));
    const verdict = verdictOf(row ? [...rest, row] : rest, settings, settings.lookingBack);
    if (!row || !verdict.isDoubted) return [];
    return [{ finding: findingAbout({ merchantId, id }, verdict), openedAt: new Date(proofs[0]!.voidedAt!) }];
  });
  const opened = await openFindings(
    tx,
    found.map(({ finding }) => finding),
    { now, by: 'PENALTY' },
  );
  const late = opened.flatMap(({ merchantId, id, probability, outcome }, i) => {
    const { openedAt } = found[i]!;
    return openedAt.getTime() === now ? [] : [{ merchantId, id, probability, outcome, openedAt, isProven: true }];
  });
  if (late.length > 0) await queries.retell(tx, late, CODE);
}
