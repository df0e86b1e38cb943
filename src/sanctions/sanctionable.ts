import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { readGlobalId } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';
import type { SanctionedKind } from './sanction.ts';

export type Sanctionable = SubjectRow & { readonly kind: SanctionedKind };

/** The merchant or buyer of an id as the API gives it. */
export async function sanctionable(call: Call, text: string): Promise<Sanctionable> {
  const { type, ids } = readGlobalId(text, 'subjectId');
  if (type !== 'Merchant' && type !== 'Buyer')
    throw new Refusal(
      'INVALID',
      'ID_OF_ANOTHER_TYPE',
      `This is an id of type ${type}; measures are against merchants and buyers.`,
      ['subjectId'],
    );
  const found = await (type === 'Merchant' ? merchantById(call, ids[0]!) : buyerById(call, ids[0]!));
  if (found) return found as Sanctionable;
  throw new Refusal('NOT_FOUND', 'SUBJECT_NOT_FOUND', 'There is no such merchant or buyer.', ['subjectId']);
}
