import type { Tx } from '../db/tx.ts';
import { PURPOSES } from '../access/terms.ts';
import { newId } from '../kernel/ids.ts';
import { addPartner } from './partners.queries.ts';

/** Whom the token of a PARTNER names that is printed at the start. */
export const DEMO_PARTNER = 'Demo Lender';

/** Lets a partner in that may ask for everything; of buyers, with their consent. */
export async function addDemoPartner(tx: Tx, now: number): Promise<void> {
  const terms = {
    subjectKinds: ['MERCHANT', 'BUYER', 'PRODUCT'],
    purposes: PURPOSES,
    pullsPerDay: 100_000,
    burst: 5_000,
  } as const;
  const by = { note: 'Of the demo marketplace.', createdBy: 'DEMO', createdAt: new Date(now) };
  await addPartner(tx, { id: newId(now), name: DEMO_PARTNER, terms, ...by });
}
