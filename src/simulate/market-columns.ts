import type { ReviewColumns } from '../detection/columns.ts';
import type { OrderColumns } from '../detection/order-columns.ts';
import { wentWell, type Deal, type Market } from './market.ts';

/** Numbers for names, from 0 as they come. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly names: string[] = [];

  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

export interface NamedOrders {
  readonly columns: OrderColumns;
  readonly merchants: readonly string[];
}

export function orderColumnsOf({ deals }: Market): NamedOrders {
  const names = { merchant: new Names(), buyer: new Names(), product: new Names(), device: new Names() };
  const [payment, address] = [new Names(), new Names()];
  const ints = (number: (deal: Deal) => number): Int32Array => Int32Array.from(deals, number);
  const columns = {
    merchants: ints(({ merchant }) => names.merchant.of(merchant)),
    buyers: ints(({ buyer }) => names.buyer.of(buyer)),
    products: ints(({ product }) => (product === null ? -1 : names.product.of(product))),
    amounts: Float64Array.from(deals, ({ amount }) => amount),
    placedAt: Float64Array.from(deals, ({ placedAt }) => placedAt),
    deliveredAt: Float64Array.from(deals, ({ deliveredAt }) => deliveredAt ?? Number.NaN),
    isTracked: Uint8Array.from(deals, ({ isTracked }) => (isTracked ? 1 : 0)),
    isPaidBackOutside: new Uint8Array(deals.length),
    devices: ints(({ device }) => names.device.of(device)),
    payments: ints((deal) => payment.of(deal.payment)),
    addresses: ints((deal) => address.of(deal.address)),
  };
  const counts = { merchantCount: names.merchant.names.length, buyerCount: names.buyer.names.length };
  return { columns: { ...columns, ...counts }, merchants: names.merchant.names };
}

export interface NamedReviews {
  readonly columns: Required<ReviewColumns>;
  readonly reviewed: readonly Deal[]; // by row
  readonly knownSince: Float64Array; // by reviewer
  readonly reviewers: readonly string[];
  readonly subjects: readonly string[];
}

/** The market's reviews in order of time; subjects are merchants. */
export function reviewColumnsOf({ deals, registered }: Market): NamedReviews {
  const reviewed = deals.filter(({ review }) => review !== null).toSorted((a, b) => a.review!.at - b.review!.at);
  const buyers = new Names();
  const merchants = new Names();
  const columns = {
    reviewers: Int32Array.from(reviewed, ({ buyer }) => buyers.of(buyer)),
    subjects: Int32Array.from(reviewed, ({ merchant }) => merchants.of(merchant)),
    times: Float64Array.from(reviewed, ({ review }) => review!.at),
    valences: Int8Array.from(reviewed, ({ review }) => (review!.stars - 3) * 50),
    wentWell: Uint8Array.from(reviewed, (deal) => (wentWell(deal) ? 1 : 0)),
  };
  const knownSince = Float64Array.from(buyers.names, (name) => registered.get(name) ?? Number.NaN);
  const counts = { reviewerCount: buyers.names.length, subjectCount: merchants.names.length };
  return {
    columns: { ...columns, ...counts },
    reviewed,
    knownSince,
    reviewers: buyers.names,
    subjects: merchants.names,
  };
}
