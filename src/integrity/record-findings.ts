import type { Tx } from '../db/tx.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { Moment } from '../reviews/void.commands.ts';
import { openFindings, updateFindings, type KeptFinding, type NewFinding } from './findings.ts';
import { lockAbout, type KnownSuspicion } from './findings.queries.ts';
import { holdFound } from './holds.ts';
import { lockHabit } from './marks.queries.ts';
import { voidFound, voidFoundOrders } from './void-found.ts';

/** What became of a finding, and how many reviews it holds or voids from now on, and orders. */
export interface Recorded {
  readonly finding: NewFinding;
  readonly became: 'OPENED' | 'UPDATED' | 'REOPENED' | 'KNOWN';
  readonly held: number;
  readonly voided: number;
  readonly ordersVoided: number; // with their reviews, which are not counted in `voided`
}

/**
 * Keeps findings of a scan, which are all of orders or none is. The same finding again updates its suspicion and opens no second one, of two
 * scans at once too; what a person dismissed stays so unless evidence of a new code has come, or most of the finding is new.
 */
export async function recordFindings(tx: Tx, findings: readonly NewFinding[], now: number): Promise<Kept[]> {
  await lockHabit(tx); // of two scans at once, one looks after the other has opened
  const recorded: Kept[] = [];
  for (let left = findings; left.length > 0;) {
    const [round, later] = inTurn(left, await aboutThem(tx, left));
    const kept = round.map(({ finding, about }) => becomes(finding, about));
    recorded.push(...(await written(tx, kept, now)));
    left = later;
  }
  return recorded;
}

/** What the settings let a finding do by itself. `held`: the orders that it may void, held before its suspicion. */
export async function follow(
  tx: Tx,
  { became, finding, kept }: Kept,
  held: readonly OrderState[],
  moment: Moment,
): Promise<Recorded> {
  if (!kept) return { finding, became, held: 0, voided: 0, ordersVoided: 0 };
  const ordersVoided = await voidFoundOrders(tx, kept, held, moment);
  const voided = await voidFound(tx, kept, moment);
  return { finding, became, voided, ordersVoided, held: await holdFound(tx, kept, moment) };
}

interface Found {
  readonly finding: NewFinding;
  readonly about: readonly KnownSuspicion[]; // any of the same facts
}

async function aboutThem(tx: Tx, findings: readonly NewFinding[]): Promise<Found[]> {
  const isOfOrders = findings[0]!.kind === 'BRUSHING';
  const asked = findings.map((finding, place) => ({ place, merchantId: finding.merchantId, ids: factsOf(finding) }));
  const known = Map.groupBy(await lockAbout(tx, isOfOrders ? 'order' : 'review', asked), ({ place }) => place);
  return findings.map((finding, place) => ({ finding, about: known.get(place) ?? [] }));
}

const factsOf = ({ kind, orderIds, reviewIds }: NewFinding) => (kind === 'BRUSHING' ? orderIds : reviewIds);

/** A finding waits until all before it that are about the same suspicion are written. */
function inTurn(left: readonly NewFinding[], found: readonly Found[]): [Found[], NewFinding[]] {
  const taken = new Set<string>();
  const now = found.filter(({ about }) => {
    const isFree = about.every(({ id }) => !taken.has(id));
    for (const { id } of about) taken.add(id);
    return isFree;
  });
  const inNow = new Set(now.map(({ finding }) => finding));
  return [now, left.filter((finding) => !inNow.has(finding))];
}

/** A finding with the suspicion that tells of it: none where nothing is new, and none yet of what is to be opened. */
export interface Kept {
  readonly became: Recorded['became'];
  readonly finding: NewFinding;
  readonly kept: KeptFinding | null;
}

function becomes(finding: NewFinding, about: readonly KnownSuspicion[]): Kept {
  const open = most(about.filter((each) => each.status === 'OPEN' && isSameKind(each, finding)));
  if (open) return { became: 'UPDATED', finding, kept: keptAs(finding, open) };
  const decided = about.filter(
    ({ status, kind }) => status === 'DISMISSED' || (status === 'CONFIRMED' && kind === 'BRUSHING'),
  );
  const covered = new Set(decided.flatMap((each) => each.facts)).size;
  if (covered * 2 <= factsOf(finding).length) return { became: 'OPENED', finding, kept: null };
  const dismissed = most(decided.filter(({ status }) => status === 'DISMISSED'));
  const known = new Set(decided.flatMap(({ codes }) => codes));
  if (!dismissed || finding.codes.every((code) => known.has(code))) return { became: 'KNOWN', finding, kept: null };
  return { became: 'REOPENED', finding, kept: keptAs(finding, dismissed) };
}

/** A review in a ring's suspicion needs none of its own. */
const isSameKind = (known: KnownSuspicion, { kind }: NewFinding): boolean =>
  known.kind === kind || (kind === 'REVIEW' && known.kind === 'RING');

const most = (known: readonly KnownSuspicion[]): KnownSuspicion | undefined =>
  known.toSorted((a, b) => b.facts.length - a.facts.length || (a.id < b.id ? -1 : 1))[0];

const keptAs = (finding: NewFinding, { id }: KnownSuspicion): KeptFinding => ({ ...finding, id });

/** In no order. */
async function written(tx: Tx, round: readonly Kept[], now: number): Promise<Kept[]> {
  const by = { now, by: 'SCAN' } as const;
  const that = (became: Recorded['became']) => round.filter((each) => each.became === became);
  const suspicionsOf = (each: readonly Kept[]) => each.map(({ kept }) => kept!);
  const opening = that('OPENED');
  const opened = await openFindings(
    tx,
    opening.map(({ finding }) => finding),
    by,
  );
  const [updated, reopened] = [that('UPDATED'), that('REOPENED')];
  await updateFindings(tx, suspicionsOf(updated), by);
  await updateFindings(tx, suspicionsOf(reopened), by, true);
  return [...that('KNOWN'), ...updated, ...reopened, ...opening.map((each, i) => ({ ...each, kept: opened[i]! }))];
}
