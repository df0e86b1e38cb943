import { isHouse, ownId } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { groupLoader, loader } from '../access/loader.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import { orderById } from '../orders/orders.loaders.ts';
import type { OrderRow } from '../orders/orders.schema.ts';
import type { OrderVoidRow } from '../orders/void-orders.ts';
import { receiptFiled } from '../reviews/receipts.loaders.ts';
import type { Review } from '../reviews/review.ts';
import { reviewById } from '../reviews/reviews.loaders.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import type { VoidRow } from '../reviews/reviews.loaders.ts';
import type { Sanction } from '../sanctions/sanction.ts';
import { sanctionById } from '../sanctions/sanctions.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { Appeal, type AppealStatus } from './appeal.ts';
import { appealsAbout } from './appeals.queries.ts';

/** Null for those who may not see it. */
export const appealById = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(Appeal, { id: [...ids] })).map((row) => Object.assign(row, { __typename: 'Appeal' as const })),
  ({ id }) => id,
);

/** What is to be answered first comes first. */
export async function appealsByPage(
  { em }: Call,
  status: AppealStatus | null,
  args: PageArguments,
): Promise<Connection<Appeal>> {
  const page = pageOf(args, ['instant', 'uuid']);
  const of = status === null ? { decidedAt: null } : { status };
  const rows = await em.find(Appeal, page.after ? { $and: [of, beyond(page.after as [number, string])] } : of, {
    orderBy: { dueAt: 'asc', id: 'asc' },
    limit: page.size + 1,
  });
  return connectionOf(rows, page, ({ dueAt, id }) => [dueAt.getTime(), id]);
}

function beyond([at, id]: [number, string]) {
  const dueAt = new Date(at);
  return { dueAt: { $gte: dueAt }, $or: [{ dueAt: { $gt: dueAt } }, { id: { $gt: id } }] };
}

/** One's own appeal against a decision; for the house, the one that is open or the last. */
const appealsOf = groupLoader(
  (call, facts: readonly string[]) => {
    const own = isHouse(call.actor) ? null : (ownId(call.actor, 'MERCHANT') ?? ownId(call.actor, 'BUYER'));
    if (own === null && !isHouse(call.actor)) return Promise.resolve([]);
    return appealsAbout(
      call.sql,
      facts.map((fact) => ({ subjectId: fact.slice(0, 36), factId: fact.slice(37) })),
      own,
    );
  },
  ({ subjectId, factId }) => `${subjectId}/${factId}`,
);

export async function appealAgainstVoid(call: Call, { merchantId, reviewId, decisionId }: VoidRow) {
  const found = await appealsOf(call, `${merchantId}/${reviewId}`);
  const first = found.find((appeal) => appeal.decisionId === decisionId); // of an earlier decision another one may be there
  return first ? appealById(call, first.id) : null;
}

/** Against the order alone, or against all that the decision voided. */
export async function appealAgainstOrder(call: Call, { merchantId, orderId, decisionId }: OrderVoidRow) {
  const found = await Promise.all([orderId, decisionId].map((factId) => appealsOf(call, `${merchantId}/${factId}`)));
  const first = found.flat().find((appeal) => appeal.decisionId === decisionId);
  return first ? appealById(call, first.id) : null;
}

export async function appealAgainstSanction(call: Call, { subjectId, id }: Sanction) {
  const [first] = await appealsOf(call, `${subjectId}/${id}`);
  return first ? appealById(call, first.id) : null;
}

export const appellantOf = (call: Call, { appellantId, appellantKind }: Appeal): Promise<SubjectRow | null> =>
  appellantKind === 'MERCHANT' ? merchantById(call, appellantId) : buyerById(call, appellantId);

export const reviewAppealed = (call: Call, { about, subjectId, factId }: Appeal): Promise<Review | null> | null =>
  about === 'REVIEW' ? reviewById(call, subjectId, factId) : null;

export const orderAppealed = (call: Call, { about, subjectId, factId }: Appeal): Promise<OrderRow | null> | null =>
  about === 'ORDER' ? orderById(call, [subjectId, factId]) : null;

export const decisionAppealed = (call: Call, { about, subjectId, factId }: Appeal): Promise<ReceiptRow | null> | null =>
  about === 'DECISION' ? receiptFiled(call, subjectId, factId) : null;

export const sanctionAppealed = (call: Call, { about, subjectId, factId }: Appeal): Promise<Sanction | null> | null =>
  about === 'SANCTION' ? sanctionById(call, subjectId, factId) : null;

export const receiptOfAppeal = (call: Call, { subjectId, receiptId }: Appeal): Promise<ReceiptRow | null> | null =>
  receiptId ? receiptFiled(call, subjectId, receiptId) : null;
