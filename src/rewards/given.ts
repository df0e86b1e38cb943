import type { Tx } from '../db/tx.ts';
import { dayOf, DAY_MS, type Decision, type Given } from './decide.ts';
import { givenOnDays, givenWithPairs, type PairGrant } from './grants.queries.ts';
import { isEarning, type Want } from './wants.ts';

/** What caps ask for, with what is decided in this transaction added as it is decided. The accounts must be locked. */
export interface Tally extends Given {
  readonly add: (want: Want, decision: Decision) => void;
}

export async function tallyFor(tx: Tx, wants: readonly Want[]): Promise<Tally> {
  const days = await daysOf(tx, wants);
  const pairs = await pairsOf(tx, wants);
  const dayKey = (subjectId: string, day: number, rule: string | null) => `${subjectId} ${day} ${rule ?? ''}`;
  return {
    day: (subjectId, day, rule) => days.get(dayKey(subjectId, day, rule)) ?? 0,
    pair: ({ subjectId, counterpartyId, occurredAt }, rule, withinMs) =>
      (pairs.get(`${subjectId} ${counterpartyId} ${rule}`) ?? [])
        .filter((grant) => Math.abs(grant.occurredAt - occurredAt) < withinMs)
        .reduce((sum, { points }) => sum + points, 0),
    add: ({ happening, rule }, { points }) => {
      if (points <= 0) return;
      const { subjectId, counterpartyId, occurredAt } = happening;
      for (const each of [null, rule.key]) {
        const key = dayKey(subjectId, dayOf(occurredAt), each);
        days.set(key, (days.get(key) ?? 0) + points);
      }
      if (counterpartyId === null) return;
      const pair = `${subjectId} ${counterpartyId} ${rule.key}`;
      pairs.set(pair, [...(pairs.get(pair) ?? []), { subjectId, counterpartyId, rule: rule.key, occurredAt, points }]);
    },
  };
}

async function daysOf(tx: Tx, wants: readonly Want[]): Promise<Map<string, number>> {
  const asked = new Map(
    wants
      .filter(({ rule }) => isEarning(rule))
      .map(({ happening: { subjectId, occurredAt } }) => [
        `${subjectId} ${dayOf(occurredAt)}`,
        { subjectId, day: dayOf(occurredAt) },
      ]),
  );
  const sums = new Map<string, number>();
  for (const { subjectId, day, rule, points } of asked.size > 0 ? await givenOnDays(tx, [...asked.values()]) : [])
    for (const key of [`${subjectId} ${day} `, `${subjectId} ${day} ${rule}`])
      sums.set(key, (sums.get(key) ?? 0) + points);
  return sums;
}

/** Both ways in time, since facts come late: so no stretch of so many days has more than the cap. */
async function pairsOf(tx: Tx, wants: readonly Want[]): Promise<Map<string, PairGrant[]>> {
  const asked = wants.flatMap(({ happening: { subjectId, counterpartyId, occurredAt }, rule }) => {
    if (!isEarning(rule) || rule.mostACounterparty === null || counterpartyId === null) return [];
    const withinMs = rule.mostACounterparty.days * DAY_MS;
    return [{ subjectId, counterpartyId, rule: rule.key, from: occurredAt - withinMs, until: occurredAt + withinMs }];
  });
  const byPair = Map.groupBy(asked, (each) => `${each.subjectId} ${each.counterpartyId} ${each.rule}`);
  const windows = [...byPair.values()].map((same) => ({
    ...same[0]!,
    from: new Date(same.reduce((least, { from }) => Math.min(least, from), Infinity)),
    until: new Date(same.reduce((most, { until }) => Math.max(most, until), -Infinity)),
  }));
  const found = windows.length > 0 ? await givenWithPairs(tx, windows) : [];
  return Map.groupBy(found, (grant) => `${grant.subjectId} ${grant.counterpartyId} ${grant.rule}`);
}
