import type { Reader } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { parseRules } from '../scoring/preset-rules.ts';
import { addVersion, allHeaders } from './policies.queries.ts';
import buyer from './presets/default-buyer.json' with { type: 'json' };
import merchant from './presets/default-merchant.json' with { type: 'json' };
import product from './presets/default-product.json' with { type: 'json' };
import { PRESETS } from './presets.ts';

/** The rules that come with the house: one for each subject kind that has a grade, and those of the big platforms. */
export const SHIPPED_POLICIES: readonly unknown[] = [merchant, buyer, product, ...PRESETS];

/** Puts the shipped rules in force where there are none of their name yet. Safe to call from several processes at once. */
export async function ensureDefaultPolicies(db: Reader, now: number): Promise<void> {
  const at = new Date(now);
  const known = new Set((await allHeaders(db)).map(({ key, subjectKind }) => `${subjectKind}/${key}`));
  for (const document of SHIPPED_POLICIES) {
    const { key, subjectKind } = parseRules(document);
    if (known.has(`${subjectKind}/${key}`)) continue;
    await addVersion(db, {
      id: newId(now),
      key,
      version: 1,
      subjectKind,
      document,
      state: 'BUILT', // nobody of this kind has a book yet
      activeFrom: at,
      note: 'Shipped with Credence.',
      recordedAt: at,
    });
  }
}
