import type { Call } from '../access/call.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { orderById } from '../orders/orders.loaders.ts';
import type { OrderRow } from '../orders/orders.schema.ts';
import { ordersDecided } from './brushing.queries.ts';
import { MOST_ORDERS } from './brushing.commands.ts';
import { answerTo, NO_PENALTY, type PenaltyAnswer } from './penalties.loaders.ts';
import type { Penalized } from './penalties.commands.ts';

/**
 * Those that a penalty is about, by their ids; of one merchant alone, if one is given. Such as were restored since are among them: it was
 * decided about them.
 */
export async function decidedOrders(
  call: Call,
  { penaltyId, subjectId }: { readonly penaltyId: string; readonly subjectId: string | null },
  args: PageArguments,
): Promise<Connection<OrderRow>> {
  const page = pageOf(args, ['uuid']);
  const after = (page.after?.[0] as string | undefined) ?? null;
  const found = await ordersOfPenalty(call, { penaltyId, subjectId, after }, page.size + 1);
  return connectionOf(found, page, ({ id }) => [id]);
}

async function ordersOfPenalty(
  call: Call,
  of: Parameters<typeof ordersDecided>[1],
  limit: number,
): Promise<OrderRow[]> {
  const keys = await ordersDecided(call.sql, of, limit);
  const found = await Promise.all(keys.map(({ merchantId, id }) => orderById(call, [merchantId, id])));
  return found.flatMap((order) => order ?? []);
}

/** A measure that was about no order. */
export const noOrders = (args: PageArguments): Connection<OrderRow> =>
  connectionOf([], pageOf(args, ['uuid']), () => []);

export interface BrushingAnswer extends PenaltyAnswer {
  readonly orders: readonly OrderRow[];
}
export const NO_BRUSHING: BrushingAnswer = { ...NO_PENALTY, orders: [] };

/** What a caller is told of it. */
export async function answerToBrushing(call: Call, made: Penalized): Promise<BrushingAnswer> {
  const answer = await answerTo(call, made, null);
  if (!answer.penalty) return { ...NO_BRUSHING, ...answer };
  const of = { penaltyId: answer.penalty.id, subjectId: null, after: null };
  return { ...answer, orders: await ordersOfPenalty(call, of, MOST_ORDERS) };
}
