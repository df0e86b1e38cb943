import { writeFile } from 'node:fs/promises';
import { EXIT, type Io } from '../command.ts';
import { Refusal } from '../kernel/refusal.ts';
import { SUBJECT_KINDS } from '../kernel/subject.ts';
import type { Policy } from '../scoring/policy.ts';
import { whole } from '../scoring/texts.ts';
import { foresightRows, table } from './backtest-text.ts';
import { versionToBeat } from './backtest.commands.ts';
import { fitToHistory, type FittedPolicy } from './fit.ts';
import { DEFAULT_POLICY_KEY } from './policies.loaders.ts';
import { wrongUse, type Flags } from './policy-files.ts';
import { answeringNo, fullName, withDatabase } from './policy-read.command.ts';

export const runFit = (_: readonly string[], flags: Flags, io: Io): Promise<number> =>
  answeringNo(io, async () => {
    const kind = SUBJECT_KINDS.find((each) => each === (flags['kind'] ?? 'MERCHANT'));
    if (!kind) throw wrongUse('KIND_INVALID', `--kind is one of ${SUBJECT_KINDS.join(', ')}.`);
    const key = (flags['key'] as string | undefined) ?? DEFAULT_POLICY_KEY;
    return withDatabase(async ({ database, db, now }) => {
      const version = await versionToBeat(db, kind, key, now);
      const startedAt = performance.now();
      const fit = await fitToHistory(database.pool, version.policy.document, now).catch(asAnswer(io));
      if (!fit) return EXIT.NO;
      const seconds = (performance.now() - startedAt) / 1000;
      if (typeof flags['out'] === 'string') await write(flags['out'], fit.document);
      io.out(
        flags['json']
          ? `${JSON.stringify({ policy: fullName(version), ...inJson(fit), seconds })}\n`
          : inWords(fit, fullName(version), seconds),
      );
      return EXIT.DONE;
    });
  });

/** Too little history is an answer, and no wrong use. */
const asAnswer =
  (io: Io) =>
  (error: unknown): null => {
    if (!(error instanceof Refusal) || error.code !== 'TOO_LITTLE_HISTORY') throw error;
    io.err(`${error.message}\n`);
    return null;
  };

async function write(file: string, document: Policy): Promise<void> {
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`).catch((error: Error) => {
    throw wrongUse('FILE_UNWRITABLE', `${file} cannot be written: ${error.message}.`);
  });
}

function inJson({
  instants,
  learntFrom,
  before,
  after,
  isBetter,
  kinds,
  changes,
  commonSense,
  document,
}: FittedPolicy) {
  const [knownUpTo, learntUpTo, measuredUpTo] = instants.map((at) => new Date(at).toISOString());
  return {
    knownUpTo,
    learntUpTo,
    measuredUpTo,
    learntFrom,
    heldOut: { before, after },
    isBetter,
    kinds,
    changes: changes.map(({ path, sentence }) => ({ path, en: sentence('en'), 'zh-CN': sentence('zh-CN') })),
    commonSense,
    document,
  };
}

function inWords(fit: FittedPolicy, name: string, seconds: number): string {
  const [known, learnt, measured] = fit.instants.map((at) => new Date(at).toISOString().slice(0, 10));
  const { learntFrom, before, after } = fit;
  const lines = [
    `${name}, fitted in ${seconds.toFixed(1)} s`,
    `Learnt from ${whole(learntFrom.deals)} deals between ${known} and ${learnt}, of which ${whole(learntFrom.bad)} went badly.`,
    `Measured on ${whole(after.deals)} deals between ${learnt} and ${measured}, which nothing was learnt from:`,
    ...foresightRows(before, after).map((line) => `  ${line}`),
    gainOf(fit),
    '',
    'What each kind of fact foretells (weight of evidence: above 0 it speaks against; ± one standard error)',
    ...kindTable(fit).map((line) => `  ${line}`),
    '',
    ...(fit.changes.length === 0
      ? []
      : ['What would change', ...fit.changes.map(({ sentence }) => `  ${sentence('en')}`), '']),
    ...(fit.commonSense
      ? [
          'What steady shops would get (60 % of orders reviewed, by new reviewers)',
          ...commonSenseTable(fit.commonSense).map((line) => `  ${line}`),
          '',
        ]
      : []),
    'The proposed policy; nothing is in force until it is activated',
    JSON.stringify(fit.document, null, 2),
  ];
  return `${lines.join('\n')}\n`;
}

function gainOf({ before, after, isBetter }: FittedPolicy): string {
  if (!isBetter) return 'That is no gain: the policy is proposed as it is.';
  const gain = (1 - after.logLoss! / before.logLoss!) * 100;
  return `It is less surprised by ${gain.toFixed(1)} %.`;
}

function kindTable({ kinds }: FittedPolicy): string[] {
  const rows = kinds.map(({ kind, before, after, evidence, isFitted }) => [
    kind,
    evidence ? whole(evidence.subjects) : 'too few',
    evidence ? `${evidence.weight.toFixed(2)} ± ${evidence.error.toFixed(2)}` : '',
    String(before),
    String(after),
    isFitted ? 'fitted' : 'kept',
  ]);
  return table([['', 'subjects with it', 'weight of evidence', 'mass before', 'after', ''], ...rows]);
}

function commonSenseTable({ before, after }: NonNullable<FittedPolicy['commonSense']>): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const rows = before.map((was, i) => {
    const is = after[i]!;
    return [
      `${was.ordersADay} orders a day, ${percent(was.late)} late, ${percent(was.oneStar)} one-star`,
      ...[was, is].map(({ score, lowScore, level }) => `${Math.round(score)}/${Math.round(lowScore)} ${level}`),
    ];
  });
  return table([['', 'before', 'after'], ...rows]);
}
