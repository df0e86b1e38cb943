import { Refusal } from '../kernel/refusal.ts';
import { DAY } from './calendar.ts';
import { marketOf } from './market.ts';
import type { Market } from './market.ts';
import { numbered, toldOf } from './telling.ts';
import type { CloudEvent } from './telling.ts';
import { truthOf } from './truth.ts';
import type { DemoTruth } from './truth.ts';

export interface DemoOptions {
  readonly seed: number; // an integer
  readonly until: number; // ms since 1970, a midnight UTC: everything happens before it, in the two years up to it
  readonly scale?: number; // 0.02 to 10; 1 is 200 merchants, 5,000 buyers and 40,000 orders
}

/** Two years of an invented marketplace as its events, in order of time. Equal options give equal events. */
export function demoEvents(options: DemoOptions): CloudEvent[] {
  const market = checkedMarket(options);
  return toldOf(market, numbered(market));
}

/** What is behind the events of the same options: which attacks there are, and how good each merchant really is. */
export function demoTruth(options: DemoOptions): DemoTruth {
  const market = checkedMarket(options);
  return truthOf(market, numbered(market));
}

function checkedMarket({ seed, until, scale = 1 }: DemoOptions): Market {
  if (!Number.isSafeInteger(seed)) throw invalid('seed', 'The seed must be an integer.');
  if (!Number.isSafeInteger(until) || until % DAY !== 0 || until < Date.UTC(2005, 0) || until > Date.UTC(9999, 0)) {
    throw invalid('until', 'The end must be a midnight UTC, in milliseconds, from 2005 to 9998.');
  }
  if (!(scale >= 0.02 && scale <= 10)) throw invalid('scale', 'The scale must be between 0.02 and 10.');
  return marketOf(seed, until, scale);
}

const invalid = (field: string, message: string): Refusal =>
  new Refusal('INVALID', `DEMO_${field.toUpperCase()}_INVALID`, message, [field]);
