import type { Reader, Tx } from '../db/tx.ts';
import { sortedById } from '../kernel/sorted-by-id.ts';
import type { OrderState } from './order-state.ts';
import { insertOrders, ordersByKeys, gatheredOrders, updateOrders, type OrderDetails } from './orders.queries.ts';

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

/** New orders that are gathered from several batches, and written at once, in the order of their merchants. */
export class PlacedOrders {
  #rows: ReturnType<typeof gatheredOrders> | null = null;
  #merchants: string[] = [];

  add(orders: readonly NewOrder[], now: number): void {
    for (const order of orders) this.addOne(order, now);
  }

  addOne(order: NewOrder, now: number): void {
    this.#rows ??= gatheredOrders(now);
    this.#rows.add(order);
    this.#merchants.push(order.merchantId);
  }

  async save(tx: Tx): Promise<void> {
    const [rows, merchants] = [this.#rows, this.#merchants];
    this.#rows = null;
    this.#merchants = [];
    const order = Uint32Array.from(sortedById([...merchants.keys()], (i) => merchants[i]!));
    if (rows) await tx.copy(...rows.copy(order));
  }
}
