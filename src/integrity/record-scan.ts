import type { Pool } from 'pg';
import { inTransaction, reader } from '../db/tx.ts';
import { holdOrders, type OrderKey } from '../orders/void-orders.ts';
import type { NewFinding } from './findings.ts';
import { holdable } from './findings.queries.ts';
import { follow, recordFindings, type Recorded } from './record-findings.ts';
import type { FoldingsOf } from './suspicions.commands.ts';

/** So many findings are one transaction. */
const TOGETHER = 500;

/**
 * Keeps what a scan found, brushing first: a review that it holds needs no suspicion of its own. A finding that moves reviews is a
 * transaction of its own, since it locks their books; of the others many are one. A scan that is killed leaves whole findings, and the
 * next one goes on.
 */
export async function recordScan(
  pool: Pool,
  findings: readonly NewFinding[],
  moment: Moment,
  signal?: AbortSignal,
): Promise<Recorded[]> {
  const ofOrders = await recordAll(
    pool,
    findings.filter(({ kind }) => kind === 'BRUSHING'),
    moment,
    signal,
  );
  const inBrushing = new Set(ofOrders.flatMap(({ became, finding }) => (became === 'KNOWN' ? [] : finding.heldIds)));
  const others = findings.filter(
    ({ kind, reviewIds }) => kind === 'RING' || (kind === 'REVIEW' && !reviewIds.every((id) => inBrushing.has(id))),
  );
  return [...ofOrders, ...(await recordAll(pool, others, moment, signal))];
}

interface Moment {
  readonly now: number;
  readonly foldingsAt: (now: number) => FoldingsOf;
}

async function recordAll(
  pool: Pool,
  findings: readonly NewFinding[],
  { now, foldingsAt }: Moment,
  signal?: AbortSignal,
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (let from = 0; from < findings.length; from += TOGETHER)
    for (const { together, isMoving } of await grouped(pool, findings.slice(from, from + TOGETHER))) {
      signal?.throwIfAborted();
      const made = await inTransaction(pool, async (tx) => {
        const orders = isMoving ? await holdOrders(tx, voidableOrdersOf(together[0]!)) : []; // before suspicions, as by whoever penalizes them
        const kept = await recordFindings(tx, together, now);
        return isMoving
          ? [await follow(tx, kept[0]!, orders, { now, foldings: await foldingsAt(now)(tx) })]
          : kept.map(({ finding, became }) => ({ finding, became, held: 0, voided: 0, ordersVoided: 0 }));
      });
      recorded.push(...made);
    }
  return recorded;
}

const voidableOrdersOf = ({ merchantId, voidableOrders }: NewFinding): OrderKey[] =>
  (voidableOrders?.ids ?? []).map((id) => ({ merchantId, id }));

interface Group {
  readonly together: NewFinding[];
  readonly isMoving: boolean; // reviews are held by it, or reviews or orders voided
}

/** What a void moves may be in doubt by a later finding: of these the order is kept. */
async function grouped(pool: Pool, findings: readonly NewFinding[]): Promise<Group[]> {
  const held = findings.flatMap(({ merchantId, heldIds }) => heldIds.map((id) => ({ merchantId, id })));
  const free = new Set((held.length > 0 ? await holdable(reader(pool), held) : []).map(({ id }) => id));
  const groups: Group[] = [];
  let still: Group | null = null;
  for (const finding of findings) {
    const voids = (finding.voidableIds ?? []).length > 0 || voidableOrdersOf(finding).length > 0;
    if (voids || finding.heldIds.some((id) => free.has(id))) {
      groups.push({ together: [finding], isMoving: true });
      if (voids) still = null;
    } else {
      if (!still) groups.push((still = { together: [], isMoving: false }));
      still.together.push(finding);
    }
  }
  return groups;
}
