import { columns, copyText, time, type Cell } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { OrderState } from './order-state.ts';

export interface OrderRow {
  merchant_id: string;
  id: string;
  external_id: string;
  buyer_id: string;
  product_ids: string[];
  currency: string;
  amount: number;
  placed_at: Date;
  ship_by: Date | null;
  deliver_by: Date | null;
  paid_at: Date | null;
  payment_failed_at: Date | null;
  shipped_at: Date | null;
  carrier: string | null;
  tracking: string | null;
  delivered_at: Date | null;
  completed_at: Date | null;
  cancelled_at: Date | null;
  cancelled_by: OrderState['cancelledBy'];
  cancel_cause: string | null;
  refunds: OrderState['refunds'];
  dispute_closed_at: Date | null;
  dispute_lost_by: OrderState['disputeLostBy'];
  chargeback_at: Date | null;
  chargeback_lost_by: OrderState['chargebackLostBy'];
  voided_at: Date | null;
}

export const ordersByKeys = (on: Reader, keys: readonly { merchantId: string; id: string }[]): Promise<OrderRow[]> =>
  on.query(
    'orders_by_keys',
    `select o.merchant_id, o.id, o.external_id, o.buyer_id, o.product_ids, o.currency, o.amount, o.placed_at, o.ship_by, o.deliver_by,
            o.paid_at, o.payment_failed_at, o.shipped_at, o.carrier, o.tracking, o.delivered_at, o.completed_at, o.cancelled_at,
            o.cancelled_by, o.cancel_cause, o.refunds, o.dispute_closed_at, o.dispute_lost_by, o.chargeback_at, o.chargeback_lost_by,
            o.voided_at
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join "order" o using (merchant_id, id)`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

/** What an order has beside its state: never changed, never scored. */
export interface OrderDetails {
  readonly lines: readonly unknown[];
  readonly ipHash: Buffer | null;
  readonly deviceHash: Buffer | null;
  readonly paymentHash: Buffer | null;
}

const PROGRESS = `paid_at, payment_failed_at, shipped_at, carrier, tracking, delivered_at, completed_at, cancelled_at, cancelled_by,
  cancel_cause, refunds, dispute_closed_at, dispute_lost_by, chargeback_at, chargeback_lost_by, voided_at`;
const PROGRESS_TYPES =
  'timestamptz timestamptz timestamptz text text timestamptz timestamptz timestamptz text text jsonb timestamptz text timestamptz text timestamptz'.split(
    ' ',
  );
const parameters = (types: readonly string[]): string => types.map((type, i) => `$${i + 1}::${type}[]`).join(', ');

const progress: readonly ((order: OrderState) => Cell)[] = [
  (each) => time(each.paidAt),
  (each) => time(each.paymentFailedAt),
  (each) => time(each.shippedAt),
  (each) => each.carrier,
  (each) => each.tracking,
  (each) => time(each.deliveredAt),
  (each) => time(each.completedAt),
  (each) => time(each.cancelledAt),
  (each) => each.cancelledBy,
  (each) => each.cancelCause,
  (each) => JSON.stringify(each.refunds),
  (each) => time(each.disputeClosedAt),
  (each) => each.disputeLostBy,
  (each) => time(each.chargebackAt),
  (each) => each.chargebackLostBy,
  (each) => time(each.voidedAt),
];

export const insertOrders = (
  tx: Tx,
  orders: readonly (OrderState & OrderDetails)[],
  recordedAt: Date,
): Promise<void> => {
  const recorded = recordedAt.toISOString();
  return tx.copy(
    `copy "order" (${PROGRESS}, merchant_id, id, external_id, buyer_id, product_ids, lines, currency, amount, placed_at, ship_by,
                   deliver_by, ip_hash, device_hash, payment_hash, recorded_at) from stdin`,
    copyText<OrderState & OrderDetails>(
      orders,
      ...progress,
      (each) => each.merchantId,
      (each) => each.id,
      (each) => each.externalId,
      (each) => each.buyerId,
      (each) => `{${each.productIds.join(',')}}`,
      (each) => JSON.stringify(each.lines),
      (each) => each.currency,
      (each) => each.amount,
      (each) => time(each.placedAt),
      (each) => time(each.shipBy),
      (each) => time(each.deliverBy),
      (each) => each.ipHash,
      (each) => each.deviceHash,
      (each) => each.paymentHash,
      () => recorded,
    ),
  );
};

const UPDATE_TYPES = [...PROGRESS_TYPES, 'uuid', 'uuid'];

export const updateOrders = (tx: Tx, orders: readonly OrderState[]): Promise<unknown> =>
  tx.query(
    'update_orders',
    `update "order" as o set (${PROGRESS}) = (select ${PROGRESS.replaceAll(/\w+/g, 'new.$&')})
       from unnest(${parameters(UPDATE_TYPES)}) as new (${PROGRESS}, merchant_id, id)
      where o.merchant_id = new.merchant_id and o.id = new.id`,
    columns<OrderState>(
      orders,
      ...progress,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );
