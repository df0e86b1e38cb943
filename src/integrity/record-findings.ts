import type { Tx } from '../db/tx.ts';
import type { Moment } from '../reviews/void.commands.ts';
import { openFindings, updateFindings, type KeptFinding, type NewFinding } from './findings.ts';
import { lockAbout, type KnownSuspicion } from './findings.queries.ts';
import { holdFound } from './holds.ts';
import { voidFound } from './void-found.ts';

/** What became of a finding, and how many reviews it holds or voids from now on. */
export interface Recorded {
  readonly became: 'OPENED' | 'UPDATED' | 'REOPENED' | 'KNOWN';
  readonly held: number;
  readonly voided: number;
}

/**
 * Keeps a finding of a scan. The same finding again updates its suspicion and opens no second one; what a person dismissed stays so
 * unless evidence of a new code has come, or most of the finding is new.
 */
export async function recordFinding(tx: Tx, finding: NewFinding, moment: Moment): Promise<Recorded> {
  const isOfOrders = finding.kind === 'BRUSHING';
  const facts = isOfOrders ? finding.orderIds : finding.reviewIds;
  const about = await lockAbout(tx, isOfOrders ? 'order' : 'review', finding.merchantId, facts);
  const by = { now: moment.now, by: 'SCAN' } as const;
  const open = most(about.filter((each) => each.status === 'OPEN' && isSameKind(each, finding)));
  if (open) {
    const kept = keptAs(finding, open);
    await updateFindings(tx, [kept], by);
    return { became: 'UPDATED', ...(await follow(tx, kept, moment)) };
  }
  const decided = about.filter(
    ({ status, kind }) => status === 'DISMISSED' || (status === 'CONFIRMED' && kind === 'BRUSHING'),
  );
  const covered = new Set(decided.flatMap((each) => each.facts)).size;
  if (covered * 2 > facts.length) {
    const dismissed = most(decided.filter(({ status }) => status === 'DISMISSED'));
    const known = new Set(decided.flatMap(({ codes }) => codes));
    if (!dismissed || finding.codes.every((code) => known.has(code))) return { became: 'KNOWN', held: 0, voided: 0 };
    const kept = keptAs(finding, dismissed);
    await updateFindings(tx, [kept], by, true);
    return { became: 'REOPENED', ...(await follow(tx, kept, moment)) };
  }
  const [kept] = await openFindings(tx, [finding], by);
  return { became: 'OPENED', ...(await follow(tx, kept!, moment)) };
}

/** What the settings let a finding do by itself. */
async function follow(tx: Tx, finding: KeptFinding, moment: Moment): Promise<Omit<Recorded, 'became'>> {
  const voided = await voidFound(tx, finding, moment);
  return { voided, held: await holdFound(tx, finding, moment) };
}

/** A review in a ring's suspicion needs none of its own. */
const isSameKind = (known: KnownSuspicion, { kind }: NewFinding): boolean =>
  known.kind === kind || (kind === 'REVIEW' && known.kind === 'RING');

const most = (known: readonly KnownSuspicion[]): KnownSuspicion | undefined =>
  known.toSorted((a, b) => b.facts.length - a.facts.length || (a.id < b.id ? -1 : 1))[0];

const keptAs = (finding: NewFinding, { id }: KnownSuspicion): KeptFinding => ({ ...finding, id });
