import type { Reader } from '../db/tx.ts';
import type { MerchantRow } from './merchants.schema.ts';

type Found = Omit<MerchantRow, '__typename' | 'kind'>;
const COLUMNS = `id, external_id as "externalId", name, registered_at as "registeredAt"`;

/** Merchants are public, so none of these asks who is calling. */
export const findMerchantsById = async (sql: Reader, ids: readonly string[]) =>
  (await sql.query<Found>('merchants.by-id', `select ${COLUMNS} from merchant where id = any($1::uuid[])`, [ids])).map(
    named,
  );

export const findMerchantsByExternalId = async (sql: Reader, externalIds: readonly string[]) =>
  (
    await sql.query<Found>(
      'merchants.by-external-id',
      `select ${COLUMNS} from merchant where external_id = any($1::text[])`,
      [externalIds],
    )
  ).map(named);

/** Said here, not by each row of the answer: many are remembered. */
const named = (row: Found): MerchantRow => ({ __typename: 'Merchant', kind: 'MERCHANT', ...row });
