import { SANCTION_KINDS, type Conduct, type LadderRung, type SanctionKind } from './conduct.ts';

const DAY = 86_400_000;

/** What somebody has already on the ladder: strikes of one decision, which count until an instant. */
export interface Strikes {
  readonly count: number;
  readonly until: number; // ms; they do not count any more then
}

/** What a decision is about: so many cases of one ground. */
export interface Offence {
  readonly ground: string;
  readonly count: number;
}

/** What the ladder asks for. */
export interface LadderStep {
  readonly strikes: number; // that the decision gives
  readonly total: number; // with those that still count
  readonly kind: SanctionKind;
  readonly endsAt: number | null; // null: done at once, or until it is lifted
  readonly points: number; // credit points to deduct
  readonly publicNotice: boolean; // when nothing can be appealed any more
}

/** The strikes of one decision. A ground that the rules do not know weighs nothing. */
export const strikesOf = ({ grounds }: Conduct, offences: readonly Offence[]): number =>
  offences.reduce((sum, { ground, count }) => {
    const rule = Object.hasOwn(grounds, ground) ? grounds[ground] : undefined;
    if (!rule || count <= 0) return sum;
    return sum + Math.min(rule.most, rule.first + rule.further * (count - 1));
  }, 0);

/** Those that count at an instant. */
export const liveStrikes = (record: readonly Strikes[], now: number): number =>
  record.reduce((sum, { count, until }) => (until > now ? sum + count : sum), 0);

/**
 * The measure for new offences of somebody with this record: the highest step that all strikes together reach, so that who does it
 * again climbs. Below the first step it is that one all the same: whoever gets strikes is told so.
 */
export const nextStep = (
  conduct: Conduct,
  record: readonly Strikes[],
  offences: readonly Offence[],
  now: number,
): LadderStep => stepAt(conduct, record, strikesOf(conduct, offences), now);

/** The same for so many strikes. */
export function stepAt(conduct: Conduct, record: readonly Strikes[], strikes: number, now: number): LadderStep {
  const total = strikes + liveStrikes(record, now);
  const rung = rungAt(conduct.steps, total);
  return {
    strikes,
    total,
    kind: rung.kind,
    endsAt: rung.days === null ? null : now + rung.days * DAY,
    points: rung.points,
    publicNotice: rung.publicNotice,
  };
}

const rungAt = (steps: readonly LadderRung[], total: number): LadderRung =>
  steps.findLast(({ at }) => at <= total) ?? steps[0]!;

/** Which of two measures goes further; a positive number if the first does. */
export const compareKinds = (one: SanctionKind, other: SanctionKind): number =>
  SANCTION_KINDS.indexOf(one) - SANCTION_KINDS.indexOf(other);

/** Whether one person alone may not decide it. */
export const needsSecondPerson = (
  { secondPerson }: Conduct,
  { kind, points }: { readonly kind: SanctionKind; readonly points: number },
): boolean => secondPerson.kinds.includes(kind) || points > secondPerson.pointsAbove;
