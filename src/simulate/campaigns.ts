import type { Random } from '../demo/random.ts';
import type { Act } from './history.ts';

const DAY = 86_400_000;

/**
 * The protocol of injected campaigns: attacks of known size, written into a real history. A seed fixes everything. Each campaign
 * strikes when the market is busy (at the instant of a random rating), half to lift one of the worse rated half, half to sink one
 * of the better; with 8 to 40 fakes a target over 2 to 14 days, each of 50 to 100 hundredths, or the negative of it.
 * Judged are fakes against honest ratings; ratings by users who are labelled fraudulent are neither.
 */
export type CampaignKind = 'SINGLETONS' | 'RING' | 'CAMOUFLAGE' | 'HIJACKED';
export const CAMPAIGN_KINDS: readonly CampaignKind[] = ['SINGLETONS', 'RING', 'CAMOUFLAGE', 'HIJACKED'];

const CAMPAIGNS = 12; // a history
const LEAST_KNOWN = 5; // ratings that a target has: nobody attacks who is not there

/** The history with campaigns of one kind in it. */
export function withCampaigns(acts: readonly Act[], kind: CampaignKind, random: Random): Act[] {
  const field = fieldOf(acts);
  const injected: Act[] = [];
  for (let i = 0; i < CAMPAIGNS; i++) injected.push(...campaign(field, kind, random, i % 2 === 0));
  return [...acts, ...injected];
}

interface Field {
  readonly acts: readonly Act[];
  readonly worse: readonly number[]; // subjects, by the median of their mean
  readonly better: readonly number[];
  readonly accounts: readonly number[]; // with a history worth stealing: five ratings or more
  newcomers: number; // the next fresh reviewer's number
}

function fieldOf(acts: readonly Act[]): Field {
  const received = Map.groupBy(acts, ({ subject }) => subject);
  const known = [...received].filter(([, list]) => list.length >= LEAST_KNOWN);
  const meanOf = (list: readonly Act[]): number => list.reduce((sum, { valence }) => sum + valence, 0) / list.length;
  const ranked = known
    .map(([subject, list]) => ({ subject, mean: meanOf(list) }))
    .toSorted((one, other) => one.mean - other.mean || one.subject - other.subject)
    .map(({ subject }) => subject);
  const given = Map.groupBy(acts, ({ reviewer }) => reviewer);
  return {
    acts,
    worse: ranked.slice(0, ranked.length >> 1),
    better: ranked.slice(ranked.length >> 1),
    accounts: [...given].filter(([, list]) => list.length >= 5).map(([reviewer]) => reviewer),
    newcomers: given.size,
  };
}

function campaign(field: Field, kind: CampaignKind, random: Random, isLift: boolean): Act[] {
  const startsAt = random.pick(field.acts).at;
  const size = 8 + random.below(33);
  const targets = random.some(isLift ? field.worse : field.better, kind === 'RING' ? 3 + random.below(4) : 1);
  const crew = kind === 'HIJACKED' ? random.some(field.accounts, size) : fresh(field, size);
  const wave = (subject: number, from: number): Act[] => {
    const days = random.between(2, 14);
    const turnout = kind === 'RING' ? 0.85 : 1;
    return crew
      .filter(() => random.chance(turnout))
      .map((reviewer) => strike(random, reviewer, subject, from + random.between(0, days) * DAY, isLift));
  };
  const struck = targets.flatMap((subject, i) => wave(subject, startsAt + i * random.between(3, 20) * DAY));
  return kind === 'CAMOUFLAGE' ? [...struck, ...crew.flatMap((who) => disguise(field, random, who, startsAt))] : struck;
}

function fresh(field: Field, count: number): number[] {
  const first = field.newcomers;
  field.newcomers += count;
  return Array.from({ length: count }, (_, i) => first + i);
}

function strike(random: Random, reviewer: number, subject: number, at: number, isLift: boolean): Act {
  const valence = (isLift ? 1 : -1) * (50 + 10 * random.below(6));
  return { reviewer, subject, at: Math.floor(at), valence, mark: 'FAKE' };
}

/** Three to eight ratings in the half year before, of those who are often rated, as others rated them. */
function disguise({ acts }: Field, random: Random, reviewer: number, before: number): Act[] {
  return Array.from({ length: 3 + random.below(6) }, () => {
    const model = random.pick(acts);
    const at = Math.floor(before - random.between(5, 180) * DAY);
    return { reviewer, subject: model.subject, at, valence: model.valence, mark: 'CAMOUFLAGE' as const };
  });
}
