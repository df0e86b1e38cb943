import { weightOf } from '../detection/evidence.ts';
import { discounted, recallAt, type Case } from '../detection/fit-table.ts';
import type { LlrTable } from '../detection/llr.ts';
import { signsOf, strengthsOf } from '../detection/scan.ts';
import { Random } from '../demo/random.ts';
import { CAMPAIGN_KINDS, withCampaigns, type CampaignKind } from './campaigns.ts';
import { historyOf, type Act } from './history.ts';

/** Seeds that weights are learnt from. What is reported comes from others. */
export const TRAINING_SEEDS: readonly number[] = [1, 2, 3];

/** The judged ratings of a history with campaigns in it: fakes and honest ones. */
export function casesOf(acts: readonly Act[], kind: CampaignKind, seed: number): Case[] {
  const { columns, marks } = historyOf(withCampaigns(acts, kind, new Random(seed).fork(kind)));
  const signs = signsOf(columns);
  return marks.flatMap((mark, row) =>
    mark === 'FAKE' || mark === 'HONEST' ? [{ isFake: mark === 'FAKE', strengths: strengthsOf(signs, row) }] : [],
  );
}

/** Weights for a rating network, learnt from campaigns of all kinds that were written into it. */
export const learntTable = (acts: readonly Act[]): LlrTable =>
  discounted(CAMPAIGN_KINDS.flatMap((kind) => TRAINING_SEEDS.flatMap((seed) => casesOf(acts, kind, seed))));

/** Recall of injected fakes at 95 % precision, one seed's campaigns of a kind. */
export function recallOf(acts: readonly Act[], table: LlrTable, kind: CampaignKind, seed: number): number {
  const cases = casesOf(acts, kind, seed);
  const scores = cases.map(({ strengths }) =>
    strengths.reduce((sum, [code, strength]) => sum + weightOf(table, code, strength), 0),
  );
  return recallAt(
    0.95,
    scores,
    cases.map(({ isFake }) => isFake),
  );
}
