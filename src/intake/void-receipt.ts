import type { Reader } from '../db/tx.ts';
import { globalId } from '../kernel/global-id.ts';
import type { VoidReceipt } from '../reviews/void.commands.ts';
import { externalIdsOf } from './void-receipt.queries.ts';

const TYPE_OF = { MERCHANT: 'Merchant', BUYER: 'Buyer', PRODUCT: 'Product' } as const;

/** As those outside know things: by the ids of the API, and subjects by the platform's own, too. */
export async function receiptForPeople(on: Reader, receipt: VoidReceipt): Promise<object> {
  const { merchantIds, changes } = receipt;
  const found = await externalIdsOf(
    on,
    changes.map(({ subjectId }) => subjectId),
  );
  const externalIds = new Map(found.map(({ id, externalId }) => [id, externalId]));
  return {
    ...receipt,
    id: globalId('ReversalReceipt', merchantIds[0]!, receipt.id),
    merchantIds: merchantIds.map((id) => globalId('Merchant', id)),
    changes: changes.map(({ subjectKind, subjectId, before, after }) => ({
      subjectKind,
      subjectId: globalId(TYPE_OF[subjectKind], subjectId),
      externalId: externalIds.get(subjectId) ?? null,
      before,
      after,
    })),
  };
}
