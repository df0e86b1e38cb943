import fs from 'node:fs';
import path from 'node:path';
import {
  baseBit,
  faultBits,
  type FaultyOrder,
  type OrderBase,
  type OrderDay,
  type OrderFacts,
  type OrderFault,
} from '../../src/scoring/preset-facts.ts';
import type { Metric, PresetGrade } from '../../src/scoring/preset-grade.ts';
import { parseRules } from '../../src/scoring/preset-rules.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../src/grades/presets');

/** A shipped document, as it stands in its file. */
export const documentOf = (name: string): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Record<string, unknown>;

export const PRESET_NAMES: readonly string[] = fs
  .readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => path.basename(file, '.json'))
  .filter((name) => !name.startsWith('default-'));

/** A shipped preset, ready for use. */
export function presetOf<Method extends 'LEVELS' | 'STANDARDS' | 'STARS'>(name: string, method: Method) {
  const rules = parseRules(documentOf(name));
  if (!('method' in rules) || rules.method !== method) throw new Error(`${name} is no preset of ${method}`);
  return rules as Extract<typeof rules, { method: Method }>;
}

export const TODAY = 20_000; // 2024-10-04

/** What is wrong with one order, and when it was due and done where that matters. */
export interface Fault {
  readonly faults: readonly OrderFault[];
  readonly buyer?: string;
  readonly bases?: readonly OrderBase[];
  readonly handover?: FaultyOrder['handover'];
  readonly delivery?: FaultyOrder['delivery'];
  readonly cancelled?: number;
}

/** So many orders of one day, all shipped and delivered, with a promise for each; and what is wrong with some of them. */
export function aDay(day: number, orders: number, faults: readonly Fault[] = [], revenue = 5000 * orders): OrderDay {
  const counts = {
    ORDERS: orders,
    SALES: orders,
    SHIPPED: orders,
    HANDOVER_PROMISED: orders,
    DELIVERY_PROMISED: orders,
  };
  return { day, orders: counts, revenue, revenueOrders: orders, faulty: faults.map(faultyOrder) };
}

const EVERY_BASE: readonly OrderBase[] = ['ORDERS', 'SALES', 'SHIPPED', 'HANDOVER_PROMISED', 'DELIVERY_PROMISED'];
let nextBuyer = 0;

function faultyOrder({ faults, buyer, bases = EVERY_BASE, handover, delivery, cancelled }: Fault): FaultyOrder {
  return {
    buyer: buyer ?? `b-${nextBuyer++}`,
    faults: faultBits(faults),
    bases: bases.reduce((bits, base) => bits | baseBit(base), 0),
    handover: handover ?? null,
    delivery: delivery ?? null,
    cancelled: cancelled ?? null,
  };
}

export const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

export const factsOf = (
  days: readonly OrderDay[],
  buyers = 100,
  firstDay: number | null = TODAY - 400,
): OrderFacts => ({
  days,
  buyers,
  firstDay,
});

export function metricIn({ metrics }: PresetGrade, key: string): Metric {
  const found = metrics.find((metric) => metric.key === key);
  if (!found) throw new Error(`there is no metric ${key}`);
  return found;
}
