/**
 * Prints the "Measured" table of src/scoring/README.md from a rating network and its labels:
 *
 *     node scripts/measure-scoring.ts ratings.csv labels.csv
 */
import { timesStrictness } from '../src/evaluate/strictness.ts';
import { readFileSync } from 'node:fs';
import { betaNoDecay, meanDeviation, percentPositive, plainMean, trustpilotLike } from '../src/evaluate/baselines.ts';
import { judgeOf } from '../src/evaluate/judge.ts';
import { detectionOf, foresightOf, suspicionOf } from '../src/evaluate/measures.ts';
import { readLabels, readNetwork } from '../src/evaluate/network.ts';
import { rankingOf, type Ranking } from '../src/evaluate/ranking.ts';
import { replay, type Judge } from '../src/evaluate/replay.ts';
import { rev2Predictions, rev2Suspicion } from '../src/evaluate/rev2.ts';

const [networkFile, labelsFile] = process.argv.slice(2);
if (!networkFile || !labelsFile) {
  console.error('Usage: node scripts/measure-scoring.ts NETWORK LABELS');
  process.exit(2);
}
const ratings = readNetwork(readFileSync(networkFile, 'utf8'), networkFile);
const labels = readLabels(readFileSync(labelsFile, 'utf8'), labelsFile);

const foresee = (predictions: readonly number[]): Ranking => foresightOf(ratings, predictions);
const detect = (suspicions: ReadonlyMap<string, number>): Ranking => {
  const judged = [...suspicions].filter(([user]) => labels.has(user));
  return rankingOf(
    judged.map(([, suspicion]) => suspicion),
    judged.map(([user]) => labels.get(user) === true),
  );
};
const judgeWith = (overlay: string): Promise<Judge> => judgeOf('overlay', () => Promise.resolve(overlay));

const standard = replay(ratings, await judgeOf(null, () => Promise.reject(new Error('no policy file'))));
const learnt = replay(ratings, await judgeWith('{"prior":{"k":2}}'));
const fixed = replay(ratings, await judgeWith('{"prior":{"k":2,"p0":0.9}}'));
const tenured = new Map([...standard.raters].map(([user, rater]) => [user, suspicionOf(rater)]));

const rows: [string, Ranking | null, Ranking | null][] = [
  ['mean deviation, leave-one-out', detect(meanDeviation(ratings)), null],
  ['REV2 as released, no behaviour', detect(rev2Suspicion(ratings)), foresee(rev2Predictions(ratings))],
  ['plain mean', null, foresee(plainMean(ratings))],
  ['Trustpilot-like 7×3.5, 180 d', null, foresee(trustpilotLike(ratings))],
  ['percent positive, 12 months (eBay-like)', null, foresee(percentPositive(ratings))],
  ['Beta, no decay, k=2', null, foresee(betaNoDecay(ratings))],
  ['**ours, k=20, p0=.9**', detectionOf(standard.raters, labels), foresee(standard.predictions)],
  ['**ours, k=2, p0=.9**', null, foresee(fixed.predictions)],
  ['**ours, k=2, p0 learnt**', null, foresee(learnt.predictions)],
  ['ours + tenure', detect(tenured), null],
  ['ours, k=20, × the rater’s strictness', null, foresee(timesStrictness(ratings, standard.predictions))],
  ['ours, k=2, p0 learnt, × the rater’s strictness', null, foresee(timesStrictness(ratings, learnt.predictions))],
];

const cell = (value: number | null | undefined) =>
  value === null || value === undefined ? '' : value.toFixed(4).slice(1);
const cells = (ranking: Ranking | null) => [cell(ranking?.auc), cell(ranking?.ap)];
console.log('| method | P1 AUC | P1 AP | P2 AUC | P2 AP |');
console.log('|---|---|---|---|---|');
for (const [method, p1, p2] of rows) console.log(`| ${[method, ...cells(p1), ...cells(p2)].join(' | ')} |`);
