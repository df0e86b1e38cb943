import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Order } from './order.ts';
import type { OrderRow } from './orders.schema.ts';

/** Finds an order by its merchant's id and its own; null for one that the caller may not see. */
export const orderById = (call: Call, ids: readonly [merchantId: string, id: string]) => byIds(call, ids.join(':'));

const byIds = loader(
  async ({ em }, keys: readonly string[]) => {
    const either = keys.map((key) => key.split(':')).map(([merchantId, id]) => ({ merchantId: merchantId!, id: id! }));
    return (await em.find(Order, { $or: either })).map(rowOf);
  },
  ({ merchantId, id }) => `${merchantId}:${id}`,
);

/** The orders of one of the two parties, the one that was learnt of last first; of them those that the caller may see. */
export async function ordersOf(
  call: Call,
  party: { readonly buyerId: string } | { readonly merchantId: string },
  args: PageArguments,
): Promise<Connection<OrderRow>> {
  const page = pageOf(args, ['uuid']);
  const [after, before] = [page.after?.[0] as string | undefined, page.before?.[0] as string | undefined];
  const orders = await call.em.find(
    Order,
    { ...party, $and: [after ? { id: { $lt: after } } : {}, before ? { id: { $gt: before } } : {}] },
    { orderBy: { id: page.backwards ? 'asc' : 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(orders.map(rowOf), page, ({ id }) => [id]);
}

const rowOf = (order: Order): OrderRow => ({
  __typename: 'Order',
  id: order.id,
  externalId: order.externalId,
  merchantId: order.merchantId,
  buyerId: order.buyerId,
  lines: order.lines,
  amount: order.amount,
  currency: order.currency,
  placedAt: order.placedAt,
  shipBy: order.shipBy ?? null,
  deliverBy: order.deliverBy ?? null,
  paidAt: order.paidAt ?? null,
  shippedAt: order.shippedAt ?? null,
  deliveredAt: order.deliveredAt ?? null,
  completedAt: order.completedAt ?? null,
  cancelledAt: order.cancelledAt ?? null,
  voidedAt: order.voidedAt ?? null,
});
