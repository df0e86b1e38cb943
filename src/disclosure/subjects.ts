import type { Call } from '../access/call.ts';
import { namedBuyerByExternalId, namedBuyerById } from '../buyers/buyers.loaders.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { merchantByExternalId, merchantById } from '../merchants/merchants.loaders.ts';
import { productByExternalId, productById } from '../products/products.loaders.ts';
import type { SubjectRow } from '../schema/subject.ts';

type Find = (call: Call, key: string) => Promise<SubjectRow | null>;

const BY_ID: Partial<Readonly<Record<SubjectKind, Find>>> = {
  MERCHANT: merchantById,
  BUYER: namedBuyerById,
  PRODUCT: productById,
};

const BY_EXTERNAL_ID: Partial<Readonly<Record<SubjectKind, Find>>> = {
  MERCHANT: merchantByExternalId,
  BUYER: namedBuyerByExternalId,
  PRODUCT: productByExternalId,
};

/** Null where the caller may not see it; refused to a partner without the buyer's consent. */
export const subjectById = (call: Call, kind: SubjectKind, id: string): Promise<SubjectRow | null> =>
  finderIn(BY_ID, kind)(call, id);

/** Null where it is not known, or the caller may not see it; refused to a partner without the buyer's consent. */
export const subjectByExternalId = (call: Call, kind: SubjectKind, externalId: string): Promise<SubjectRow | null> =>
  finderIn(BY_EXTERNAL_ID, kind)(call, externalId);

function finderIn(finders: typeof BY_ID, kind: SubjectKind): Find {
  const find = finders[kind];
  if (find) return find;
  throw new Refusal('INVALID', 'SUBJECT_KIND_NOT_GRADED', `No ${kind} has a grade.`, ['subjectKind']);
}
