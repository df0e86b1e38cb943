/**
 * Prints the tables of src/detection/README.md, those that are asked for:
 *
 *     node scripts/measure-detection.ts speed [REVIEWS…]
 *     node scripts/measure-detection.ts amazon FOLDER
 *     node scripts/measure-detection.ts campaigns RATINGS LABELS
 *     node scripts/measure-detection.ts demo
 *     node scripts/measure-detection.ts brushing [ORDERS]           (of Olist)
 *     node scripts/measure-detection.ts causeless ORDERS            (of Olist)
 *     node scripts/measure-detection.ts sinking RATINGS LABELS      (of src/simulate/README.md)
 */
import { readFileSync } from 'node:fs';
import { outcomeOf, type Outcome } from '../src/detection/evidence.ts';
import { scan } from '../src/detection/scan.ts';
import { suspect } from '../src/detection/suspect.ts';
import { demoEvents, demoTruth } from '../src/demo/demo.ts';
import { readLabels, readNetwork } from '../src/evaluate/network.ts';
import type { Ranking } from '../src/evaluate/ranking.ts';
import { CAMPAIGN_KINDS } from '../src/simulate/campaigns.ts';
import { contextsOf } from '../src/simulate/contexts.ts';
import { actsOf } from '../src/simulate/history.ts';
import { learntTable, recallOf } from '../src/simulate/injected.ts';
import { marketOf } from '../src/simulate/market.ts';
import { MOST_FAKES } from '../src/simulate/trial.ts';
import { reviewColumnsOf } from '../src/simulate/market-columns.ts';
import { byDegree, byEvidence, readAmazonCn } from './detection/amazon.ts';
import { brushingAmongReal, brushingInDemo, type BrushingFound } from './detection/brushing.ts';
import {
  costsOf,
  fieldOf,
  followingBlame,
  foresightUnder,
  pointsAbove,
  RECORDS,
  SCHEMES,
  SINKING,
  targetsWith,
} from './detection/sinking.ts';
import { reachedByMerchants, reachedInDemos, STEPS } from './detection/causeless.ts';
import { growthOf, timeScan } from './detection/speed.ts';

