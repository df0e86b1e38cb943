import type { Pool } from 'pg';
import { inSnapshot, type Snapshot } from '../db/snapshot.ts';
import { DAY_MS, kindNumber } from '../evidence/book.ts';
import { Refusal } from '../kernel/refusal.ts';
import { commonSense, type PlausibleGrade } from '../scoring/common-sense.ts';
import { compilePolicy } from '../scoring/compiled.ts';
import { decayed } from '../scoring/decay.ts';
import { fitPolicy, foresightUnder, LEAST_DEALS, LEAST_OF_EACH, unitPolicy, type Fit } from '../scoring/fit.ts';
import type { Histories } from '../scoring/histories.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { policyChanges, type PolicyChange } from '../scoring/policy-diff.ts';
import type { Policy } from '../scoring/policy.ts';
import { termsUpTo, trialSetting, type Trial, type TrialSetting } from '../scoring/trial.ts';
import { dealSpan, medianAmounts } from './trials.queries.ts';
import { tryAll } from './trials.ts';

/** A fitted policy, and what speaks for it. */
export interface FittedPolicy extends Fit {
  /** Learnt from what was known at the first and happened up to the second; measured on what came then, up to the third. */
  readonly instants: readonly [number, number, number];
  readonly changes: readonly PolicyChange[];
  /** What it makes of steady shops; of merchants only. */
  readonly commonSense: {
    readonly before: readonly PlausibleGrade[];
    readonly after: readonly PlausibleGrade[];
  } | null;
}

/** Of the history: what is known beforehand, and where learning ends. */
const KNOWN_SHARE = 1 / 2;
const LEARNT_SHARE = 3 / 4;
const LEAST_AMOUNTS = 100; // of a currency, for their median to be taken

/** Fits a policy to the history of its subjects, as it is known now. Writes nothing. */
export function fitToHistory(pool: Pool, policy: Policy, now: number): Promise<FittedPolicy> {
  return inSnapshot(pool, async (snapshot) => {
    const instants = await instantsOf(snapshot, policy, now);
    const base = await withReferenceAmounts(snapshot, policy);
    const setting = trialSetting(
      [policy, base].map((each) => compilePolicy(unitPolicy(each))),
      instants,
    );
    const [old, past, later] = [emptyHistories(setting), emptyHistories(setting), emptyHistories(setting)];
    await tryAll(snapshot, policy.subjectKind, setting, async () => ({
      take: (_, trial) => {
        take(old, trial, { policy: 0, known: 1 }, setting);
        take(past, trial, { policy: 1, known: 0 }, setting);
        take(later, trial, { policy: 1, known: 1 }, setting);
      },
    }));
    refuseTooLittle(past, 'to learn from');
    refuseTooLittle(later, 'to measure on');
    const fit = fitPolicy(base, past, later, { document: policy, foresight: foresightUnder(policy, old) });
    return {
      ...fit,
      instants,
      changes: policyChanges(policy, fit.document),
      commonSense: plausible(policy, fit.document, now),
    };
  });
}

async function instantsOf(snapshot: Snapshot, { subjectKind }: Policy, now: number): Promise<[number, number, number]> {
  const { first, last } = await dealSpan(snapshot, kindNumber(subjectKind));
  if (first === null || last === null) throw tooLittle(`no ${subjectKind} has had a deal yet`);
  const [begin, end] = [first * DAY_MS, Math.min(now, (last + 1) * DAY_MS)];
  const at = (share: number) => Math.floor(begin + (end - begin) * share);
  if (at(LEARNT_SHARE) - at(KNOWN_SHARE) < DAY_MS) throw tooLittle('its history is of a few days only');
  return [at(KNOWN_SHARE), at(LEARNT_SHARE), end];
}

/** A deal of the usual amount is to count once; amounts that people have set are kept. */
async function withReferenceAmounts(snapshot: Snapshot, policy: Policy): Promise<Policy> {
  const deals = kindsOf(policy.subjectKind).filter(({ isDeal }) => isDeal);
  const medians = await medianAmounts(
    snapshot,
    deals.map(({ code }) => code),
    LEAST_AMOUNTS,
  );
  const found = Object.fromEntries(medians.map(({ currency, amount }) => [currency, amount]));
  const { value } = policy;
  return { ...policy, value: { ...value, referenceAmounts: { ...found, ...value.referenceAmounts } } };
}

interface GrowingHistories extends Histories {
  readonly masses: number[];
  readonly good: number[];
  readonly bad: number[];
}

const emptyHistories = ({ slots }: TrialSetting): GrowingHistories => ({ slots, masses: [], good: [], bad: [] });

/** What was known of a subject at one instant, and how its deals went up to the next; nothing where it had none. */
function take(
  histories: GrowingHistories,
  trial: Trial,
  { policy: i, known }: { policy: number; known: number },
  setting: TrialSetting,
): void {
  const [good, bad] = [Math.max(0, trial.good[known + 1]!), Math.max(0, trial.bad[known + 1]!)];
  if (good + bad === 0) return;
  const policy = setting.policies[i]!;
  const terms = termsUpTo(trial, i, known, setting);
  for (let slot = 0; slot < setting.slots; slot++)
    histories.masses.push(
      decayed(terms[slot]!, policy.rules[slot]!.isBad ? 'bad' : 'good', setting.instants[known]!, policy),
    );
  histories.good.push(good);
  histories.bad.push(bad);
}

function refuseTooLittle({ good, bad }: Histories, forWhat: string): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const [well, badly] = [sum(good), sum(bad)];
  if (well + badly >= LEAST_DEALS && well >= LEAST_OF_EACH && badly >= LEAST_OF_EACH) return;
  throw tooLittle(
    `there are ${well + badly} deals ${forWhat}, of which ${badly} went badly; it takes ${LEAST_DEALS}, and ${LEAST_OF_EACH} of each sort`,
  );
}

const tooLittle = (why: string): Refusal =>
  new Refusal('CONFLICT', 'TOO_LITTLE_HISTORY', `There is too little history to fit a policy to: ${why}.`);

function plausible(before: Policy, after: Policy, now: number): FittedPolicy['commonSense'] {
  if (before.subjectKind !== 'MERCHANT') return null;
  return { before: commonSense(compilePolicy(before), now), after: commonSense(compilePolicy(after), now) };
}
