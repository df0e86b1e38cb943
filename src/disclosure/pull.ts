import type { Call } from '../access/call.ts';
import { noteRefused } from '../audit/noted.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** Something that somebody wants to take out of the house. */
export interface Pull {
  readonly operation: string; // as the audit log names it: "Query.grades", or a mutation
  readonly subjectKinds: readonly SubjectKind[];
  /** The platform's own ids of those whom it is about; null: all of these kinds. */
  readonly subjects: readonly string[] | null;
}

/**
 * Every pull of grades goes through here, and here alone: whether a partner may take them is decided before the work, and what is refused,
 * now or by the work itself, is entered in the audit log. Which scopes a key needs is the shield's business.
 */
export const pull = <Answer>(call: Call, asked: Pull, work: () => Promise<Answer>): Promise<Answer> =>
  recordingRefusals(call, asked.operation, {}, async () => {
    await checkPull(call, asked);
    return work();
  });

async function checkPull({ actor }: Call, { subjectKinds }: Pull): Promise<void> {
  if (actor.role === 'PARTNER' && subjectKinds.includes('BUYER'))
    throw new Refusal(
      'FORBIDDEN',
      'CONSENT_MISSING',
      "A buyer's grade leaves the house only with the buyer's consent.",
    );
}

/** Does what a partner asks; if it is refused, the audit log will say so. */
export async function recordingRefusals<Answer>(
  call: Call,
  operation: string,
  input: object,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && call.actor.role === 'PARTNER') noteRefused(call, operation, error.code, input);
    throw error;
  }
}

/** The kinds of subjects that the caller may follow without naming one. */
export const followedKinds = ({ actor }: Call): readonly SubjectKind[] =>
  actor.role === 'PARTNER' ? ['MERCHANT', 'PRODUCT'] : ['MERCHANT', 'BUYER', 'PRODUCT'];
