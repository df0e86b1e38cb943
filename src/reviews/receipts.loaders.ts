import { isHouse, ownId, type Actor } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import type { StandingChange, StandingSnapshot } from '../evidence/receipt.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { Order } from '../orders/order.ts';
import { productById } from '../products/products.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { Review } from './review.ts';
import { receiptsByKey, receiptsByKeys, type ReceiptRow } from './reviews.queries.ts';

export type { ReceiptRow };

/** Null for a receipt that the caller may not see: it belongs to the reviews and orders that it was made for. */
export async function receiptById(call: Call, merchantId: string, id: string): Promise<ReceiptRow | null> {
  const [found] = await receiptsByKey(call.sql, merchantId, id);
  if (!found) return null;
  const isOwn = call.actor.subject?.id === merchantId; // filed under whom it concerns
  const isVisible =
    isHouse(call.actor) ||
    isOwn ||
    (await call.em.count(Review, { merchantId, id: found.reviewIds })) > 0 ||
    (await call.em.count(Order, { merchantId, id: found.orderIds })) > 0;
  return isVisible ? found.receipt : null;
}

/** A receipt of something that the caller was found to see. */
export const receiptFiled = async (call: Call, merchantId: string, id: string): Promise<ReceiptRow | null> =>
  (await filed(call, `${merchantId}/${id}`))?.receipt ?? null;

const filed = loader(
  ({ sql }, keys: readonly string[]) =>
    receiptsByKeys(
      sql,
      keys.map((key) => ({ merchantId: key.slice(0, 36), id: key.slice(37) })),
    ),
  ({ receipt }) => `${receipt.merchantId}/${receipt.id}`,
);

/** As it is shown: of a standing that was not kept whole, what was not is null. */
export type Snapshot = Omit<StandingSnapshot, 'ratingCount'> & { readonly ratingCount: number | null };

/** A change of a subject that the caller may see. */
export interface VisibleChange {
  readonly subject: SubjectRow;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly reasons: readonly string[] | null; // codes; null for those who may not see them, and where none are kept
}

/** Buyers are left out for those who may not see them. */
export async function visibleChanges(call: Call, { changes }: ReceiptRow): Promise<VisibleChange[]> {
  const found = await Promise.all(changes.map((change) => visibleChange(call, change)));
  return found.filter((change) => change !== null);
}

async function visibleChange(call: Call, change: StandingChange): Promise<VisibleChange | null> {
  const subject = await FIND[change.subjectKind](call, change.subjectId);
  return subject && changeShownTo(call.actor, subject, change);
}

/** What the caller may see of a change of a subject that was found for it. */
export function changeShownTo(
  actor: Actor,
  subject: SubjectRow,
  { before, after, reasons = null }: Pick<VisibleChange, 'before' | 'after'> & Partial<Pick<VisibleChange, 'reasons'>>,
): VisibleChange {
  if (maySeeScore(actor, subject)) return { subject, before, after, reasons };
  return { subject, before: withoutScore(before), after: withoutScore(after), reasons: null };
}

const FIND = { MERCHANT: merchantById, BUYER: buyerById, PRODUCT: productById };

/** As in a grade: the exact score is for the subject itself and for the house. A buyer is found by these two only. */
function maySeeScore(actor: Actor, subject: SubjectRow & { readonly merchantId?: string }): boolean {
  if (isHouse(actor) || subject.kind === 'BUYER') return true;
  return (subject.merchantId ?? subject.id) === ownId(actor, 'MERCHANT');
}

const withoutScore = (snapshot: Snapshot): Snapshot => ({ ...snapshot, exactScore: null });
