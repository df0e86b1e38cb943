import type { Terms } from '../access/terms.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** Of these there are grades. */
const GRADED: readonly SubjectKind[] = ['MERCHANT', 'BUYER', 'PRODUCT'];
const MOST_A_DAY = 1_000_000_000;
const MOST_AT_ONCE = 1_000_000;

const refused = (code: string, message: string, field: string) =>
  new Refusal('INVALID', code, message, ['terms', field]);

/** As a partner may have them; each kind and each purpose once. Without a purpose it may ask for nothing, by whichever key or token. */
export function checkedTerms({ subjectKinds, purposes, pullsPerDay, burst }: Terms): Terms {
  if (subjectKinds.length === 0)
    throw refused('SUBJECT_KINDS_MISSING', 'Say whose grades it may take out.', 'subjectKinds');
  const odd = subjectKinds.find((kind) => !GRADED.includes(kind));
  if (odd !== undefined) throw refused('SUBJECT_KIND_NOT_GRADED', `No ${odd} has a grade.`, 'subjectKinds');
  if (pullsPerDay < 1 || pullsPerDay > MOST_A_DAY)
    throw refused(
      'QUOTA_OUT_OF_RANGE',
      `A quota is 1 to ${MOST_A_DAY} a day. To let a partner ask for nothing, leave it no purposes.`,
      'pullsPerDay',
    );
  if (burst < 1 || burst > Math.min(pullsPerDay, MOST_AT_ONCE))
    throw refused('BURST_OUT_OF_RANGE', `At once are 1 to ${MOST_AT_ONCE}, and no more than in a day.`, 'burst');
  return { subjectKinds: [...new Set(subjectKinds)], purposes: [...new Set(purposes)], pullsPerDay, burst };
}
