import type { Database } from '../../src/db/database.ts';
import { newId } from '../../src/kernel/ids.ts';
import { NOW } from '../kit/events.ts';

export interface AMerchant {
  readonly id: string;
  readonly externalId: string;
}

/** Merchants of whom nothing is known. */
export async function someMerchants({ pool }: Database, count: number): Promise<AMerchant[]> {
  const merchants = Array.from({ length: count }, (_, i) => ({ id: newId(NOW), externalId: `some-${i}` }));
  await pool.query(
    `insert into merchant (id, external_id, recorded_at) select *, $3::timestamptz from unnest($1::uuid[], $2::text[])`,
    [merchants.map(({ id }) => id), merchants.map(({ externalId }) => externalId), new Date(NOW)],
  );
  return merchants;
}
