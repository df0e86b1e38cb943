import { rememberedLoader } from '../access/loader.ts';
import type { Call } from '../access/call.ts';
import { andThen, type Awaitable } from '../kernel/awaitable.ts';
import { Refusal } from '../kernel/refusal.ts';
import { stateOf } from './consent.ts';
import { lastConsents, type LastWord } from './consents.queries.ts';
import { agreementOf, type Asking } from './terms.ts';

type Find = (call: Call, buyerId: string) => Awaitable<LastWord | null>;

const MOST_REMEMBERED = 25_000; // buyers, of one partner and purpose: some 5 MB
const MOST_ASKINGS = 8;

/** What buyers last said to each partner for each purpose, remembered until they say something else. */
const saidTo = new Map<string, Find>();

function lastWordTo({ partnerId, purpose }: Asking): Find {
  const key = `${partnerId} ${purpose}`;
  let find = saidTo.get(key);
  if (!find) {
    const subjectOf = ({ subjectId }: LastWord) => subjectId;
    find = rememberedLoader<string, LastWord>({
      find: (sql, buyerIds) => lastConsents(sql, buyerIds, { partnerId, purpose }),
      keyOf: subjectOf,
      subjectOf,
      isBySubject: true,
      most: MOST_REMEMBERED,
    });
    if (saidTo.size >= MOST_ASKINGS) saidTo.delete(saidTo.keys().next().value!);
    saidTo.set(key, find);
  }
  return find;
}

/** Refused unless the buyer consents, at this moment, to what the partner that calls says that it asks for. */
export const mustConsent = (call: Call, buyerId: string): Awaitable<void> =>
  andThen(lastWordTo(agreementOf(call, ['BUYER']))(call, buyerId), (said) => {
    const state = said && stateOf(said, call.now);
    if (state === 'HOLDS') return;
    throw state === null ? noConsent('MISSING') : noConsent(state === 'EXPIRED' ? 'EXPIRED' : 'WITHDRAWN');
  });

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
