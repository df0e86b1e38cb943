import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { degreesOf } from '../../src/detection/components.ts';
import { weightOf } from '../../src/detection/evidence.ts';
import { fitShares, fitSteps } from '../../src/detection/fit.ts';
import type { Steps } from '../../src/detection/llr.ts';
import { rankingOf, type Ranking } from '../../src/evaluate/ranking.ts';

/** Labelled reviewers of Amazon.cn (Spammer-ISR): what they did, with whom they co-reviewed, and what they are. */
export interface AmazonCn {
  readonly features: readonly (readonly number[])[]; // ten a user, 0 to 1
  readonly degrees: readonly number[]; // co-reviewers
  readonly isSpammer: readonly boolean[];
}

/** Users of unused labels are left out of the judging, not of the graph. */
export function readAmazonCn(folder: string): AmazonCn {
  const linesOf = (name: string): string[] => readFileSync(join(folder, name), 'utf8').trim().split('\n');
  const labels = linesOf('UserLabel.txt')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number));
  const features = linesOf('UserFeature.txt').map((line) => line.trim().split(/\s+/).map(Number));
  const ends = Int32Array.from(linesOf('J01Network.txt').flatMap((line) => line.trim().split(/\s+/).map(Number)));
  const degrees = degreesOf(ends, labels.length + 1);
  const judged = labels.filter(([, , label]) => label === 0 || label === 1);
  return {
    features: judged.map(([, user]) => features[user! - 1]!),
    degrees: judged.map(([, user]) => degrees[user!]!),
    isSpammer: judged.map(([, , label]) => label === 1),
  };
}

/** Without any label: the more co-reviewers, the likelier. */
export const byDegree = ({ degrees, isSpammer }: AmazonCn): Ranking => rankingOf(degrees, isSpammer);

const FOLDS = 5;
const BINS = 50;

/**
 * With labels: the sum of log-likelihood ratios of the features and, if asked, the degree, each fitted on four fifths of the users
 * and read on the last fifth. A feature may speak either way, so its steps are fitted both rising and falling and the side that
 * tells more is kept, on the training part alone; so are the shares of what tells partly the same.
 */
export function byEvidence({ features, degrees, isSpammer }: AmazonCn, withDegree: boolean): Ranking {
  const columns = features[0]!.map((_, f) => features.map((row) => row[f]!));
  if (withDegree) columns.push([...degrees]);
  const scores = isSpammer.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const isTraining = (user: number): boolean => user % FOLDS !== fold;
    const fits = columns.map((column) => fitEither(column, isSpammer, isTraining));
    const weights = isSpammer.map((_, user) =>
      Float64Array.from(fits, ({ sign, steps }, c) =>
        weightOf({ CO_REVIEW: steps }, 'CO_REVIEW', sign * columns[c]![user]!),
      ),
    );
    const training = [...isSpammer.keys()].filter(isTraining);
    const shares = fitShares(
      training.map((user) => weights[user]!),
      training.map((user) => isSpammer[user]!),
    );
    weights.forEach((row, user) => {
      if (!isTraining(user)) scores[user] = row.reduce((sum, weight, code) => sum + weight * shares[code]!, 0);
    });
  }
  return rankingOf(scores, isSpammer);
}

function fitEither(column: readonly number[], isSpammer: readonly boolean[], isUsed: (user: number) => boolean) {
  const users = [...column.keys()].filter(isUsed);
  const labels = users.map((user) => isSpammer[user]!);
  const fits = [1, -1].map((sign) => {
    const strengths = users.map((user) => sign * column[user]!);
    return { sign, steps: fitSteps(strengths, labels, BINS) };
  });
  return fits.toSorted((one, other) => spreadOf(other.steps) - spreadOf(one.steps))[0]!;
}

const spreadOf = (steps: Steps): number => steps.at(-1)![1] - steps[0]![1];
