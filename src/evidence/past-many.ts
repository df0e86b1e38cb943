import type { Reader } from '../db/tx.ts';
import type { Balance } from '../scoring/grade.ts';
import { conditionsOf } from './conditions.queries.ts';
import { conditionsAt } from './conditions.ts';
import { addToSums, balanceOfSums, emptySums } from './fold.ts';
import { longLedgers, wholeLedgers } from './past-many.queries.ts';
import { pastBalance, type PastQuestion } from './past.ts';

/**
 * What had happened by `asOf`, as far as it was known then, to each of these subjects: as `pastBalance`, in three statements for all but
 * those with a long ledger, who take some more each.
 */
export async function pastBalancesOf(
  on: Reader,
  subjectIds: readonly string[],
  question: Omit<PastQuestion, 'subjectId'>,
  asOf: number,
): Promise<Map<string, Balance>> {
  const long = new Set(await longLedgers(on, subjectIds));
  const short = subjectIds.filter((id) => !long.has(id));
  const balances = await shortBalances(on, short, question, asOf);
  for (const subjectId of long) balances.set(subjectId, await pastBalance(on, { subjectId, ...question }, asOf));
  return balances;
}

async function shortBalances(
  on: Reader,
  subjectIds: readonly string[],
  { policy, knownAt }: Omit<PastQuestion, 'subjectId'>,
  asOf: number,
): Promise<Map<string, Balance>> {
  const folds = new Map(subjectIds.map((id) => [id, { sums: emptySums(policy), counterparties: 0 }]));
  for (const entry of await wholeLedgers(on, subjectIds, asOf, knownAt)) {
    const fold = folds.get(entry.subjectId)!;
    addToSums(fold.sums, entry);
    const { firstStep, firstFarAt } = entry;
    if (firstFarAt === null || firstFarAt > asOf) fold.counterparties += firstStep;
  }
  const conditions = Map.groupBy(await conditionsOf(on, subjectIds), ({ subjectId }) => subjectId);
  return new Map(
    [...folds].map(([id, { sums, counterparties }]) => {
      const balance = balanceOfSums(sums, counterparties);
      const held = conditionsAt(conditions.get(id) ?? [], asOf, knownAt);
      return [id, held.length === 0 ? balance : { ...balance, conditions: held }];
    }),
  );
}
