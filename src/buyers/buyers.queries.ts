import type { Reader } from '../db/tx.ts';
import type { BuyerRow } from './buyers.schema.ts';

/** For partners, whom a buyer's name is none of their business. */
const COLUMNS = `'Buyer' as "__typename", 'BUYER' as kind, id, external_id as "externalId", null as name`;

/** These pass by the `visible` filter: ask for consent before anything of it is shown. */
export const findBuyersById = (sql: Reader, ids: readonly string[]) =>
  sql.query<BuyerRow>('buyers.by-id', `select ${COLUMNS} from buyer where id = any($1::uuid[])`, [ids]);

export const findBuyersByExternalId = (sql: Reader, externalIds: readonly string[]) =>
  sql.query<BuyerRow>('buyers.by-external-id', `select ${COLUMNS} from buyer where external_id = any($1::text[])`, [
    externalIds,
  ]);
