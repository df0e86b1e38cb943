import { isCurrency } from '../kernel/currency.ts';
import { kind, type Kind } from './checks.ts';

const isWholeFrom =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

export const stars: Kind<number> = kind('whole', isWholeFrom(1, 5), 'STARS_INVALID', 'a whole number from 1 to 5');

/** Money in minor units (cents, fen), up to the last integer that every JSON reader holds exactly. */
export const amount: Kind<number> = kind(
  'money',
  isWholeFrom(0, Number.MAX_SAFE_INTEGER),
  'AMOUNT_INVALID',
  'a whole number of minor units from 0 to 2^53 - 1',
);

export const quantity: Kind<number> = kind(
  'whole',
  isWholeFrom(1, 1_000_000),
  'QUANTITY_INVALID',
  'a whole number from 1 to 1000000',
);

/** A rating network's rating. */
export const rating: Kind<number> = kind(
  'whole',
  isWholeFrom(-10, 10),
  'RATING_INVALID',
  'a whole number from -10 to 10',
);

export const flag: Kind<boolean> = kind(
  'flag',
  (value): value is boolean => typeof value === 'boolean',
  'FLAG_INVALID',
  'true or false',
);

export const currency: Kind<string> = kind(
  'text',
  (value): value is string => typeof value === 'string' && isCurrency(value),
  'CURRENCY_UNKNOWN',
  'an ISO 4217 currency code such as CNY',
);

/**
 * Digits of the minor unit where they are not 2, after ISO 4217 list one (SIX, 2026). Not from Intl, which follows CLDR: that
 * has no minor unit for a dozen moneys that by ISO have one, such as AFN.
 */
const MINOR_DIGITS = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ['CLF', 4],
  ['UYW', 4],
]);

export const minorDigitsOf = (code: string): number => MINOR_DIGITS.get(code) ?? 2;
