import { mergedLoader, rememberedLoader } from '../access/loader.ts';
import type { Call } from '../access/call.ts';
import { interned, isStorable } from '../kernel/text.ts';
import { findMerchantsByExternalId, findMerchantsById } from './merchants.queries.ts';
import type { MerchantRow } from './merchants.schema.ts';

const MOST_REMEMBERED = 100_000; // some 30 MB

export const merchantById = mergedLoader(findMerchantsById, ({ id }) => id);

/** For storefronts, who ask for the same ones again and again. */
export const rememberedMerchant = rememberedLoader<string, MerchantRow>({
  find: (sql, externalIds) => findMerchantsByExternalId(sql, externalIds.filter(isStorable)),
  keyOf: ({ externalId }) => interned(externalId), // 20 of 100,000: 62 µs of a process a request, and 56 so
  subjectOf: ({ id }) => id,
  isBySubject: false,
  most: MOST_REMEMBERED,
});

export const merchantByExternalId = async (call: Call, externalId: string): Promise<MerchantRow | null> =>
  rememberedMerchant(call, externalId);
