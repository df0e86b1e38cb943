import { readFileSync } from 'node:fs';
import { suspectMerchantOrders } from '../../src/detection/brushing.ts';
import type { OrderColumns } from '../../src/detection/order-columns.ts';
import { demoEvents, demoTruth } from '../../src/demo/demo.ts';
import { marketOf } from '../../src/simulate/market.ts';
import { Names, orderColumnsOf } from '../../src/simulate/market-columns.ts';

/** Merchants whose orders are proposed to be voided, and the orders that a scan might void by itself. */
export interface BrushingFound {
  readonly orders: number; // in all
  readonly staged: number; // of them, those that are made up
  readonly shops: number; // merchants: that brush
  readonly shopsFound: number;
  readonly othersFound: number;
  readonly proven: number; // orders
  readonly wronglyProven: number; // real ones
}

/** Of a made-up market, whose truth is known. */
export function brushingInDemo(options: { seed: number; until: number; scale: number }): BrushingFound {
  const market = marketOf(demoEvents(options));
  const truth = demoTruth(options).campaigns.find(({ name }) => name === 'BRUSHING')!;
  const staged = new Set(truth.orders);
  const { columns, merchants } = orderColumnsOf(market);
  const found = suspectMerchantOrders(columns).filter(({ outcome }) => outcome === 'VOID_PROPOSED');
  const shopsFound = found.filter(({ merchant }) => truth.merchants.includes(merchants[merchant]!)).length;
  const proven = found.flatMap((each) => each.proven.map((row) => market.deals[row]!.order));
  return {
    orders: market.deals.length,
    staged: staged.size,
    shops: truth.merchants.length,
    shopsFound,
    othersFound: found.length - shopsFound,
    proven: proven.length,
    wronglyProven: proven.filter((order) => !staged.has(order)).length,
  };
}

/** Of real orders, all taken as honest: how many merchants are doubted, and how many orders would be void. */
export function brushingAmongReal(file: string): {
  merchants: number;
  doubted: number;
  proposed: number;
  proven: number;
} {
  const columns = readOrders(file);
  const found = suspectMerchantOrders(columns);
  const proposed = found.filter(({ outcome }) => outcome === 'VOID_PROPOSED');
  return {
    merchants: columns.merchantCount,
    doubted: found.length,
    proposed: proposed.length,
    proven: proposed.reduce((sum, each) => sum + each.proven.length, 0),
  };
}

/**
 * Orders of Olist's file, one row an order; no field of it is quoted. It tells of no device and of no card, so the worst is taken: all who
 * live in one state and buy of one merchant have one of each, and one address.
 */
function readOrders(file: string): OrderColumns {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  const rows = lines.map((line) => line.split(',')).map((cells) => (name: string) => cells[names.indexOf(name)] ?? '');
  const [sellers, buyers, products, traces] = [new Names(), new Names(), new Names(), new Names()];
  const ints = (number: (cell: (name: string) => string) => number) => Int32Array.from(rows, number);
  const shared = ints((cell) => traces.of(`${cell('seller_id')}/${cell('customer_state')}`));
  const columns = {
    merchants: ints((cell) => sellers.of(cell('seller_id'))),
    buyers: ints((cell) => buyers.of(cell('customer_unique_id'))),
    products: ints((cell) => products.of(cell('product_id'))),
    amounts: Float64Array.from(rows, (cell) => Math.round(100 * Number(cell('price')))),
    placedAt: Float64Array.from(rows, (cell) => Date.parse(cell('order_purchase_timestamp'))),
    deliveredAt: Float64Array.from(rows, (cell) => Date.parse(cell('order_delivered_customer_date'))),
    isTracked: Uint8Array.from(rows, (cell) => (cell('order_delivered_carrier_date') === '' ? 0 : 1)),
    isPaidBackOutside: new Uint8Array(rows.length),
    devices: shared,
    payments: shared,
    addresses: shared,
  };
  return { ...columns, merchantCount: sellers.names.length, buyerCount: buyers.names.length };
}
