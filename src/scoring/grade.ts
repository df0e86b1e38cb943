import type { CompiledPolicy } from './compiled.ts';
import { decayed } from './decay.ts';
import { BANDS, type Band, type Level } from './levels.ts';
import { holds, type Cap, type Condition, type Gate } from './policy.ts';
import { log2 } from './powers.ts';

const DAY = 86_400_000;
/** Two-sided 90 % of a normal distribution, in standard deviations. */
const NINETY_PERCENT = 1.6449;

/** A subject's standing under one policy, with what any policy may ask of the ledger. Arrays are laid out as kindsOf(subject). */
export interface Balance {
  readonly terms: readonly number[]; // accumulators
  readonly counts: readonly number[]; // live postings
  readonly counterparties: number; // distinct
  readonly firstDay: number | null; // of its orders: any instant in that day, ms; null without orders
  readonly lastDay: number | null;
  readonly conditions?: readonly Condition[]; // what other rooms know to hold of the subject; none where not given
}

/** A balance added up, by one policy: all that a score is made of. */
export interface Totals extends Pick<Balance, 'counterparties' | 'firstDay' | 'lastDay' | 'conditions'> {
  readonly good: number; // the accumulators of kinds that speak for it
  readonly bad: number; // of those that speak against it
  readonly deals: number; // finished
}

export function totalsOf(policy: CompiledPolicy, balance: Balance): Totals {
  const { counterparties, firstDay, lastDay, conditions } = balance;
  const deals = dealsOf(policy, balance);
  return {
    ...sidesOf(policy, balance.terms),
    deals,
    counterparties,
    firstDay,
    lastDay,
    ...(conditions && { conditions }),
  };
}

export interface Masses {
  readonly goodMass: number; // G
  readonly badMass: number; // B, badWeight in it
}

/** What a storefront needs: light enough for every read. */
export interface Score extends Masses {
  readonly level: Level;
  readonly score: number | null; // rounded, within the scale; null while NOT_RATED
  readonly exactScore: number; // S; not to be shown while NOT_RATED
  readonly lowScore: number; // S less one standard deviation: what the level is cut on
  readonly gate: GateGap | null; // the gate that keeps the subject from a better level
  readonly cap: Cap | null; // what holds its level down, though score and gates would allow a better one
}

/** A gate that is shut, and what it still asks for. */
export interface GateGap {
  readonly gate: Gate;
  readonly counterparties: number; // still missing
  readonly days: number; // of trading, still missing
  readonly deals: number; // still missing
}

export interface Factor {
  readonly kind: string; // key of a posting kind
  readonly points: number;
  readonly count: number; // postings
}

export interface Missing {
  readonly deals: number;
  readonly counterparties: number;
}

/** A score with all that explains it. */
export interface Grade extends Score {
  readonly baseScore: number;
  readonly interval: { readonly low: number; readonly high: number } | null; // 90 % credible; null while NOT_RATED
  readonly factors: readonly Factor[]; // kinds with postings; their points add up to exactScore − baseScore
  readonly postings: number;
  readonly missing: Missing | null; // what a first grade asks for; null once rated
}

export function gradeOf(policy: CompiledPolicy, balance: Balance, at: number): Grade {
  const score = scoreOf(policy, balance, at);
  const { base } = policy.document.scale;
  const hasLevel = score.level !== 'NOT_RATED';
  return {
    ...score,
    baseScore: base,
    interval: intervalOf(policy, score),
    factors: factorsOf(policy, balance, score),
    postings: sum(balance.counts),
    missing: hasLevel ? null : missingOf(policy, totalsOf(policy, balance)),
  };
}

/** S = base + pdo·log2((1+G/G0)/(1+B/B0)), and the level that S less one standard deviation reaches. */
export const scoreOf = (policy: CompiledPolicy, balance: Balance, at: number): Score =>
  scoreOfTotals(policy, totalsOf(policy, balance), at);

/** The same, of what was added up before. */
export function scoreOfTotals(policy: CompiledPolicy, totals: Totals, at: number): Score {
  const { goodMass, badMass } = massesOf(policy, totals, at);
  const { base, min, max } = policy.document.scale;
  const exactScore = base + creditOf(policy, goodMass) + debitOf(policy, badMass);
  const lowScore = exactScore - deviationOf(policy, goodMass, badMass);
  if (!isRated(policy, totals)) {
    return { level: 'NOT_RATED', score: null, exactScore, lowScore, goodMass, badMass, gate: null, cap: null };
  }
  const { level: reached, gate } = climb(policy, lowScore, totals);
  const cap = capOn(policy, reached, totals);
  const level = cap ? cap.level : reached;
  const score = clamp(Math.round(exactScore), min, max);
  return { level, score, exactScore, lowScore, goodMass, badMass, gate, cap };
}

/** The strictest cap whose condition holds, if it binds. */
function capOn({ document: { caps = [] } }: CompiledPolicy, reached: Band, { conditions = [] }: Totals): Cap | null {
  let found: Cap | null = null;
  for (const cap of caps) if (holds(cap.when, conditions) && isBetter(found?.level ?? reached, cap.level)) found = cap;
  return found;
}

