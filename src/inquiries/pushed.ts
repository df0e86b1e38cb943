import type { Reader } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { enterInquiries } from './inquiries.queries.ts';
import * as queries from './pushed.queries.ts';
import type { ConsentAsked } from './pushed.queries.ts';
import type { Agreement } from './terms.ts';

export type { ConsentAsked };

/** One key for what is asked. */
export const consentKey = ({ subjectId, partnerId, purpose }: ConsentAsked): string =>
  `${subjectId} ${partnerId} ${purpose}`;

/** The keys of those to which the buyer consents at this moment. `now`: ms since 1970. */
export async function consentsHeld(
  sql: Reader,
  asked: readonly ConsentAsked[],
  now: number,
): Promise<ReadonlySet<string>> {
  const held = asked.length > 0 ? await queries.consentsHeld(sql, asked, new Date(now)) : [];
  return new Set(held.map(consentKey));
}

/** A change of a grade that a partner is sent without a call of its own. */
export interface Pushed {
  readonly id: string; // the same at each attempt: it is written down and counted once
  readonly subjectId: string;
  readonly subjectKind: SubjectKind;
  readonly operation: string;
  readonly at: Date; // of the change
}

/** Written down before it goes out; false where the partner's quota is used up. */
export function enterPushed(sql: Reader, agreement: Agreement, pushed: Pushed, now: number): Promise<boolean> {
  const { id, subjectId, subjectKind, operation, at } = pushed;
  const row = {
    id,
    subjectId,
    subjectKind,
    operation,
    taken: ['CHANGE' as const],
    asOf: at,
    knownAt: at,
    policy: null,
  };
  return enterInquiries(sql, agreement, [row], new Date(now));
}
