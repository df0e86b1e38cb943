import { mergedLoader } from '../access/loader.ts';
import { isStorable } from '../kernel/text.ts';
import { findMerchantsByExternalId, findMerchantsById } from './merchants.queries.ts';

export const merchantById = mergedLoader(
  (sql, ids: readonly string[]) => findMerchantsById(sql, ids),
  ({ id }) => id,
);

export const merchantByExternalId = mergedLoader(
  (sql, externalIds: readonly string[]) => findMerchantsByExternalId(sql, externalIds.filter(isStorable)),
  ({ externalId }) => externalId,
);
