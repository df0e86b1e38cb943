import type { Reader, Tx } from '../db/tx.ts';
import type { OrderState } from './order-state.ts';
import { insertOrders, ordersByKeys, sortedOrders, updateOrders, type OrderDetails } from './orders.queries.ts';

/** An order as it is first written. */
export type NewOrder = OrderState & OrderDetails;

export async function ordersOf(on: Reader, keys: readonly { merchantId: string; id: string }[]): Promise<OrderState[]> {
  return keys.length === 0 ? [] : ordersByKeys(on, keys);
}

export async function saveNewOrders(tx: Tx, placed: readonly NewOrder[], now: number): Promise<void> {
  if (placed.length > 0) await insertOrders(tx, placed, now);
}

/** Whoever holds their keys alone may do so. */
export async function saveProgress(tx: Tx, changed: readonly OrderState[]): Promise<void> {
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
