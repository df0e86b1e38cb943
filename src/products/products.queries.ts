import type { Reader } from '../db/tx.ts';
import type { ProductRow } from './products.schema.ts';

const COLUMNS = `'Product' as "__typename", 'PRODUCT' as kind, id, external_id as "externalId", name, category, merchant_id as "merchantId"`;

/** Products are public, so none of these asks who is calling. */
export const findProductsById = (sql: Reader, ids: readonly string[]) =>
  sql.query<ProductRow>('products.by-id', `select ${COLUMNS} from product where id = any($1::uuid[])`, [ids]);

export const findProductsByExternalId = (sql: Reader, externalIds: readonly string[]) =>
  sql.query<ProductRow>(
    'products.by-external-id',
    `select ${COLUMNS} from product where external_id = any($1::text[])`,
    [externalIds],
  );
