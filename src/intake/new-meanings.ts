import { meaningsOf, type Meaning } from '../orders/order-evidence.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { Drafts } from './drafts.ts';

/** What an order means otherwise than before, for those of its parties to whom it does. */
export interface NewMeaning {
  readonly is: readonly Meaning[];
  readonly was: readonly Meaning[];
}

/** Most events of an order, such as its payment, mean nothing to anybody's balances: then no book is opened for it. */
export function newMeanings(orders: readonly OrderState[], found: Drafts['found']): Map<OrderState, NewMeaning> {
  const meanings = new Map<OrderState, NewMeaning>();
  for (const order of orders) {
    const before = found.get(order.externalId);
    const is = meaningsOf(order);
    if (!before) {
      if (is.length > 0) meanings.set(order, { is, was: NO_MEANINGS });
      continue;
    }
    const was = meaningsOf(before);
    if (isSame(was, is)) continue;
    if (was.length === 0) {
      meanings.set(order, { is, was });
      continue;
    }
    const of = (id: string) => (each: Meaning) => each.subjectId === id;
    const concerned = new Set(
      [...was, ...is].map(({ subjectId }) => subjectId).filter((id) => !isSame(was.filter(of(id)), is.filter(of(id)))),
    );
    const isConcerned = ({ subjectId }: Meaning) => concerned.has(subjectId);
    if (concerned.size > 0) meanings.set(order, { is: is.filter(isConcerned), was: was.filter(isConcerned) });
  }
  return meanings;
}

const NO_MEANINGS: readonly Meaning[] = [];

const isSame = (was: readonly Meaning[], is: readonly Meaning[]): boolean =>
  was.length === is.length &&
  was.every(
    ({ subjectId, kind, occurredAt }, i) =>
      subjectId === is[i]!.subjectId && kind === is[i]!.kind && occurredAt === is[i]!.occurredAt,
  );
