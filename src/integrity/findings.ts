import { leaveNotes } from '../db/notes.ts';
import type { Tx } from '../db/tx.ts';
import type { EvidenceRow, Outcome } from '../detection/evidence.ts';
import { newId } from '../kernel/ids.ts';
import * as queries from './findings.queries.ts';
import type { FoundRing, SuspicionKey } from './findings.queries.ts';
import type { SuspicionKind } from './suspicion.ts';
import { codesAgainst, type Verdict } from './verdict.ts';

/** What a detector found about reviews or orders of one merchant. */
export interface NewFinding {
  readonly merchantId: string;
  readonly kind: SuspicionKind;
  readonly probability: number;
  readonly outcome: Outcome;
  readonly evidence: readonly EvidenceRow[]; // one row a code; the probability is theirs
  readonly codes: readonly string[]; // every code that speaks for a fake, of any of the facts
  readonly reviewIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly heldIds: readonly string[]; // of the reviews, those that are held by themselves
  readonly voidableIds?: readonly string[]; // those that are voided by themselves: none, unless the settings say so
  /** Orders that are voided by themselves once their suspicion is so old; absent: none, unless the settings say so. */
  readonly voidableOrders?: { readonly ids: readonly string[]; readonly waitHours: number };
  readonly ring: FoundRing | null;
}

/** When, and who found it. */
export interface FoundBy {
  readonly now: number;
  readonly by: 'STAGE_1' | 'SCAN' | 'PENALTY';
}

export type KeptFinding = NewFinding & { readonly id: string };

/** That one review seems fake, by all that is known of it. It holds nothing by itself: who finds it says so. */
export const findingAbout = (
  { merchantId, id }: SuspicionKey,
  { probability, outcome, evidence }: Verdict,
): NewFinding => ({
  merchantId,
  kind: 'REVIEW',
  probability,
  outcome,
  evidence,
  codes: codesAgainst(evidence),
  reviewIds: [id],
  orderIds: [],
  heldIds: [],
  ring: null,
});

/** Opens a suspicion for each finding, and leaves a note of it. */
export async function openFindings(
  tx: Tx,
  findings: readonly NewFinding[],
  { now, by }: FoundBy,
): Promise<KeptFinding[]> {
  if (findings.length === 0) return [];
  const kept = findings.map((finding) => ({ ...finding, id: newId(now) }));
  await saveRings(tx, kept, now);
  await queries.insertSuspicions(tx, kept, new Date(now));
  await saveContent(tx, kept);
  await queries.addVerdicts(
    tx,
    kept.map((each) => verdictOn(each, 'OPENED', by, now)),
  );
  await leaveNotes(tx, now, kept.map(noteOf));
  return kept;
}

/** The same finding again: its suspicion says what is known now. Facts are only added: what was doubted once stays in view. */
export async function updateFindings(
  tx: Tx,
  findings: readonly KeptFinding[],
  { now, by }: FoundBy,
  isReopened = false,
): Promise<void> {
  if (findings.length === 0) return;
  await saveRings(tx, findings, now);
  await queries.updateSuspicions(tx, findings, new Date(now));
  await queries.dropEvidence(tx, findings);
  await saveContent(tx, findings);
  if (!isReopened) return;
  await queries.addVerdicts(
    tx,
    findings.map((each) => verdictOn(each, 'REOPENED', by, now)),
  );
  await leaveNotes(tx, now, findings.map(noteOf));
}

async function saveContent(tx: Tx, findings: readonly KeptFinding[]): Promise<void> {
  await queries.insertEvidence(
    tx,
    findings.flatMap(({ merchantId, id, evidence }) =>
      evidence.map((row) => ({ merchantId, suspicionId: id, ...row })),
    ),
  );
  const facts = (of: 'reviewIds' | 'orderIds') =>
    findings.flatMap((finding) =>
      finding[of].map((factId) => ({ merchantId: finding.merchantId, suspicionId: finding.id, factId })),
    );
  const [reviews, orders] = [facts('reviewIds'), facts('orderIds')];
  if (reviews.length > 0) await queries.addReviews(tx, reviews);
  if (orders.length > 0) await queries.addOrders(tx, orders);
}

async function saveRings(tx: Tx, findings: readonly KeptFinding[], now: number): Promise<void> {
  const rings = [...new Map(findings.flatMap(({ ring }) => (ring ? [[ring.id, ring] as const] : []))).values()];
  if (rings.length > 0) await queries.saveRings(tx, rings, new Date(now));
}

export const verdictOn = (
  { merchantId, id, codes }: KeptFinding,
  kind: queries.VerdictKind,
  actor: string,
  now: number,
): queries.NewVerdict => ({
  merchantId,
  suspicionId: id,
  id: newId(now),
  kind,
  actor,
  note: null,
  codes,
  at: new Date(now),
});

const noteOf = ({ merchantId, id, kind, probability, outcome, reviewIds, orderIds }: KeptFinding) => ({
  subjectId: merchantId,
  kind: 'suspicion.opened',
  payload: {
    suspicionId: id,
    merchantId,
    kind,
    probability,
    outcome,
    reviews: reviewIds.length,
    orders: orderIds.length,
  },
});
