import type { Reader } from '../db/tx.ts';

/** The platform's own ids of merchants, buyers and products. */
export const externalIdsOf = (on: Reader, ids: readonly string[]): Promise<{ id: string; externalId: string }[]> =>
  on.query(
    'void_receipt_external_ids',
    `select id, external_id as "externalId" from merchant where id = any($1::uuid[])
     union all select id, external_id from buyer where id = any($1::uuid[])
     union all select id, external_id from product where id = any($1::uuid[])`,
    [ids],
  );
