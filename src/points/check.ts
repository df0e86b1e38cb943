import type { Pool } from 'pg';
import { inTransaction } from '../db/tx.ts';
import {
  balanceDifferences,
  chainDifferences,
  debitDifferences,
  holdDifferences,
  keptApartDifferences,
  lotDifferences,
  orderDifferences,
  totals,
  type Difference,
} from './check.queries.ts';

export interface PointsReport {
  readonly accounts: number;
  readonly transfers: number;
  /** Of all accounts, the house's and everybody else's: 0. */
  readonly sum: bigint;
  /** What the house's accounts come to, and 'HOLDERS': all others together. */
  readonly balances: Readonly<Record<string, bigint>>;
  /** The first of them, a line each; `differing` counts all. */
  readonly differences: readonly string[];
  readonly differing: number;
}

const MOST_SHOWN = 100;
const CHECKS = [
  balanceDifferences,
  chainDifferences,
  keptApartDifferences,
  holdDifferences,
  lotDifferences,
  debitDifferences,
  orderDifferences,
];

/** Compares every balance, lot, hold and debt with the ledger, and sums up all accounts, as of one moment. */
export function checkPoints(pool: Pool): Promise<PointsReport> {
  return inTransaction(pool, async (tx) => {
    await tx.query('', 'set transaction isolation level repeatable read, read only');
    const found: string[] = [];
    for (const check of CHECKS) found.push(...(await check(tx)).map(lineOf));
    const sums = await totals(tx);
    const sum = sums.reduce((total, { points }) => total + BigInt(points), 0n);
    if (sum !== 0n) found.push(`all accounts come to ${sum}, not to 0`);
    const ofHouse = sums.filter(({ account }) => account !== 'HOLDERS');
    return {
      accounts: Number(sums.find(({ account }) => account === 'HOLDERS')!.count),
      transfers: ofHouse.reduce((total, { count }) => total + Number(count), 0),
      sum,
      balances: Object.fromEntries(sums.map(({ account, points }) => [account, BigInt(points)])),
      differences: found.slice(0, MOST_SHOWN),
      differing: found.length,
    };
  });
}

const lineOf = ({ what, id, kept, summed }: Difference): string =>
  `${what} ${id} is ${kept ?? 'not there'}, the ledger says ${summed || '0'}`;
