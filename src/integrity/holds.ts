import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { holdReviews } from '../reviews/hold.commands.ts';
import type { Moment } from '../reviews/void.commands.ts';
import type { FoundBy, KeptFinding } from './findings.ts';
import { addHolds, releasedOnes, type NewHold } from './findings.queries.ts';

/** Keeps on record that these findings hold reviews. */
export async function noteHolds(
  tx: Tx,
  findings: readonly Pick<KeptFinding, 'merchantId' | 'id' | 'heldIds'>[],
  { now, by }: FoundBy,
  receiptId: string | null = null,
): Promise<void> {
  const rows = findings.flatMap(({ merchantId, id, heldIds }) =>
    heldIds.map((reviewId): NewHold => ({
      merchantId,
      reviewId,
      id: newId(now),
      kind: 'HELD',
      suspicionId: id,
      actor: by,
      note: null,
      receiptId,
      at: new Date(now),
    })),
  );
  if (rows.length > 0) await addHolds(tx, rows);
}

/** Reviews of a finding that counted until now are held, but for those that a person let count. How many. */
export async function holdFound(tx: Tx, finding: KeptFinding, moment: Moment): Promise<number> {
  const { merchantId, heldIds } = finding;
  if (heldIds.length === 0) return 0;
  const released = new Set(await releasedOnes(tx, merchantId, heldIds));
  const wanted = heldIds.filter((id) => !released.has(id)).map((id) => ({ merchantId, id }));
  const held = await holdReviews(tx, { reviews: wanted, by: 'SCAN', note: null }, moment);
  if (!held) return 0;
  const ids = held.reviewIds;
  await noteHolds(tx, [{ ...finding, heldIds: ids }], { now: moment.now, by: 'SCAN' }, held.receipt.id);
  return ids.length;
}
