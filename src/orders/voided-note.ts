import type { Note } from '../db/notes.ts';
import type { OrderState } from './order-state.ts';

/** The ground on which orders that a merchant placed with itself are voided, as the rules of conduct name it. */
export const BRUSHING = 'BRUSHING';

/** What the note `order.voided` tells. */
interface OrderVoided extends OrderRestored {
  readonly ground: string;
  readonly penaltyId: string | null; // of which it is a part; null: found and voided without a person
}

/** What the note `order.restored` tells: it counts again. */
interface OrderRestored {
  readonly merchantId: string;
  readonly orderId: string;
  readonly externalId: string;
}

/** Left by whoever voids it, with the merchant's books open. */
export function orderVoidedNote(order: OrderState, penaltyId: string | null): Note {
  const payload: OrderVoided = { ...told(order), ground: BRUSHING, penaltyId };
  return { subjectId: order.merchantId, kind: 'order.voided', payload: { ...payload } };
}

/** Left by whoever restores it, likewise. */
export const orderRestoredNote = (order: OrderState): Note => ({
  subjectId: order.merchantId,
  kind: 'order.restored',
  payload: { ...told(order) },
});

const told = ({ merchantId, id, externalId }: OrderState): OrderRestored => ({ merchantId, orderId: id, externalId });
