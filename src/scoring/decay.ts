import type { CompiledPolicy, KindRule } from './compiled.ts';
import { UNITS_PER_ONE } from './fixed.ts';
import { powerOfTwo } from './powers.ts';
import type { ReviewerRule, ValueRule } from './policy.ts';
import type { Posting } from './posting.ts';

/** A term counts millionths of a mass. */
const TERM_SCALE = 1_000_000;

/**
 * What a posting adds to its kind's accumulator: round(1e6 · v · 2^((occurredAt − epoch)/halfLife)), the negative of it for a
 * reversal. Forward decay: it depends on no clock, so that terms add up in any order and a void subtracts what was added.
 * The policy's badWeight is not in it; it is applied at reading.
 *
 * After G. Cormode et al., "Forward decay", ICDE 2009.
 */
export const term = (posting: Posting, policy: CompiledPolicy): bigint => BigInt(termAsDouble(posting, policy));

/** The same, exactly: a whole number of 53 bits at most, with zeros after them. */
export function termAsDouble(posting: Posting, policy: CompiledPolicy): number {
  const rule = ruleFor(posting, policy);
  const mass = massOf(posting, rule, policy);
  if (mass === 0) return 0;
  const halfLife = rule.isBad ? policy.badHalfLife : policy.goodHalfLife;
  return posting.sign * Math.round(TERM_SCALE * mass * powerOfTwo(posting.occurredAt - policy.epoch, halfLife));
}

/** What an accumulator is worth at an instant, in mass; of the bad side still without badWeight. */
export function decayed(accumulated: number, side: 'good' | 'bad', at: number, policy: CompiledPolicy): number {
  if (accumulated === 0) return 0; // long before the epoch the factor is Infinity, and 0 · Infinity no number
  const halfLife = side === 'bad' ? policy.badHalfLife : policy.goodHalfLife;
  return (accumulated / TERM_SCALE) * fading(side === 'bad' ? lastBad : lastGood, policy.epoch - at, halfLife);
}

/** The last factor that was worked out: a batch of subjects is graded at one instant. */
interface Fading {
  part: number;
  whole: number;
  factor: number;
}
const lastGood: Fading = { part: 0, whole: 1, factor: 1 };
const lastBad: Fading = { part: 0, whole: 1, factor: 1 };

function fading(last: Fading, part: number, whole: number): number {
  if (last.part !== part || last.whole !== whole) Object.assign(last, { part, whole, factor: powerOfTwo(part, whole) });
  return last.factor;
}

/** v of a posting on the day that it happened: mass · value · rho / (1 + n_pair), and 0 while it is held. */
export const weightOf = (posting: Posting, policy: CompiledPolicy): number =>
  massOf(posting, ruleFor(posting, policy), policy);

function ruleFor(posting: Posting, policy: CompiledPolicy): KindRule {
  const rule = policy.rulesByCode[posting.kind];
  if (!rule) throw new RangeError(`${posting.kind} is no posting kind of a ${policy.subjectKind}`);
  return rule;
}

function massOf(posting: Posting, rule: KindRule, policy: CompiledPolicy): number {
  if (rule.mass === 0 || posting.isHeld) return 0;
  if (rule.kind.isOffence) return offenceMass(rule, posting.pairRank);
  const { value, reviewer } = policy.document;
  const rho = rule.kind.isReview ? rhoOf(posting, reviewer) : 1;
  return (rule.mass * valueOf(posting, value) * rho) / (1 + posting.pairRank);
}

/** The n-th offence: mass · times^(n−1), at most `most`. Multiplied out, since engines differ in the last bit of a power. */
function offenceMass({ mass, repeat: { times, most } }: KindRule, earlier: number): number {
  let weight = mass;
  if (times > 1) for (let i = 0; i < earlier && weight < most; i++) weight *= times;
  return Math.min(weight, most);
}

function valueOf({ amount, currency }: Posting, rule: ValueRule): number {
  if (amount === null || currency === null) return 1;
  const reference = rule.referenceAmounts[currency];
  if (reference === undefined) return 1;
  const x = amount / reference;
  return Math.max(rule.min, x > 0 ? (rule.ceiling * x) / (1 + x) : 0);
}

function rhoOf({ reliability, experience, isPurchase }: Posting, rule: ReviewerRule): number {
  if (reliability === null || experience === null) {
    throw new RangeError('a posting of a review needs its reviewer’s reliability and experience');
  }
  const floor = isPurchase ? rule.floorPurchase : rule.floorFree;
  const seasoned = experience / (experience + rule.experienceHalf * UNITS_PER_ONE);
  return (reliability / UNITS_PER_ONE) * (floor + (1 - floor) * seasoned);
}
