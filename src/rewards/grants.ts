import type { Tx } from '../db/tx.ts';
import { builtFoldingsAt } from '../grades/foldings.ts';
import { bookTransfers, reverseTransfers } from '../points/book.commands.ts';
import type { NewTransfer } from '../points/transfer.ts';
import type { Level } from '../scoring/levels.ts';
import { decide, type Decision } from './decide.ts';
import { tallyFor } from './given.ts';
import { addGrants, addStreaks, levelsOf, turnGrants, type GrantRow, type NewGrant } from './grants.queries.ts';
import { isEarning, type Want } from './wants.ts';

/** Decides and books what is wanted for the first time, in the order in which it happened. The accounts must be locked. */
export async function bookGrants(
  tx: Tx,
  now: number,
  wants: readonly Want[],
  closed: ReadonlySet<string>,
): Promise<void> {
  if (wants.length === 0) return;
  const levels = await currentLevels(tx, now, wants);
  const tally = await tallyFor(tx, wants);
  const decided = wants.toSorted(byTime).map((want) => {
    const { subjectId } = want.happening;
    const level = levels.get(subjectId) ?? 'NOT_RATED';
    const decision = decide(want, tally, { now, level, isClosed: closed.has(subjectId) });
    tally.add(want, decision);
    return { want, decision };
  });
  const moving = decided.filter(({ decision }) => decision.points !== 0);
  const booked = await bookTransfers(tx, now, moving.map(transferFor));
  const transferOf = new Map(moving.map(({ want }, i) => [want, booked[i]!.id]));
  const grants = decided.map(({ want, decision }) => grantFrom(want, decision, transferOf.get(want) ?? null));
  await addGrants(tx, grants, new Date(now));
  const streaks = grants.filter(({ memberIds }) => memberIds !== null);
  if (streaks.length > 0) await addStreaks(tx, streaks);
}

const byTime = (a: Want, b: Want): number =>
  a.happening.occurredAt - b.happening.occurredAt ||
  (a.happening.fact.id + a.rule.key < b.happening.fact.id + b.rule.key ? -1 : 1);

/** As they were last written. Where no rule looks at levels nobody is looked up. */
async function currentLevels(tx: Tx, now: number, wants: readonly Want[]): Promise<ReadonlyMap<string, Level>> {
  const graded = wants.filter(
    ({ rule, version }) => isEarning(rule) && Object.keys(version.rewards.multipliers[rule.to]).length > 0,
  );
  if (graded.length === 0) return new Map();
  const policyIds = (await builtFoldingsAt(now)(tx)).filter(({ isDefault }) => isDefault).map((each) => each.policyId);
  const subjectIds = [...new Set(graded.map(({ happening }) => happening.subjectId))];
  return new Map((await levelsOf(tx, subjectIds, policyIds)).map(({ subjectId, level }) => [subjectId, level]));
}

function transferFor({ want, decision }: { readonly want: Want; readonly decision: Decision }): NewTransfer {
  const { happening, rule, version } = want;
  const { points, campaign, vestsAt, expiresAt } = decision;
  const holder = { subjectKind: happening.payee, subjectId: happening.subjectId };
  const of = { factId: happening.fact.id, bookedAt: vestsAt, key: `reward ${happening.fact.id} ${rule.key}` };
  if (points < 0)
    return {
      ...of,
      from: holder,
      to: { house: 'PENALTIES' },
      points: -points,
      kind: 'PENALTY',
      reason: rule.texts.en,
      expiresAt: null,
      mayOwe: true,
    };
  const named = version.rewards.campaigns.find(({ key }) => key === campaign);
  const reason = named ? `${rule.texts.en} (${named.texts.en})` : rule.texts.en;
  return { ...of, from: { house: 'ISSUED' }, to: holder, points, kind: 'EARNED', reason, expiresAt, mayOwe: false };
}

const grantFrom = (
  { happening, rule, version, memberIds }: Want,
  decision: Decision,
  transferId: string | null,
): NewGrant => ({
  subjectId: happening.subjectId,
  subjectKind: happening.payee,
  fact: happening.fact,
  rule: rule.key,
  counterpartyId: happening.counterpartyId,
  version: version.version,
  points: decision.points,
  fullPoints: decision.fullPoints,
  limitedBy: decision.limitedBy,
  campaign: decision.campaign,
  memberIds,
  occurredAt: happening.occurredAt,
  transferId,
});

export const counts = ({ revision }: Pick<GrantRow, 'revision'>): boolean => revision % 2 === 0;

/**
 * Takes grants back, or gives them again, exactly: lots, pending points and debts stand as if the other had never been. How many points
 * moved.
 */
export async function turn(tx: Tx, now: number, grants: readonly GrantRow[]): Promise<number> {
  if (grants.length === 0) return 0;
  const moving = (isTaken: boolean) => grants.filter((each) => each.transferId !== null && counts(each) === isTaken);
  const reversed = new Map<GrantRow, string>();
  for (const [isTaken, reason] of REASONS) {
    const some = moving(isTaken);
    const ids = some.map(({ subjectId, transferId }) => ({ subjectId, id: transferId! }));
    for (const [i, { id }] of (await reverseTransfers(tx, now, ids, reason)).entries()) reversed.set(some[i]!, id);
  }
  await turnGrants(
    tx,
    grants.map((grant) => ({ ...grant, transferId: reversed.get(grant) ?? null })),
  );
  return grants.reduce((sum, { points }) => sum + Math.abs(points), 0);
}

const REASONS = [
  [true, 'What this was booked for does not count any more.'],
  [false, 'What this was booked for counts again.'],
] as const;
