import {
  arraysOf,
  bytea,
  copyOf,
  GatheredRows,
  instant,
  int8,
  jsonb,
  text,
  uuid,
  uuids,
  type Columns,
} from '../db/binary-rows.ts';
import { ms } from '../db/instants.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { OrderState } from './order-state.ts';

/** As a state is: made of nothing but the row, of which each batch of events reads hundreds. */
export const ordersByKeys = (on: Reader, keys: readonly { merchantId: string; id: string }[]): Promise<OrderState[]> =>
  on.query(
    'orders_by_keys',
    `select o.id, o.external_id as "externalId", o.merchant_id as "merchantId", o.buyer_id as "buyerId", o.product_ids as "productIds",
            o.currency, o.amount, ${ms('o.placed_at', 'placedAt')}, ${ms('o.ship_by', 'shipBy')}, ${ms('o.deliver_by', 'deliverBy')},
            ${ms('o.paid_at', 'paidAt')}, ${ms('o.payment_failed_at', 'paymentFailedAt')}, ${ms('o.shipped_at', 'shippedAt')}, o.carrier,
            o.tracking, ${ms('o.delivered_at', 'deliveredAt')}, ${ms('o.completed_at', 'completedAt')},
            ${ms('o.cancelled_at', 'cancelledAt')}, o.cancelled_by as "cancelledBy", o.cancel_cause as "cancelCause", o.refunds,
            ${ms('o.dispute_closed_at', 'disputeClosedAt')}, o.dispute_lost_by as "disputeLostBy",
            ${ms('o.chargeback_at', 'chargebackAt')}, o.chargeback_lost_by as "chargebackLostBy",
            ${ms('o.paid_back_at', 'paidBackAt')}, ${ms('o.voided_at', 'voidedAt')}
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join "order" o using (merchant_id, id)`,
    arraysOf(
      keys,
      uuid((each) => each.merchantId),
      uuid((each) => each.id),
    ),
  );

/** What an order has beside its state: never changed, never scored. */
export interface OrderDetails {
  readonly lines: readonly unknown[];
  readonly ipHash: Buffer | null;
  readonly deviceHash: Buffer | null;
  readonly paymentHash: Buffer | null;
}

const PROGRESS: Columns<OrderState> = {
  paid_at: instant((each) => each.paidAt),
  payment_failed_at: instant((each) => each.paymentFailedAt),
  shipped_at: instant((each) => each.shippedAt),
  carrier: text((each) => each.carrier),
  tracking: text((each) => each.tracking),
  delivered_at: instant((each) => each.deliveredAt),
  completed_at: instant((each) => each.completedAt),
  cancelled_at: instant((each) => each.cancelledAt),
  cancelled_by: text((each) => each.cancelledBy),
  cancel_cause: text((each) => each.cancelCause),
  refunds: jsonb((each) => each.refunds),
  dispute_closed_at: instant((each) => each.disputeClosedAt),
  dispute_lost_by: text((each) => each.disputeLostBy),
  chargeback_at: instant((each) => each.chargebackAt),
  chargeback_lost_by: text((each) => each.chargebackLostBy),
  paid_back_at: instant((each) => each.paidBackAt),
  voided_at: instant((each) => each.voidedAt),
};
const KEY: Columns<OrderState> = {
  merchant_id: uuid((each) => each.merchantId),
  id: uuid((each) => each.id),
};

const newColumns = (recordedAt: number): Columns<OrderState & OrderDetails> => ({
  ...KEY,
  ...PROGRESS,
  external_id: text((each) => each.externalId),
  buyer_id: uuid((each) => each.buyerId),
  product_ids: uuids((each) => each.productIds),
  lines: jsonb((each) => each.lines),
  currency: text((each) => each.currency),
  amount: int8((each) => each.amount),
  placed_at: instant((each) => each.placedAt),
  ship_by: instant((each) => each.shipBy),
  deliver_by: instant((each) => each.deliverBy),
  ip_hash: bytea((each) => each.ipHash),
  device_hash: bytea((each) => each.deviceHash),
  payment_hash: bytea((each) => each.paymentHash),
  recorded_at: instant(() => recordedAt),
});

export const insertOrders = (
  tx: Tx,
  orders: readonly (OrderState & OrderDetails)[],
  recordedAt: number,
): Promise<void> => tx.copy(...copyOf('"order"', newColumns(recordedAt), orders));

/** Those that are to be written together. */
export const gatheredOrders = (recordedAt: number): GatheredRows<OrderState & OrderDetails> =>
  new GatheredRows('"order"', newColumns(recordedAt));

const PROGRESS_NAMES = Object.keys(PROGRESS).join(', ');
const PROGRESS_TYPES =
  'timestamptz timestamptz timestamptz text text timestamptz timestamptz timestamptz text text jsonb timestamptz text timestamptz text timestamptz timestamptz';
const parameters = (types: string): string =>
  types
    .split(' ')
    .map((type, i) => `$${i + 1}::${type}[]`)
    .join(', ');

export const updateOrders = (tx: Tx, orders: readonly OrderState[]): Promise<unknown> =>
  tx.query(
    'update_orders',
    `update "order" as o set (${PROGRESS_NAMES}) = (select ${PROGRESS_NAMES.replaceAll(/\w+/g, 'new.$&')})
       from unnest(${parameters(`${PROGRESS_TYPES} uuid uuid`)}) as new (${PROGRESS_NAMES}, merchant_id, id)
      where o.merchant_id = new.merchant_id and o.id = new.id`,
    arraysOf(orders, ...Object.values(PROGRESS), ...Object.values(KEY)),
  );
