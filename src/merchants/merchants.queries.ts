import type { Reader } from '../db/tx.ts';
import type { MerchantRow } from './merchants.schema.ts';

const COLUMNS = `'Merchant' as "__typename", 'MERCHANT' as kind, id, external_id as "externalId", name, registered_at as "registeredAt"`;

/** Merchants are public, so none of these asks who is calling. */
export const findMerchantsById = (sql: Reader, ids: readonly string[]) =>
  sql.query<MerchantRow>('merchants.by-id', `select ${COLUMNS} from merchant where id = any($1::uuid[])`, [ids]);

export const findMerchantsByExternalId = (sql: Reader, externalIds: readonly string[]) =>
  sql.query<MerchantRow>(
    'merchants.by-external-id',
    `select ${COLUMNS} from merchant where external_id = any($1::text[])`,
    [externalIds],
  );
