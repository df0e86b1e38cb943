import type { Pool } from 'pg';
import { reader } from '../db/tx.ts';
import { forgetSome } from './inquiries.queries.ts';

const DAILY_MS = 86_400_000;
const FORGOTTEN_AT_ONCE = 10_000;

/** Regulation B, 12 CFR 1002.12(b): what a decision on credit was made with is kept for 25 months. */
const KEPT_MONTHS = 25;

/** The worker's: forgets inquiries that are older than what is kept. */
export const forgetInquiries = (pool: Pool) => ({
  name: 'forget old inquiries about grades',
  everyMs: DAILY_MS,
  run: async (now: number): Promise<void> => {
    const before = new Date(now);
    before.setUTCMonth(before.getUTCMonth() - KEPT_MONTHS);
    while ((await forgetSome(reader(pool), before, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  },
});
