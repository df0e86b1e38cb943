import type { Condition } from '../scoring/policy.ts';

/**
 * Something that holds of a subject for a time, beside its postings: a sanction, a qualification that is missing. Bi-temporal: when
 * it holds, and when that was known. Instants in ms.
 */
export interface ConditionSpan {
  readonly code: Condition;
  readonly startsAt: number;
  readonly endsAt: number | null; // from then on it does not hold; null: until it is lifted
  readonly recordedAt: number;
  readonly liftedAt: number | null; // ended early, and known to be since that instant
  readonly annulledAt: number | null; // known since that instant never to have held
}

/** What held of a subject at `asOf`, as far as it was known at `knownAt`. */
export function conditionsAt(spans: readonly ConditionSpan[], asOf: number, knownAt: number): readonly Condition[] {
  if (spans.length === 0) return NONE;
  const codes = spans.filter((span) => isKnown(span, knownAt) && heldAt(span, asOf, knownAt)).map(({ code }) => code);
  return codes.length === 0 ? NONE : [...new Set(codes)];
}

const NONE: readonly Condition[] = [];

const isKnown = ({ recordedAt, annulledAt }: ConditionSpan, knownAt: number): boolean =>
  recordedAt <= knownAt && (annulledAt === null || annulledAt > knownAt);

const heldAt = ({ startsAt, endsAt, liftedAt }: ConditionSpan, asOf: number, knownAt: number): boolean =>
  startsAt <= asOf &&
  (endsAt === null || endsAt > asOf) &&
  (liftedAt === null || liftedAt > asOf || liftedAt > knownAt);
