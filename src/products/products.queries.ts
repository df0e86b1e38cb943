import type { Reader } from '../db/tx.ts';
import type { ProductRow } from './products.schema.ts';

type Found = Omit<ProductRow, '__typename' | 'kind'>;
const COLUMNS = `id, external_id as "externalId", name, category, merchant_id as "merchantId"`;

/** Products are public, so none of these asks who is calling. */
export const findProductsById = async (sql: Reader, ids: readonly string[]) =>
  (await sql.query<Found>('products.by-id', `select ${COLUMNS} from product where id = any($1::uuid[])`, [ids])).map(
    named,
  );

export const findProductsByExternalId = async (sql: Reader, externalIds: readonly string[]) =>
  (
    await sql.query<Found>(
      'products.by-external-id',
      `select ${COLUMNS} from product where external_id = any($1::text[])`,
      [externalIds],
    )
  ).map(named);

/** Said here, not by each row of the answer: many are remembered. */
const named = (row: Found): ProductRow => ({ __typename: 'Product', kind: 'PRODUCT', ...row });
