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
    const isConcerned = ({ subjectId }: Meaning) => !isSameFor(subjectId, was, is);
    const changed = { is: is.filter(isConcerned), was: was.filter(isConcerned) };
    if (changed.is.length + changed.was.length > 0) meanings.set(order, changed);
  }
  return meanings;
}

const NO_MEANINGS: readonly Meaning[] = [];

const isSame = (was: readonly Meaning[], is: readonly Meaning[]): boolean =>
  was.length === is.length && was.every((each, i) => isAlike(each, is[i]!));

const isAlike = (one: Meaning, other: Meaning): boolean =>
  one.subjectId === other.subjectId && one.kind === other.kind && one.occurredAt === other.occurredAt;

/** The same of what they mean for one party. */
function isSameFor(subjectId: string, was: readonly Meaning[], is: readonly Meaning[]): boolean {
  let at = 0;
  const next = (): Meaning | undefined => {
    while (at < is.length && is[at]!.subjectId !== subjectId) at++;
    return is[at++];
  };
  for (const each of was) {
    if (each.subjectId !== subjectId) continue;
    const other = next();
    if (!other || !isAlike(each, other)) return false;
  }
  return next() === undefined;
}
