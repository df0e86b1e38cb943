import type { Histories } from './histories.ts';
import { surpriseOf } from './foresight.ts';

/** Slots that have one weight in common. */
export type Group = readonly number[];

/** The weights of a Beta posterior by slot, and its prior. */
export interface Weights {
  readonly weights: readonly number[];
  readonly isBad: readonly boolean[];
  readonly prior: { readonly good: number; readonly bad: number };
}

const MOST_SWEEPS = 30;
const ENOUGH = 1e-7; // of the surprise: a sweep that gains less is the last
const STEP = 1.5; // a search looks this far to both sides of a logarithm
const MOST_TIMES = 4; // that a mass grows or shrinks: a past that differs more calls for people to look at it
const PRIOR_DEALS = { low: Math.log(2), high: Math.log(1_000) };
const LOG_ODDS = { low: -7, high: 7 }; // of a share between 0.1 % and 99.9 %
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const PRECISION = 0.005; // of a logarithm: half a per cent

/**
 * Least surprise by one weight at a time, each in turn, until none gains any more. A chain's weights must fall from its first
 * to its last: neighbours that would not are given one weight, and the search goes on (pool adjacent violators).
 */
export function fitGroups(
  past: Histories,
  start: Weights,
  groups: readonly Group[],
  chains: readonly (readonly number[])[],
): { masses: readonly number[]; prior: { good: number; bad: number } } {
  let state = stateOf(past, start);
  let current = [...groups];
  for (;;) {
    state = descend(past, start, state, current);
    const violators = violatorsIn(state.weights, current, chains);
    if (!violators) return { masses: state.weights, prior: state.prior };
    const [one, other] = violators;
    current = [...current.filter((group) => group !== one && group !== other), [...one, ...other]];
    state = stateOf(past, { ...start, ...state, weights: withOne(state.weights, [...one, ...other]) });
  }
}

interface State {
  readonly weights: number[];
  prior: { good: number; bad: number };
  readonly good: Float64Array; // mass by subject, without the prior
  readonly bad: Float64Array;
}

function stateOf({ slots, masses, good }: Histories, { weights, isBad, prior }: Weights): State {
  const state = {
    weights: [...weights],
    prior: { ...prior },
    good: new Float64Array(good.length),
    bad: new Float64Array(good.length),
  };
  for (let i = 0; i < good.length; i++)
    for (let slot = 0; slot < slots; slot++)
      state[isBad[slot] ? 'bad' : 'good'][i]! += weights[slot]! * masses[i * slots + slot]!;
  return state;
}

function descend(past: Histories, start: Weights, state: State, groups: readonly Group[]): State {
  let last = surprise(past, state, state.prior);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    for (const group of groups) moveGroup(past, start, state, group);
    movePrior(past, state);
    const now = surprise(past, state, state.prior);
    if (last - now < ENOUGH * last) break;
    last = now;
  }
  return state;
}

/** To the weight of least surprise, and back a little towards where it began: a normal prior on its logarithm. */
function moveGroup(past: Histories, start: Weights, state: State, group: Group): void {
  const slot = group[0]!;
  const side = start.isBad[slot] ? 'bad' : 'good';
  const column = columnOf(past, group);
  const old = state.weights[slot]!;
  const drawn = (weight: number) =>
    group.reduce((sum, each) => sum + Math.log(weight / start.weights[each]!) ** 2 / 2, 0);
  const first = Math.log(start.weights[slot]!);
  const range = { low: first - Math.log(MOST_TIMES), high: first + Math.log(MOST_TIMES) };
  const best = searchAround(Math.log(old), range, (log) => {
    const weight = Math.exp(log);
    return surpriseWith(past, state, side, column, weight - old) + drawn(weight);
  });
  const weight = Math.exp(best);
  for (let i = 0; i < column.length; i++) state[side][i]! += (weight - old) * column[i]!;
  for (const each of group) state.weights[each] = weight;
}

/** k and p0, in turn. */
function movePrior(past: Histories, state: State): void {
  const total = () => state.prior.good + state.prior.bad;
  const k = Math.exp(
    searchAround(Math.log(total()), PRIOR_DEALS, (log) =>
      surprise(past, state, scaled(state.prior, Math.exp(log) / total())),
    ),
  );
  state.prior = scaled(state.prior, k / total());
  const odds = searchAround(Math.log(state.prior.good / state.prior.bad), LOG_ODDS, (log) =>
    surprise(past, state, shared(k, log)),
  );
  state.prior = shared(k, odds);
}

const scaled = ({ good, bad }: State['prior'], factor: number) => ({ good: good * factor, bad: bad * factor });

/** k deals, of which a share is good whose log-odds are given. */
const shared = (k: number, logOdds: number) => ({
  good: k / (1 + Math.exp(-logOdds)),
  bad: k / (1 + Math.exp(logOdds)),
});

const surprise = (past: Histories, { good, bad }: State, prior: State['prior']): number => {
  let sum = 0;
  for (let i = 0; i < good.length; i++) sum += surpriseAt(past, i, good[i]! + prior.good, bad[i]! + prior.bad);
  return sum;
};

function surpriseWith(past: Histories, state: State, side: 'good' | 'bad', column: Float64Array, more: number): number {
  const { good, bad, prior } = state;
  let sum = 0;
  for (let i = 0; i < good.length; i++) {
    const extra = more * column[i]!;
    const g = good[i]! + prior.good + (side === 'good' ? extra : 0);
    const b = bad[i]! + prior.bad + (side === 'bad' ? extra : 0);
    sum += surpriseAt(past, i, g, b);
  }
  return sum;
}

const surpriseAt = (past: Histories, i: number, good: number, bad: number): number =>
  surpriseOf({ probability: bad / (good + bad), good: past.good[i]!, bad: past.bad[i]! });

const columnOf = ({ slots, masses, good }: Histories, group: Group): Float64Array =>
  Float64Array.from(good, (_, i) => group.reduce((sum, slot) => sum + masses[i * slots + slot]!, 0));

/** The least of a function with one valley, near `from` and within the range: golden-section search. */
function searchAround(from: number, range: { low: number; high: number }, cost: (x: number) => number): number {
  const within = Math.min(range.high, Math.max(range.low, from));
  let [low, high] = [Math.max(range.low, within - STEP), Math.min(range.high, within + STEP)];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [cost(left), cost(right)];
  while (high - low > PRECISION) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = cost(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = cost(right);
    }
  }
  const best = (low + high) / 2;
  return cost(best) < cost(from) ? best : from;
}

/** Two groups of which the one should weigh more, and weighs less. */
function violatorsIn(
  weights: readonly number[],
  groups: readonly Group[],
  chains: readonly (readonly number[])[],
): readonly [Group, Group] | null {
  for (const chain of chains)
    for (let i = 1; i < chain.length; i++) {
      const [stronger, weaker] = [chain[i - 1]!, chain[i]!];
      if (weights[stronger]! >= weights[weaker]!) continue;
      const ofSlot = (slot: number) => groups.find((group) => group.includes(slot)) ?? [slot];
      return [ofSlot(stronger), ofSlot(weaker)];
    }
  return null;
}

/** The group's geometric mean for each of its slots. */
function withOne(weights: readonly number[], group: Group): number[] {
  const mean = Math.exp(group.reduce((sum, slot) => sum + Math.log(weights[slot]!), 0) / group.length);
  return weights.map((weight, slot) => (group.includes(slot) ? mean : weight));
}
