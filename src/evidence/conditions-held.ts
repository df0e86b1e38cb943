import type { Reader } from '../db/tx.ts';
import type { Condition } from '../scoring/policy.ts';
import { conditionsOf } from './conditions.queries.ts';
import { conditionsAt } from './conditions.ts';

/** What held of these subjects at `asOf`, as far as it was known at `knownAt`. Those of whom nothing did are left out. */
export async function conditionsHeld(
  on: Reader,
  subjectIds: readonly string[],
  asOf: number,
  knownAt: number,
): Promise<ReadonlyMap<string, readonly Condition[]>> {
  const spans = Map.groupBy(await conditionsOf(on, subjectIds), ({ subjectId }) => subjectId);
  const held = [...spans].map(([id, own]) => [id, conditionsAt(own, asOf, knownAt)] as const);
  return new Map(held.filter(([, conditions]) => conditions.length > 0));
}
