import type { Reader } from '../db/tx.ts';
import type { Condition } from '../scoring/policy.ts';
import { conditionsBetween, conditionsOf, type ConditionRow } from './conditions.queries.ts';
import { conditionsAt } from './conditions.ts';
import type { Span } from './sheet.queries.ts';

/** What held of these subjects at `asOf`, as far as it was known at `knownAt`. Those of whom nothing did are left out. */
export async function conditionsHeld(
  on: Reader,
  subjectIds: readonly string[],
  asOf: number,
  knownAt: number,
): Promise<ReadonlyMap<string, readonly Condition[]>> {
  return heldBy(await conditionsOf(on, subjectIds), asOf, knownAt);
}

/** The same of all subjects in a span of ids. */
export async function conditionsHeldIn(
  on: Reader,
  { after, upTo }: Span,
  asOf: number,
  knownAt: number,
): Promise<ReadonlyMap<string, readonly Condition[]>> {
  return heldBy(await conditionsBetween(on, after, upTo), asOf, knownAt);
}

function heldBy(rows: readonly ConditionRow[], asOf: number, knownAt: number): Map<string, readonly Condition[]> {
  const spans = Map.groupBy(rows, ({ subjectId }) => subjectId);
  const held = [...spans].map(([id, own]) => [id, conditionsAt(own, asOf, knownAt)] as const);
  return new Map(held.filter(([, conditions]) => conditions.length > 0));
}
