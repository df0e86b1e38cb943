import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { Suspicion } from '../integrity/suspicion.ts';
import { idsOf } from '../kernel/global-id.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { OrderKey } from '../orders/void-orders.ts';
import type { VoidReceipt } from '../reviews/void.commands.ts';
import { ordersSuspected } from './brushing.queries.ts';
import { ORDER_STATEMENT } from './grounds.ts';
import { brushingProposal, penalize, preview, type Answering, type Penalized } from './penalties.commands.ts';
import { checkedStatement, checkPoints, refused, type CheckedPenalty } from './penalty-checks.ts';

export const MOST_ORDERS = 1_000;

/** Which orders, as the API gave them: either these, or those of a suspicion that count. */
interface AskedOrders {
  readonly orderIds?: readonly string[] | null;
  readonly suspicionId?: string | null;
}

export interface PreviewBrushingPenalty extends AskedOrders {
  readonly deductPoints?: number | null;
  readonly alsoSanctionMerchant?: boolean | null;
}

export interface PenalizeBrushing extends PreviewBrushingPenalty {
  readonly note: string;
  readonly statement?: string | null;
  readonly idempotencyKey: string;
}

/** Voids orders that a merchant placed with itself, and their reviews, in one transaction; or proposes it, as any penalty. */
export async function penalizeBrushing(call: Call, input: PenalizeBrushing): Promise<Penalized> {
  const note = checkedNote(input.note);
  const check = checker(call, input);
  const answer: Answering = (work) =>
    inTransaction(call.db.pool, (tx) => once(tx, call, 'penalizeBrushing', input, () => work(tx)));
  return penalize(call, answer, note, brushingProposal, check);
}

/** What it would change, by doing it and undoing all of it. */
export const previewBrushingPenalty = async (call: Call, input: PreviewBrushingPenalty): Promise<VoidReceipt> =>
  preview(call, checker(call, input));

/** What was asked for: checked at once as far as it can be without looking at orders, and for the rest when a transaction looks. */
function checker(
  call: Call,
  { orderIds, suspicionId, ...asked }: PreviewBrushingPenalty & Pick<PenalizeBrushing, 'statement'>,
): (tx: Tx) => Promise<CheckedPenalty> {
  const { deductPoints = null, alsoSanctionMerchant } = asked;
  checkPoints(deductPoints);
  if (deductPoints !== null && !alsoSanctionMerchant)
    throw refused(
      'MERCHANT_NOT_SANCTIONED',
      'Points are deducted from the merchant: ask for `alsoSanctionMerchant`, too.',
      'deductPoints',
    );
  if ((orderIds == null) === (suspicionId == null))
    throw refused('ORDERS_MISSING', 'Name either `orderIds` or a `suspicionId`.', 'orderIds');
  const named = orderIds == null ? null : namedOrders(orderIds);
  const common = {
    reviews: [],
    ground: 'FAKE_PURCHASED', // of the reviews that go with the orders
    statement: asked.statement == null ? ORDER_STATEMENT : checkedStatement(asked.statement),
    deductPoints,
    alsoSanctionMerchant: alsoSanctionMerchant ?? false,
  } as const;
  return async (tx) => ({ ...common, orders: named ?? (await suspectedOrders(tx, call, suspicionId!)) });
}

function namedOrders(orderIds: readonly string[]): OrderKey[] {
  if (orderIds.length === 0) throw refused('ORDERS_MISSING', 'Name at least one order.', 'orderIds');
  if (orderIds.length > MOST_ORDERS)
    throw refused('TOO_MANY_IDS', `At most ${MOST_ORDERS} orders at once; these are ${orderIds.length}.`, 'orderIds');
  return orderIds.map((text, i) => {
    const [merchantId, id] = idsOf('Order', text, 'orderIds', String(i));
    return { merchantId, id };
  });
}

/** Those that count, of a doubt about orders that nobody has dismissed. */
async function suspectedOrders(tx: Tx, { em }: Call, suspicionId: string): Promise<OrderKey[]> {
  const [merchantId, id] = idsOf('Suspicion', suspicionId, 'suspicionId');
  const found = await em.findOne(Suspicion, { merchantId, id }, { refresh: true });
  if (!found) throw about('NOT_FOUND', 'SUSPICION_NOT_FOUND', 'There is no such suspicion.');
  if (found.kind !== 'BRUSHING')
    throw about('CONFLICT', 'SUSPICION_OF_REVIEWS', 'This one is about reviews: `penalizeFakeReviews` penalizes them.');
  if (found.status === 'DISMISSED')
    throw about(
      'CONFLICT',
      'SUSPICION_DECIDED',
      'This suspicion was dismissed: name the orders if they are made up all the same.',
    );
  const orders = await ordersSuspected(tx, { merchantId, id }, MOST_ORDERS);
  if (orders.length > 0) return orders;
  throw about('CONFLICT', 'ORDER_VOIDED', 'All orders of this suspicion are voided already.');
}

const about = (kind: 'NOT_FOUND' | 'CONFLICT', code: string, message: string) =>
  new Refusal(kind, code, message, ['suspicionId']);
