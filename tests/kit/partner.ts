import type { Database } from '../../src/db/database.ts';
import { newId } from '../../src/kernel/ids.ts';

/** Whom a PARTNER without more words is of. */
export const PARTNER = 'Acme';

/** It may take out whatever it wants, as often as it wants; of buyers, those who consent. Not by the pool itself, which tests watch. */
export async function letPartnerIn({ pool }: Database, now: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      `insert into partner (id, name, note, created_by, created_at, subject_kinds, purposes, pulls_per_day, burst)
       values ($1, $2, 'a test', 'a test', $3, '{MERCHANT,BUYER,PRODUCT}', '{CREDIT_DECISION,ONBOARDING,DISPLAY}', 1000000, 1000000)
       on conflict (name) do nothing`,
      [newId(now), PARTNER, new Date(now)],
    );
  } finally {
    client.release();
  }
}
