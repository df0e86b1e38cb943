import type { Tx } from '../db/tx.ts';
import type { InspectionFinding } from './inspection.ts';

export interface NewInspection {
  readonly merchantId: string;
  readonly id: string;
  readonly productId: string | null;
  readonly finding: InspectionFinding;
  readonly inspectedAt: Date;
  readonly note: string;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}
export const insertInspection = (tx: Tx, inspection: NewInspection): Promise<unknown> =>
  tx.query(
    'inspections.insert',
    `insert into inspection (merchant_id, id, product_id, finding, inspected_at, note, recorded_by, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      inspection.merchantId,
      inspection.id,
      inspection.productId,
      inspection.finding,
      inspection.inspectedAt,
      inspection.note,
      inspection.recordedBy,
      inspection.recordedAt,
    ],
  );

/** Whether it stood until now. Of two at once, one waits and then finds it annulled. */
export const annul = async (
  tx: Tx,
  { merchantId, id }: { readonly merchantId: string; readonly id: string },
  annulment: { readonly by: string; readonly note: string; readonly at: Date },
): Promise<boolean> =>
  (
    await tx.query(
      'inspections.annul',
      `update inspection set annulled_at = $3, annulled_by = $4, annulment_note = $5
        where merchant_id = $1 and id = $2 and annulled_at is null returning id`,
      [merchantId, id, annulment.at, annulment.by, annulment.note],
    )
  ).length > 0;
