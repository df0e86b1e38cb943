import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal } from '../kernel/refusal.ts';
import { fromUnits } from '../scoring/fixed.ts';
import { reliabilityOf } from '../scoring/reliability.ts';
import { judgeOf } from './judge.ts';
import { detectionOf, foresightOf, suspicionOf, tenureDaysOf, type Detection, type Foresight } from './measures.ts';
import { readLabels, readNetwork, type Rating } from './network.ts';
import type { Ranking } from './ranking.ts';
import { replay, type Rater } from './replay.ts';
import { timesStrictness } from './strictness.ts';

export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const USAGE = 'evaluate ratings --network FILE [--labels FILE] [--policy FILE] --out DIR';
const OPTIONS = {
  network: { type: 'string' },
  labels: { type: 'string' },
  policy: { type: 'string' },
  out: { type: 'string' },
} as const;

interface Metrics {
  readonly p2: Foresight; // of what is written: the ratee's score and the rater's strictness
  readonly p2OfRatees: Foresight; // of the ratee's score alone
  readonly p1?: Detection;
}

/** The `evaluate` command: the pure cores over a rating network, no database. Gives the exit status. */
export async function runEvaluate(args: string[], io: Output): Promise<number> {
  if (args.includes('--help')) {
    io.out(`Usage: ${USAGE}`);
    return 0;
  }
  try {
    await evaluate(filesOf(args), io);
    return 0;
  } catch (error) {
    if (error instanceof Refusal) {
      io.err(error.message);
      return 2;
    }
    io.err(`evaluate broke: ${error instanceof Error ? error.message : String(error)}`);
    return 3;
  }
}

interface Files {
  readonly network: string;
  readonly labels: string | null;
  readonly policy: string | null;
  readonly out: string;
}

function filesOf(args: string[]): Files {
  const { values, positionals } = parsed(args);
  if (positionals.join(' ') !== 'ratings') misused('can evaluate ratings only');
  const { network, labels = null, policy = null, out } = values;
  if (!network) misused('needs --network FILE');
  if (!out) misused('needs --out DIR');
  return { network, labels, policy, out };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

function misused(complaint: string): never {
  throw new Refusal('INVALID', 'USAGE', `evaluate: ${complaint}. Usage: ${USAGE}`);
}

async function evaluate(files: Files, io: Output): Promise<void> {
  const judge = await judgeOf(files.policy, readText);
  const ratings = readNetwork(await readText(files.network), basename(files.network));
  const labels = files.labels === null ? null : readLabels(await readText(files.labels), basename(files.labels));
  const { predictions: ofRatees, raters } = replay(ratings, judge);
  const predictions = timesStrictness(ratings, ofRatees);
  const foresight = { p2: foresightOf(ratings, predictions), p2OfRatees: foresightOf(ratings, ofRatees) };
  const metrics: Metrics = labels ? { ...foresight, p1: detectionOf(raters, labels) } : foresight;
  await mkdir(files.out, { recursive: true });
  await writeFile(join(files.out, 'predictions.csv'), predictionsCsv(ratings, predictions));
  await writeFile(join(files.out, 'raters.csv'), ratersCsv(raters));
  await writeFile(join(files.out, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
  for (const line of summary(ratings, raters, metrics)) io.out(line);
  io.out(`Written to ${files.out}: predictions.csv, raters.csv, metrics.json`);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Refusal('NOT_FOUND', 'FILE_UNREADABLE', `cannot read ${path} (${why})`);
  }
}

function predictionsCsv(ratings: readonly Rating[], predictions: readonly number[]): string {
  const rows = ratings.map(({ from, to, time }, i) => [i, field(from), field(to), time, predictions[i]].join(','));
  return `${['index,from,to,time,badProbability', ...rows].join('\n')}\n`;
}

function ratersCsv(raters: ReadonlyMap<string, Rater>): string {
  const rows = [...raters].map(([user, rater]) =>
    [
      field(user),
      suspicionOf(rater),
      reliabilityOf(rater.reviewer),
      fromUnits(rater.reviewer.experience),
      tenureDaysOf(rater),
    ].join(','),
  );
  return `${['rater,suspicion,reliability,experience,tenureDays', ...rows].join('\n')}\n`;
}

/** RFC 4180. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function* summary(ratings: readonly Rating[], raters: ReadonlyMap<string, Rater>, { p2, p2OfRatees, p1 }: Metrics) {
  yield `${ratings.length} ratings by ${raters.size} raters`;
  yield `Next rating negative? (last ${p2.n}, ${p2.negatives} negative) ${shown(p2)}, log loss ${digits(p2.logLoss)}, calibration error ${digits(p2.ece)}`;
  yield `The same from the ratee's score alone: ${shown(p2OfRatees)}, calibration error ${digits(p2OfRatees.ece)}`;
  if (!p1) return;
  yield `Fraudulent raters? (${p1.n} labelled, ${p1.fraudulent} fraudulent) ${shown(p1)}; with tenure ${shown(p1.tenure)}`;
}

const shown = ({ auc, ap }: Ranking): string => `AUC ${digits(auc)}, average precision ${digits(ap)}`;
const digits = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(4));