const UNTIL = Date.UTC(2026, 8, 1);
const [table, ...rest] = process.argv.slice(2);
const print = (...cells: (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

const TABLES: Readonly<Record<string, () => void>> = { speed, amazon, campaigns, demo, brushing, causeless, sinking };
const wanted = table === undefined ? undefined : TABLES[table];
if (wanted) wanted();
else {
  console.error(`Usage: node scripts/measure-detection.ts ${Object.keys(TABLES).join('|')} [ARGUMENT…]`);
  process.exitCode = 2;
}

function speed(): void {
  print('reviews', 'seconds', 'of processor', 'peak MB', 'suspicions', 'members of planted rings found');
  print('--:', '--:', '--:', '--:', '--:', '--:');
  const sizes = rest.length > 0 ? rest.map(Number) : [10_000, 100_000, 1_000_000];
  const timings = sizes.map((size) => {
    const timing = timeScan(size);
    const { reviews, seconds, processorSeconds, peakMegabytes, suspicions, ringMembersFound } = timing;
    const found = `${(100 * ringMembersFound).toFixed(0)} %`;
    print(reviews, seconds.toFixed(2), processorSeconds.toFixed(2), peakMegabytes.toFixed(0), suspicions, found);
    return timing;
  });
  if (timings.length > 1) console.log(`\nTime grows as reviews to the power of ${growthOf(timings).toFixed(2)}.`);
}

function amazon(): void {
  const users = readAmazonCn(rest[0] ?? '');
  const row = (name: string, { auc, ap }: Ranking): void => print(name, auc!.toFixed(4), ap!.toFixed(4));
  print('spammers of Amazon.cn', 'AUC', 'average precision');
  print('---', '--:', '--:');
  row('co-review degree, no labels', byDegree(users));
  row('ten features, fitted, five folds', byEvidence(users, false));
  row('ten features and the degree', byEvidence(users, true));
}

function campaigns(): void {
  const [ratings = '', labels = ''] = rest;
  const acts = actsOf(
    readNetwork(readFileSync(ratings, 'utf8'), ratings),
    readLabels(readFileSync(labels, 'utf8'), labels),
  );
  const weights = learntTable(acts);
  print('campaigns', 'mean recall at 95 % precision', 'least', 'most');
  print('---', '--:', '--:', '--:');
  for (const kind of CAMPAIGN_KINDS) {
    const recalls = range(121, 130).map((seed) => recallOf(acts, weights, kind, seed));
    print(kind, ...[mean(recalls), Math.min(...recalls), Math.max(...recalls)].map((recall) => recall.toFixed(3)));
  }
}

type Tally = Record<'reviews' | 'heldAtOnce' | 'voidedAtOnce' | 'held' | 'voided', number>;

function demo(): void {
  const tallies = new Map<string, Tally>();
  for (const seed of range(501, 505)) tallyDemo(seed, tallies);
  print(
    'reviews of five markets',
    'number',
    'held at once',
    'void proposed at once',
    'held by the scan',
    'void proposed',
  );
  print('---', '--:', '--:', '--:', '--:', '--:');
  for (const [scheme, { reviews, heldAtOnce, voidedAtOnce, held, voided }] of tallies) {
    const share = (count: number): string => `${((100 * count) / reviews).toFixed(2)} %`;
    print(scheme, reviews, share(heldAtOnce), share(voidedAtOnce), share(held), share(voided));
  }
}

function causeless(): void {
  print('blame without a cause', 'number', ...STEPS.map((step) => `strange by ${step} or more`));
  print('---', '--:', ...STEPS.map(() => '--:'));
  for (const days of [730, 90])
    for (const [scheme, reached] of reachedInDemos(range(201, 206), UNTIL, days))
      print(`reviews of ${days} days, ${scheme}`, ...reached);
  if (rest[0]) print('real merchants', ...reachedByMerchants(rest[0]));
}

function brushing(): void {
  print('markets', 'orders', 'made up', 'proven', 'of these real', 'shops found', 'others suspected');
  print('---', '--:', '--:', '--:', '--:', '--:', '--:');
  for (const [seeds, scale] of [
    [range(1, 20), 0.2],
    [range(1, 5), 1],
  ] as const) {
    const found = seeds.map((seed) => brushingInDemo({ seed, until: UNTIL, scale }));
    const sum = (of: keyof BrushingFound): number => found.reduce((total, each) => total + each[of], 0);
    print(
      `${seeds.length} of size ${scale}`,
      ...(['orders', 'staged', 'proven', 'wronglyProven', 'shopsFound', 'othersFound'] as const).map(sum),
    );
  }
  if (!rest[0]) return;
  const { merchants, doubted, proposed, proven } = brushingAmongReal(rest[0]);
  console.log(`\nReal merchants: ${merchants}, doubted ${doubted}, proposed ${proposed}; orders proven ${proven}.`);
}

function tallyDemo(seed: number, tallies: Map<string, Tally>): void {
  const options = { seed, until: UNTIL, scale: 0.3 };
  const market = marketOf(demoEvents(options));
  const schemes = new Map(demoTruth(options).campaigns.flatMap(({ name, reviews }) => reviews.map((id) => [id, name])));
  const { columns, reviewed, knownSince } = reviewColumnsOf(market);
  const atOnce = new Map(contextsOf(market).map(({ deal, context }) => [deal, suspect(context)]));
  const found = scan(columns, { knownSince, known: (row) => atOnce.get(reviewed[row]!)! });
  const outcomes = new Map<number, Outcome>(found.suspicions.map(({ row, outcome }) => [row, outcome]));
  for (const [row, deal] of reviewed.entries()) {
    const scheme = schemes.get(deal.review!.id) ?? 'honest';
    const none = { reviews: 0, heldAtOnce: 0, voidedAtOnce: 0, held: 0, voided: 0 };
    const tally = tallies.get(scheme) ?? none;
    tallies.set(scheme, tally);
    tally.reviews++;
    const first = outcomeOf(atOnce.get(deal)!);
    if (first !== 'COUNTED') tally[first === 'HELD' ? 'heldAtOnce' : 'voidedAtOnce']++;
    const then = outcomes.get(row) ?? 'COUNTED';
    if (then !== 'COUNTED') tally[then === 'HELD' ? 'held' : 'voided']++;
  }
}

function sinking(): void {
  const [ratings = '', labels = ''] = rest.map((file) => readFileSync(file, 'utf8'));
  const field = fieldOf(ratings, labels);
  const said = (fakes: readonly (number | null)[]) => fakes.map((each) => each ?? `> ${MOST_FAKES}`);
  print('ratings', 'next negative after 0, 1, 2, 3 words of blame', 'points above the tenth', ...SINKING);
  for (const [least, most] of RECORDS) {
    const next = [0, 1, 2, 3].map((blame) => (100 * followingBlame(field.all, least, most, blame)).toFixed(0));
    const targets = targetsWith(field, least, most);
    const above = mean(targets.map((subject) => pointsAbove(field, subject)));
    print(`${least} to ${most}`, next.join(', '), above.toFixed(0), ...said(costsOf(field, targets, SCHEMES.whole)));
  }
  console.log('');
  print('a word of blame against a good name weighs', 'P2 AUC', 'P2 AP', ...SINKING);
  for (const [name, scheme] of Object.entries(SCHEMES)) {
    const { auc, ap } = foresightUnder(field, scheme);
    print(name, auc!.toFixed(4), ap!.toFixed(4), ...said(costsOf(field, field.baseline.honest, scheme)));
  }
}
