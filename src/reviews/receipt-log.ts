import { enterAudit } from '../db/audit.ts';
import type { Tx } from '../db/tx.ts';

interface Receipt {
  readonly id: string;
  readonly merchantIds: readonly string[];
  readonly reversedPostings: number;
  readonly pointsMoved: number;
}

interface FactKey {
  readonly merchantId: string;
  readonly id: string;
}

/** What a receipt is about. */
interface Facts {
  readonly reviews: readonly FactKey[];
  readonly orders: readonly FactKey[];
}

/** Why reviews or orders stopped counting, are held, or count again; the words are those for the persons concerned. */
interface Why {
  readonly by: string;
  readonly ground: string | null;
  readonly statement: string | null;
}

/** Enters a receipt in the audit log, whoever caused it, so that its place there proves when it was made and what it said. */
export const enterReceipt = (
  tx: Tx,
  operation: 'voidReviews' | 'restoreReviews' | 'holdReviews' | 'releaseReviews',
  receipt: Receipt,
  { reviews, orders }: Facts,
  { by, ground, statement }: Why,
  now: number,
): Promise<void> =>
  enterAudit(tx, [
    {
      at: now,
      actor: by,
      role: null,
      operation,
      subjects: [
        ...receipt.merchantIds.map((merchantId) => `ReversalReceipt:${merchantId}:${receipt.id}`),
        ...reviews.map(({ merchantId, id }) => `Review:${merchantId}:${id}`),
        ...orders.map(({ merchantId, id }) => `Order:${merchantId}:${id}`),
      ],
      details: {
        ...(ground !== null && { ground }),
        reversedPostings: receipt.reversedPostings,
        pointsMoved: receipt.pointsMoved,
      },
      note: statement,
      outcome: 'DONE',
      code: null,
      times: 1,
      madeId: receipt.id,
      input: receipt,
      requestId: null,
    },
  ]);
