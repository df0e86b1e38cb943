import type { Call } from '../access/call.ts';
import { namedBuyer, namedBuyerById } from '../buyers/buyers.loaders.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { merchantById, rememberedMerchant } from '../merchants/merchants.loaders.ts';
import { productByExternalId, productById } from '../products/products.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';

type Finders<Found> = Partial<Readonly<Record<SubjectKind, (call: Call, key: string) => Found>>>;

const BY_ID: Finders<Promise<SubjectRow | null>> = {
  MERCHANT: merchantById,
  BUYER: namedBuyerById,
  PRODUCT: productById,
};

const BY_EXTERNAL_ID: Finders<Awaitable<SubjectRow | null>> = {
  MERCHANT: rememberedMerchant,
  BUYER: namedBuyer,
  PRODUCT: productByExternalId,
};

/** Null where the caller may not see it; refused to a partner without the buyer's consent. */
export const subjectById = (call: Call, kind: SubjectKind, id: string): Promise<SubjectRow | null> =>
  finderIn(BY_ID, kind)(call, id);

/** Null where it is not known, or the caller may not see it; refused to a partner without the buyer's consent. */
export const subjectByExternalId = (call: Call, kind: SubjectKind, externalId: string): Awaitable<SubjectRow | null> =>
  finderIn(BY_EXTERNAL_ID, kind)(call, externalId);

function finderIn<Found>(finders: Finders<Found>, kind: SubjectKind): (call: Call, key: string) => Found {
  const find = finders[kind];
  if (find) return find;
  throw new Refusal('INVALID', 'SUBJECT_KIND_NOT_GRADED', `No ${kind} has a grade.`, ['subjectKind']);
}
