import { loader } from '../access/loader.ts';
import { isStorable } from '../kernel/text.ts';
import { findProductsByExternalId, findProductsById } from './products.queries.ts';

export const productById = loader(
  ({ sql }, ids: readonly string[]) => findProductsById(sql, ids),
  ({ id }) => id,
);

export const productByExternalId = loader(
  ({ sql }, externalIds: readonly string[]) => findProductsByExternalId(sql, externalIds.filter(isStorable)),
  ({ externalId }) => externalId,
);