const isBetter = (one: Band, other: Band): boolean => BANDS.indexOf(one) < BANDS.indexOf(other);

/** G and B at an instant. */
function massesOf(policy: CompiledPolicy, { good, bad }: Totals, at: number): Masses {
  return {
    goodMass: decayed(good, 'good', at, policy),
    badMass: policy.document.badWeight * decayed(bad, 'bad', at, policy),
  };
}

type Prior = Pick<CompiledPolicy, 'priorGood' | 'priorBad'>;

/** The probability that the next deal goes badly: the mean of the Beta posterior. */
export const badProbability = (policy: Prior, goodMass: number, badMass: number): number =>
  (policy.priorBad + badMass) / (policy.priorGood + goodMass + policy.priorBad + badMass);

/**
 * S − base by posting kind. The credit term is shared out as the kinds' shares of G, the debit term as their shares of B
 * (Aumann–Shapley on the diagonal), so that the points add up and no order of kinds matters.
 */
function factorsOf(policy: CompiledPolicy, { terms, counts }: Balance, score: Score): readonly Factor[] {
  const totals = sidesOf(policy, terms);
  const credit = creditOf(policy, score.goodMass);
  const debit = debitOf(policy, score.badMass);
  const factors: Factor[] = [];
  policy.rules.forEach(({ kind, isBad }, slot) => {
    const count = counts[slot]!;
    const total = isBad ? totals.bad : totals.good;
    const points = total === 0 ? 0 : (isBad ? debit : credit) * (terms[slot]! / total) + 0; // never −0
    if (count !== 0 || points !== 0) factors.push({ kind: kind.key, points, count });
  });
  return factors;
}

/** What the next better level's gate still asks for; null where it is open. */
export function gapOf(gate: Gate, totals: Totals): GateGap | null {
  const counterparties = Math.max(0, gate.counterparties - totals.counterparties);
  const days = Math.max(0, gate.tradingDays - tradingDaysOf(totals));
  const deals = gate.deals === undefined ? 0 : Math.max(0, gate.deals - totals.deals);
  return counterparties === 0 && days === 0 && deals === 0 ? null : { gate, counterparties, days, deals };
}

/** Whole days between the first and the last order. */
const tradingDaysOf = ({ firstDay, lastDay }: Totals): number =>
  firstDay === null || lastDay === null ? 0 : Math.floor((lastDay - firstDay) / DAY);

function missingOf({ document: { minimum } }: CompiledPolicy, totals: Totals): Missing {
  return {
    deals: Math.max(0, minimum.deals - totals.deals),
    counterparties: Math.max(0, minimum.counterparties - totals.counterparties),
  };
}

/** Up the ladder until a cut is not reached or a gate is shut. */
function climb(policy: CompiledPolicy, lowScore: number, totals: Totals): { level: Band; gate: GateGap | null } {
  let level: Band = 'D';
  for (const rung of policy.ladder) {
    if (lowScore < rung.cut) break;
    const gate = rung.gate && gapOf(rung.gate, totals);
    if (gate) return { level, gate };
    level = rung.level;
  }
  return { level, gate: null };
}

const isRated = ({ document: { minimum } }: CompiledPolicy, { counterparties, deals }: Totals): boolean =>
  counterparties >= minimum.counterparties && deals >= minimum.deals;

function dealsOf({ rules }: CompiledPolicy, { counts }: Balance): number {
  let deals = 0;
  for (let slot = 0; slot < rules.length; slot++) if (rules[slot]!.kind.isDeal) deals += counts[slot]!;
  return deals;
}

const creditOf = ({ document, priorGood }: CompiledPolicy, goodMass: number): number =>
  document.scale.pdo * log2(1 + goodMass / priorGood);

const debitOf = ({ document, priorBad }: CompiledPolicy, badMass: number): number =>
  -document.scale.pdo * log2(1 + badMass / priorBad);

/** One standard deviation of the Beta's log-odds, in points. */
const deviationOf = ({ document, priorGood, priorBad }: CompiledPolicy, goodMass: number, badMass: number): number =>
  (document.scale.pdo / Math.LN2) * Math.sqrt(1 / (priorGood + goodMass) + 1 / (priorBad + badMass));

/** 90 % credible; null while NOT_RATED. */
export function intervalOf(policy: CompiledPolicy, score: Score): Grade['interval'] {
  if (score.level === 'NOT_RATED') return null;
  const { exactScore, goodMass, badMass } = score;
  const { min, max } = policy.document.scale;
  const half = NINETY_PERCENT * deviationOf(policy, goodMass, badMass);
  return { low: clamp(Math.round(exactScore - half), min, max), high: clamp(Math.round(exactScore + half), min, max) };
}

/** The accumulators' sums by side. */
function sidesOf({ rules, subjectKind }: CompiledPolicy, terms: readonly number[]): { good: number; bad: number } {
  if (terms.length !== rules.length) {
    throw new RangeError(`a ${subjectKind} has ${rules.length} accumulators, not ${terms.length}`);
  }
  let good = 0;
  let bad = 0;
  for (let slot = 0; slot < rules.length; slot++) {
    if (rules[slot]!.isBad) bad += terms[slot]!;
    else good += terms[slot]!;
  }
  return { good, bad };
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
