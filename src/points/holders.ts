import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { readGlobalId } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { Holder } from './transfer.ts';

/** Whose account an id of the API names: a merchant's or a buyer's that the caller may see. */
export async function holderById(call: Call, text: string, field: string): Promise<Holder> {
  const { type, ids } = readGlobalId(text, field);
  const [id] = ids as [string];
  if (type !== 'Merchant' && type !== 'Buyer')
    throw new Refusal('INVALID', 'ID_OF_ANOTHER_TYPE', `A merchant or a buyer has points; this is a ${type}.`, [field]);
  const found = await (type === 'Merchant' ? merchantById(call, id) : buyerById(call, id));
  if (found) return { subjectKind: found.kind, subjectId: id };
  throw new Refusal('NOT_FOUND', 'HOLDER_NOT_FOUND', 'There is no such merchant or buyer.', [field]);
}
