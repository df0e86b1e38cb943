import type { Tx } from '../db/tx.ts';
import type { EvidenceFact, EvidenceRow } from '../detection/evidence.ts';
import { isKnown, isPaidBackOncePraised, paidBack } from '../detection/known-signs.ts';
import type { LlrTable } from '../detection/llr.ts';
import type { OrderState } from '../orders/order-state.ts';
import { valenceOf, type ReviewFact } from '../reviews/review-fact.ts';
import { findingAbout, openFindings, type FoundBy } from './findings.ts';
import { addToMarks } from './later-signs.queries.ts';
import { evidenceOfMarks } from './market.queries.ts';
import type { FactKey } from './marks.queries.ts';
import { suspicionsAbout } from './proven-authors.queries.ts';
import { settingsInForce, type SettingsInForce } from './settings.ts';
import { verdictOf } from './verdict.ts';

/**
 * What became known of a review's order after it was written: its money went back. It counts as before: the next look back weighs it with
 * all else, and where the marketplace was told so, a person looks at it.
 */
export function laterSign(review: ReviewFact, order: OrderState, table: LlrTable): EvidenceRow | null {
  const facts: EvidenceFact[] = [{ type: 'Order', ids: [order.merchantId, order.id] }];
  if (order.paidBackAt !== null && order.paidBackAt > review.occurredAt) return paidBack('TOLD', table, facts);
  const about = { occurredAt: review.occurredAt, valence: valenceOf(review) };
  return isPaidBackOncePraised(about, order) ? paidBack('ONCE_PRAISED', table, facts) : null;
}

/** Notes it for older reviews of which the order went on. Those that no look has marked yet are marked with it by the first. */
export async function noteLaterSigns(
  tx: Tx,
  known: readonly ReviewFact[],
  orders: ReadonlyMap<string, OrderState>, // by id
  now: number,
): Promise<void> {
  const moved = known.flatMap((review) => {
    const order = orders.get(review.orderId ?? '');
    return order && (order.paidBackAt !== null || order.refunds.length > 0) ? [{ review, order }] : [];
  });
  if (moved.length === 0) return;
  const settings = await settingsInForce(tx);
  const rows = moved.flatMap(({ review, order }) => {
    const row = laterSign(review, order, settings.table);
    return row ? [{ merchantId: review.merchantId, id: review.id, row }] : [];
  });
  if (rows.length === 0) return;
  await addToMarks(tx, 'PAID_BACK_OUTSIDE', rows);
  const live = new Set(moved.flatMap(({ review: { id, status } }) => (status === 'VOIDED' ? [] : [id])));
  const certain = rows.filter(({ id, row }) => isKnown(row) && live.has(id));
  if (certain.length === 0) return;
  const told = new Map((await evidenceOfMarks(tx, certain)).map(({ id, evidence }) => [id, evidence]));
  await doubtKnown(
    tx,
    certain.map(({ merchantId, id, row }) => ({ merchantId, id, evidence: told.get(id) ?? [row] })),
    settings,
    { now, by: 'STAGE_1' },
  );
}

/** A review with all that stage 1 knows of it. */
export interface Told extends FactKey {
  readonly evidence: readonly EvidenceRow[];
}

/**
 * Opens a suspicion about each of these reviews of which something is known rather than inferred, unless one is open, or was dismissed by
 * somebody who knew it.
 */
export async function doubtKnown(
  tx: Tx,
  reviews: readonly Told[],
  settings: SettingsInForce,
  by: FoundBy,
): Promise<void> {
  const asked = reviews.filter(({ evidence }) => evidence.some(isKnown));
  if (asked.length === 0) return;
  const about = await suspicionsAbout(tx, asked);
  const isNew = ({ id, evidence }: Told) =>
    !about.some(
      (each) =>
        each.reviewIds.includes(id) &&
        (each.status === 'OPEN' || evidence.filter(isKnown).every(({ code }) => each.codes.includes(code))),
    );
  const found = asked
    .filter(isNew)
    .map((each) => findingAbout(each, verdictOf(each.evidence, settings, settings.lookingBack)));
  await openFindings(tx, found, by);
}
