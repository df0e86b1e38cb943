import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import type { OrderRow } from '../orders/orders.schema.ts';
import { orderVoidsOf, type OrderVoidRow } from '../orders/void-orders.ts';
import type { StatementOfReasons, Wording } from '../sanctions/statement.ts';
import { statementFor } from './voids.ts';

const voids = loader(
  ({ sql }, keys: readonly string[]) =>
    orderVoidsOf(
      sql,
      keys.map((key) => ({ merchantId: key.slice(0, 36), id: key.slice(37) })),
    ),
  ({ merchantId, orderId }) => `${merchantId}/${orderId}`,
);

/** Null for an order that counts. */
export const voidOfOrder = async (call: Call, { merchantId, id, voidedAt }: OrderRow): Promise<OrderVoidRow | null> =>
  voidedAt === null ? null : voids(call, `${merchantId}/${id}`);

const EFFECT: Wording = {
  en: 'The order counts towards no grade, no points and no numbers of sales, nor does a review of it. It stays on record, marked with the reason.',
  'zh-CN': '该订单及其评价不计入等级、积分和销量，保留记录并注明原因。',
};

/** Why an order was voided, for those who may see it: its two parties and the house. Notices are kept of reviews alone. */
export const statementOnOrder = (call: Call, row: OrderVoidRow): Promise<StatementOfReasons> =>
  statementFor(call, row, { origin: null, effect: EFFECT });
