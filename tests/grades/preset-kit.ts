import type { Answer, Api, Asker } from '../kit/api.ts';
import { anEvent, daysAgo, type RawEvent } from '../kit/events.ts';

/** An order told in days ago; what is left out does not happen. */
export interface Sale {
  readonly order: string;
  readonly merchant: string;
  readonly buyer?: string;
  readonly placed: number;
  readonly amount?: number;
  readonly currency?: string;
  readonly shipBy?: number;
  readonly shipped?: number;
  readonly tracking?: string | null;
  readonly deliverBy?: number;
  readonly delivered?: number;
  readonly cancelled?: readonly [at: number, by: 'SELLER' | 'BUYER' | 'PLATFORM'];
  readonly refunded?: readonly [at: number, cause: 'DEFECT' | 'CHANGED_MIND' | 'NOT_DELIVERED'];
  readonly disputed?: readonly [at: number, lostBy: 'MERCHANT' | 'BUYER' | 'NONE'];
  readonly chargedBack?: readonly [at: number, lostBy: 'MERCHANT' | 'BUYER' | 'NONE'];
  readonly reviewed?: readonly [at: number, stars: number];
}

/** Every event at noon UTC of its day, promises until then; so that what is due and done on one day is in time. */
export function saleOf(sale: Sale): RawEvent[] {
  const { order, merchant, buyer = `b-${order}`, amount = 5000, currency = 'USD', tracking = `T-${order}` } = sale;
  const noon = (days: number) => daysAgo(days, 12);
  const promised = (days: number | undefined) => (days === undefined ? null : noon(days));
  const happened = (type: string, at: number | undefined, data: Record<string, unknown> = {}): RawEvent[] =>
    at === undefined ? [] : [anEvent(type, noon(at), { order, ...data })];
  const placed = {
    order,
    merchant,
    buyer,
    lines: [{ product: null, quantity: 1, unitPrice: amount }],
    currency,
    amount,
    ...(sale.shipBy !== undefined && { shipBy: promised(sale.shipBy) }),
    ...(sale.deliverBy !== undefined && { deliverBy: promised(sale.deliverBy) }),
  };
  return [
    anEvent('order.placed', noon(sale.placed), placed),
    ...happened('order.shipped', sale.shipped, { carrier: 'Post', ...(tracking !== null && { tracking }) }),
    ...happened('order.delivered', sale.delivered),
    ...happened('order.cancelled', sale.cancelled?.[0], { by: sale.cancelled?.[1], cause: 'stock' }),
    ...happened('order.refunded', sale.refunded?.[0], { amount, cause: sale.refunded?.[1] }),
    ...happened('dispute.closed', sale.disputed?.[0], { lostBy: sale.disputed?.[1], cause: 'broken' }),
    ...happened('payment.chargeback', sale.chargedBack?.[0], { lostBy: sale.chargedBack?.[1], cause: 'fraud' }),
    ...happened('review.posted', sale.reviewed?.[0], { review: `r-${order}`, stars: sale.reviewed?.[1] }),
  ];
}

/** So many faultless orders of one day, each of a buyer of its own. */
export const goodSales = (merchant: string, count: number, placed: number, more: Partial<Sale> = {}): RawEvent[] =>
  Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    saleOf({
      order: `${merchant}-${placed}-${i}`,
      merchant,
      placed,
      shipBy: placed - 1,
      shipped: placed - 1,
      deliverBy: placed - 3,
      delivered: placed - 3,
      ...more,
    }),
  );

const QUERY = `query ($m: String!, $policy: String!, $asOf: DateTime, $knownAt: DateTime, $locale: String) {
  merchant(externalId: $m) { grade(policy: $policy, asOf: $asOf, knownAt: $knownAt) {
    level score interval { low } exactScore baseScore band bandLabel(locale: $locale) asOf knownAt policy { key version }
    evidence { postings goodMass badMass distinctCounterparties since }
    factors { kind label(locale: $locale) points count } reasons { code points text(locale: $locale) }
    next { level band points suggestion(locale: $locale) }
    metrics { key label(locale: $locale) value numerator denominator distinctCounterparties unit target condition status
              window { from to } excluded { value numerator denominator grounds } } } } }`;

export interface Coordinates {
  readonly asOf?: string;
  readonly knownAt?: string;
  readonly locale?: string;
}

/** A merchant's whole grade by a preset, its metrics by key. */
export async function presetGrade(api: Api, m: string, policy: string, at: Coordinates = {}, asker: Asker = 'AUDITOR') {
  const answer: Answer = await api.ask(asker, QUERY, { m, policy, ...at });
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const { metrics, ...grade } = answer.data.merchant.grade as Record<string, unknown> & { metrics: { key: string }[] };
  return { ...grade, metrics: Object.fromEntries(metrics.map(({ key, ...metric }) => [key, metric])) } as Record<
    string,
    unknown
  > & { readonly metrics: Readonly<Record<string, Record<string, unknown>>> };
}
