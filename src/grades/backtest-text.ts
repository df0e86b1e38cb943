import type { Foresight } from '../scoring/foresight.ts';
import { signed, whole } from '../scoring/texts.ts';
import type { WrittenMove, WrittenReport } from './backtest-report.ts';

/** A backtest's report for people, in English. */
export function reportInWords(
  report: WrittenReport,
  { before, after, seconds }: { before: string; after: string; seconds: number },
): string {
  const { subjects, changed, subjectKind, asOf } = report;
  const share = subjects === 0 ? 0 : (changed / subjects) * 100;
  const parts = [
    `${after} against ${before}, as of ${asOf}\n`,
    paragraph(
      'What differs',
      report.changes.map(({ en }) => en),
    ),
    `${whole(subjects)} subjects of kind ${subjectKind} in ${seconds.toFixed(1)} s; ${whole(changed)} would change their level (${share.toFixed(1)} %).\n`,
    transitionTable(report),
    paragraph('Cuts that are crossed', crossings(report)),
    segmentTable(report),
    paragraph('Who rises most', report.movers.up.map(moveLine)),
    paragraph('Who falls most', report.movers.down.map(moveLine)),
    foresightTable(report),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const paragraph = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;

/** Rows: the old level; columns: the new one. Levels that nobody has are left out. */
function transitionTable({ levels, transitions, subjects }: WrittenReport): string {
  if (subjects === 0) return '';
  const isUsed = levels.map((_, i) => transitions[i]!.some(Boolean) || transitions.some((row) => row[i]! > 0));
  const used = levels.flatMap((level, i) => (isUsed[i] ? [{ level, i }] : []));
  const rows = used.map((from) => [
    from.level,
    ...used.map((to) => transitions[from.i]![to.i]!).map((n) => (n === 0 ? '·' : whole(n))),
  ]);
  return paragraph('From (rows) to (columns)', table([['', ...used.map(({ level }) => level)], ...rows]));
}

const crossings = ({ crossings: all }: WrittenReport): string[] =>
  all
    .filter(({ upwards, downwards }) => upwards + downwards > 0)
    .map(
      ({ level, upwards, downwards, examples }) =>
        `${level}: ${whole(upwards)} upwards, ${whole(downwards)} downwards; furthest ${examples.join(', ')}`,
    );

function segmentTable({ segments }: WrittenReport): string {
  if (segments.length === 0) return '';
  const rows = segments.map(({ by, name, subjects, ratedBefore, ratedAfter, up, down, meanPoints }) => [
    `${by}: ${name}`,
    ...[subjects, ratedBefore, ratedAfter, up, down].map(whole),
    meanPoints === null ? '' : signed(meanPoints),
  ]);
  const head = ['', 'subjects', 'rated before', 'after', 'up', 'down', 'mean points'];
  return paragraph('By category, size and age', table([head, ...rows]));
}

const moveLine = ({ externalId, name, from, to, scoreBefore, scoreAfter, causes }: WrittenMove): string =>
  `${externalId}${name === null ? '' : ` (${name})`}: ${from} ${scoreBefore} → ${to} ${scoreAfter}; ${causes.map(({ text }) => text.en).join('; ')}`;

function foresightTable({ foresight }: WrittenReport): string {
  if (foresight.before.deals === 0) return `There are no deals from ${foresight.from} on to foretell.\n`;
  const title = `How well deals from ${foresight.from} on were foretold: ${whole(foresight.before.deals)} deals, ${whole(foresight.before.bad)} of them bad`;
  return paragraph(title, foresightRows(foresight.before, foresight.after));
}

/** Two rows of figures: before and after. */
export function foresightRows(before: Foresight, after: Foresight): string[] {
  const figures = ({ auc, logLoss, calibrationError }: Foresight) =>
    [auc, logLoss, calibrationError].map((figure) => (figure === null ? 'none' : figure.toFixed(4)));
  return table([
    ['', 'AUC', 'log-loss', 'calibration error'],
    ['before', ...figures(before)],
    ['after', ...figures(after)],
  ]);
}

/** The first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 2)))
      .join('')
      .trimEnd(),
  );
}
