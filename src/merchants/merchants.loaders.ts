import { loader } from '../access/loader.ts';
import { isStorable } from '../kernel/text.ts';
import { findMerchantsByExternalId, findMerchantsById } from './merchants.queries.ts';

export const merchantById = loader(
  ({ sql }, ids: readonly string[]) => findMerchantsById(sql, ids),
  ({ id }) => id,
);

export const merchantByExternalId = loader(
  ({ sql }, externalIds: readonly string[]) => findMerchantsByExternalId(sql, externalIds.filter(isStorable)),
  ({ externalId }) => externalId,
);
