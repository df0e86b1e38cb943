import type { Reader, Tx } from '../db/tx.ts';
import type { OrderState } from './order-state.ts';
import {
  insertOrders,
  ordersByKeys,
  sortedOrders,
  updateOrders,
  type OrderDetails,
  type OrderRow,
} from './orders.queries.ts';

/** An order as it is first written. */
export type NewOrder = OrderState & OrderDetails;

export async function ordersOf(on: Reader, keys: readonly { merchantId: string; id: string }[]): Promise<OrderState[]> {
  return keys.length === 0 ? [] : (await ordersByKeys(on, keys)).map(stateFrom);
}

export async function saveOrders(
  tx: Tx,
  placed: readonly NewOrder[],
  changed: readonly OrderState[],
  now: number,
): Promise<void> {
  if (placed.length > 0) await insertOrders(tx, placed, now);
  if (changed.length > 0) await updateOrders(tx, changed);
}

/** New orders that are gathered from several batches, and written at once. */
export class PlacedOrders {
  #rows: ReturnType<typeof sortedOrders> | null = null;

  add(orders: readonly NewOrder[], now: number): void {
    this.#rows ??= sortedOrders(now);
    for (const order of orders) this.#rows.add(order.merchantId, order);
  }

  async save(tx: Tx): Promise<void> {
    const rows = this.#rows;
    this.#rows = null;
    if (rows) await tx.copy(...rows.copy());
  }
}

const instant = (at: Date | null): number | null => at?.getTime() ?? null;

const stateFrom = (row: OrderRow): OrderState => ({
  id: row.id,
  externalId: row.external_id,
  merchantId: row.merchant_id,
  buyerId: row.buyer_id,
  productIds: row.product_ids,
  currency: row.currency,
  amount: row.amount,
  placedAt: row.placed_at.getTime(),
  shipBy: instant(row.ship_by),
  deliverBy: instant(row.deliver_by),
  paidAt: instant(row.paid_at),
  paymentFailedAt: instant(row.payment_failed_at),
  shippedAt: instant(row.shipped_at),
  carrier: row.carrier,
  tracking: row.tracking,
  deliveredAt: instant(row.delivered_at),
  completedAt: instant(row.completed_at),
  cancelledAt: instant(row.cancelled_at),
  cancelledBy: row.cancelled_by,
  cancelCause: row.cancel_cause,
  refunds: row.refunds,
  disputeClosedAt: instant(row.dispute_closed_at),
  disputeLostBy: row.dispute_lost_by,
  chargebackAt: instant(row.chargeback_at),
  chargebackLostBy: row.chargeback_lost_by,
  paidBackAt: instant(row.paid_back_at),
  voidedAt: instant(row.voided_at),
});
