import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { Refusal } from '../kernel/refusal.ts';
import { stateOf } from './consent.ts';
import { lastConsents } from './consents.queries.ts';
import { agreementOf } from './terms.ts';

/** What its buyers last said to the partner that calls: one statement for all of a moment. */
const lastWord = loader(
  (call: Call, buyerIds: readonly string[]) => lastConsents(call.sql, buyerIds, agreementOf(call, ['BUYER'])),
  ({ subjectId }) => subjectId,
);

/** Refused unless the buyer consents, at this moment, to what the partner that calls says that it asks for. */
export async function mustConsent(call: Call, buyerId: string): Promise<void> {
  const said = await lastWord(call, buyerId);
  const state = said && stateOf(said, call.now);
  if (state === 'HOLDS') return;
  throw state === null ? noConsent('MISSING') : noConsent(state === 'EXPIRED' ? 'EXPIRED' : 'WITHDRAWN');
}

const WORDS = {
  MISSING: "A buyer's grade leaves the house only with the buyer's consent, to you and for this purpose.",
  EXPIRED: "The buyer's consent has run out. Ask the buyer to renew it.",
  WITHDRAWN: 'The buyer has withdrawn the consent.',
} as const;

/** Of a buyer who is not known, it is missing too: a partner cannot find out who buys here. */
export const noConsent = (why: keyof typeof WORDS): Refusal => new Refusal('FORBIDDEN', `CONSENT_${why}`, WORDS[why]);

/** It is about one buyer alone: beside it, others may be answered. */
export const isAboutConsent = (error: unknown): error is Refusal =>
  error instanceof Refusal && Object.keys(WORDS).some((why) => error.code === `CONSENT_${why}`);
