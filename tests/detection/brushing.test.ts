import { describe, expect, it } from 'vitest';
import { suspectMerchantOrders } from '../../src/detection/brushing.ts';
import type { OrderColumns } from '../../src/detection/order-columns.ts';
import { Names } from '../../src/simulate/market-columns.ts';
import { NOW } from './kit.ts';

const HOUR = 3_600_000;

interface Sale {
  readonly merchant: string;
  readonly buyer: string;
  readonly at: number; // hours ago
  readonly isTracked: boolean;
  readonly hours: number; // till it is delivered
  readonly device?: string; // the buyer's own unless given, as all traces
  readonly payment?: string;
  readonly address?: string;
}

function columnsFrom(sales: readonly Sale[]): OrderColumns {
  const [merchants, buyers, traces] = [new Names(), new Names(), new Names()];
  const ints = (number: (sale: Sale) => number) => Int32Array.from(sales, number);
  const numbers = {
    merchants: ints(({ merchant }) => merchants.of(merchant)),
    buyers: ints(({ buyer }) => buyers.of(buyer)),
    products: ints(({ merchant }) => merchants.of(merchant)),
    devices: ints(({ device, buyer }) => traces.of(device ?? `phone of ${buyer}`)),
    payments: ints(({ payment, buyer }) => traces.of(payment ?? `card of ${buyer}`)),
    addresses: ints(({ address, buyer }) => traces.of(address ?? `home of ${buyer}`)),
  };
  return {
    ...numbers,
    amounts: Float64Array.from(sales, () => 990),
    placedAt: Float64Array.from(sales, ({ at }) => NOW - at * HOUR),
    deliveredAt: Float64Array.from(sales, ({ at, hours }) => NOW - (at - hours) * HOUR),
    isTracked: Uint8Array.from(sales, ({ isTracked }) => (isTracked ? 1 : 0)),
    isPaidBackOutside: new Uint8Array(sales.length),
    merchantCount: merchants.names.length,
    buyerCount: buyers.names.length,
  };
}

/** Ten shops whose parcels travel for two days, to everybody. */
const ordinary: Sale[] = Array.from({ length: 400 }, (_, i) => ({
  merchant: `shop ${i % 10}`,
  buyer: `b${(i * 7) % 190}`,
  at: 2000 - 5 * i,
  isTracked: true,
  hours: 48,
}));

/** Forty lunches that nobody posts: the same dish at the same price and hour, to eight people who buy nothing else here. */
const lunches = (traces: (buyer: number) => Partial<Sale>): Sale[] =>
  Array.from({ length: 40 }, (_, i) => ({
    merchant: 'lunch',
    buyer: `eater ${i % 8}`,
    at: 24 * (1 + Math.floor(i / 8)),
    isTracked: false,
    hours: 1,
    ...traces(i % 8),
  }));

const ofLunch = (sales: readonly Sale[]) => {
  const found = suspectMerchantOrders(columnsFrom([...ordinary, ...sales]));
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
};
const CREW = { device: 'the phone', payment: 'the card' };

describe('orders that are proven to be made up', () => {
  it('are those of a crew: one phone, one card and eight accounts, and nothing that travelled', () => {
    const { outcome, orders, proven } = ofLunch(lunches(() => CREW))!;
    expect(outcome).toBe('VOID_PROPOSED');
    expect([orders.length, proven.length]).toEqual([40, 40]);
  });

  it.each<[string, (buyer: number) => Partial<Sale>]>([
    ['eaten by the people of one office', () => ({ address: 'the office' })],
    ['ordered at a counter with one tablet, by people with cards of their own', () => ({ device: 'the counter' })],
    ['paid by an employer, from phones of their own', () => ({ payment: 'the employer' })],
    ['shared by families of four', (buyer) => ({ device: `tablet ${buyer >> 2}`, payment: `card ${buyer >> 2}` })],
  ])('are none of an honest shop, as suspicious as it looks: %s', (_, traces) => {
    const { outcome, orders, proven } = ofLunch(lunches(traces))!;
    expect(outcome).toBe('VOID_PROPOSED'); // of the merchant this is doubt enough to look: for a person
    expect([orders.length, proven.length]).toEqual([40, 0]);
  });

  it('are none where all the marketplace has one such trace: cash, or its own till', () => {
    const everybody = ordinary.map((sale) => ({ ...sale, payment: 'cash' }));
    const found = suspectMerchantOrders(
      columnsFrom([...everybody, ...lunches(() => ({ device: 'the counter', payment: 'cash' }))]),
    );
    expect(found.flatMap(({ proven }) => proven)).toEqual([]);
  });

  it('are none of a crew whose parcels travel, nor on a platform that is told of no carrier', () => {
    const travelling = lunches(() => ({ ...CREW, isTracked: true, hours: 48 }));
    expect(ofLunch(travelling)?.proven ?? []).toEqual([]);
    const untold = [...ordinary, ...lunches(() => CREW)].map((sale) => ({ ...sale, isTracked: false }));
    expect(suspectMerchantOrders(columnsFrom(untold)).flatMap(({ proven }) => proven)).toEqual([]);
  });

  it('are those alone that the crew placed, not what others bought of the shop', () => {
    const others = Array.from({ length: 30 }, (_, i) => ({
      merchant: 'lunch',
      buyer: `b${i}`,
      at: 900 + 7 * i,
      isTracked: i % 2 === 0,
      hours: i % 2 === 0 ? 48 : 1,
    }));
    const { proven } = ofLunch([...lunches(() => CREW), ...others])!;
    expect(proven.map((row) => row - ordinary.length).every((i) => i < 40)).toBe(true);
    expect(proven).toHaveLength(40);
  });
});
