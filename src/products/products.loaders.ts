import type { Call } from '../access/call.ts';
import { loader, rememberedLoader } from '../access/loader.ts';
import { interned, isStorable } from '../kernel/text.ts';
import { findProductsByExternalId, findProductsById } from './products.queries.ts';
import type { ProductRow } from './products.schema.ts';

export const productById = loader(
  ({ sql }, ids: readonly string[]) => findProductsById(sql, ids),
  ({ id }) => id,
);

const MOST_REMEMBERED = 100_000; // some 30 MB

/** For product pages, which ask for the same ones again and again. */
const rememberedProduct = rememberedLoader<string, ProductRow>({
  find: (sql, externalIds) => findProductsByExternalId(sql, externalIds.filter(isStorable)),
  keyOf: ({ externalId }) => interned(externalId),
  subjectOf: ({ id }) => id,
  isBySubject: false,
  most: MOST_REMEMBERED,
});

export const productByExternalId = async (call: Call, externalId: string): Promise<ProductRow | null> =>
  rememberedProduct(call, externalId);
