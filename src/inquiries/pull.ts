import type { Call } from '../access/call.ts';
import type { Scope } from '../access/scopes.ts';
import { noteRefused } from '../audit/noted.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { mustConsent } from './consents.ts';
import { enter, enterAll, type Asked, type Subject } from './enter.ts';
import { agreementOf } from './terms.ts';

/** Something that a partner wants to take out of the house. */
export interface Pull {
  readonly operation: string; // as the audit log names it: "Query.grades", or a mutation
  readonly subjectKinds: readonly SubjectKind[];
  /** Which scope its key needs, where the shield does not see to that. */
  readonly scope?: Scope;
}

/**
 * Whether a partner may ask at all is decided before the work, and what is refused, now or by the work itself, is entered in the audit
 * log. Whoever is no partner just gets the work done.
 */
export const pull = <Answer>(call: Call, asked: Pull, work: () => Awaitable<Answer>): Awaitable<Answer> =>
  call.actor.role === 'PARTNER'
    ? recordingRefusals(call, asked.operation, {}, () => {
        agreementOf(call, asked.subjectKinds, asked.scope);
        return work();
      })
    : work();

/**
 * What `work` says of one subject, handed out: to a partner only under its terms, with the buyer's consent, within its quota, and once the
 * inquiry is written down.
 */
export const pulled = <Answer>(
  call: Call,
  subject: SubjectRow,
  asked: Asked & { readonly scope?: Scope; readonly policyOf?: (answer: Answer) => string },
  work: () => Awaitable<Answer>,
): Awaitable<Answer> =>
  call.actor.role === 'PARTNER'
    ? pull(call, { ...asked, subjectKinds: [subject.kind] }, async () => {
        if (subject.kind === 'BUYER') await mustConsent(call, subject.id);
        const answer = await work();
        const policy = asked.policyOf?.(answer);
        await enter(call, { ...subject, ...(policy !== undefined && { policy }) }, asked);
        return answer;
      })
    : work();

/** The same for a list: what `work` gives is handed out once all its subjects are written down. Buyers in it must have consented. */
export const pulledAll = <Answer>(
  call: Call,
  asked: Asked & Pull,
  work: () => Awaitable<Answer>,
  subjectsIn: (answer: Answer) => readonly Subject[],
): Awaitable<Answer> =>
  call.actor.role === 'PARTNER'
    ? pull(call, asked, async () => {
        const answer = await work();
        await enterAll(call, subjectsIn(answer), asked);
        return answer;
      })
    : work();

/** Does what a partner asks; if it is refused, the audit log will say so. */
export async function recordingRefusals<Answer>(
  call: Call,
  operation: string,
  input: object,
  work: () => Awaitable<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    recordRefusal(call, operation, input, error);
    throw error;
  }
}

/** The audit log will say so, if it is one and a partner's. */
export function recordRefusal(call: Call, operation: string, input: object, error: unknown): void {
  if (error instanceof Refusal && call.actor.role === 'PARTNER') noteRefused(call, operation, error.code, input);
}

/** The kinds of subjects that the caller may follow without naming one. */
export const followedKinds = ({ actor }: Call): readonly SubjectKind[] =>
  actor.role === 'PARTNER' ? (actor.terms?.subjectKinds ?? []) : ['MERCHANT', 'BUYER', 'PRODUCT'];
