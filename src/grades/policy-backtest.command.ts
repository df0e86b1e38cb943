import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { EXIT, type Io } from '../command.ts';
import { DAY_MS } from '../evidence/book.ts';
import { compilePolicy } from '../scoring/compiled.ts';
import { versionToBeat } from './backtest.commands.ts';
import { backtest, type NamedMove } from './backtest.ts';
import { reportInWords } from './backtest-text.ts';
import { policyIn, wrongUse, type Flags } from './policy-files.ts';
import { answeringNo, fullName, withDatabase } from './policy-read.command.ts';

export const runBacktest = ([file]: readonly string[], flags: Flags, io: Io): Promise<number> =>
  answeringNo(io, async () => {
    const policy = await policyIn(file!);
    const from = dayFrom('--from', flags['from'] as string | undefined);
    const to = dayFrom('--to', flags['to'] as string | undefined);
    return withDatabase(async ({ database, db, now }) => {
      const rival = await versionToBeat(db, policy.subjectKind, policy.key, now);
      const end = to === null ? now : Math.min(to + DAY_MS - 1, now);
      if (from !== null && from >= end) throw wrongUse('RANGE_INVALID', '--from must lie before --to, and before now.');
      const moves = typeof flags['moves'] === 'string' ? openMoves(flags['moves']) : null;
      const startedAt = performance.now();
      const question = { before: rival.policy, after: compilePolicy(policy), from, to: end };
      const report = await backtest(database.pool, question, moves?.write);
      await moves?.close();
      const seconds = (performance.now() - startedAt) / 1000;
      if (flags['json']) io.out(`${JSON.stringify({ before: fullName(rival), after: file, ...report, seconds })}\n`);
      else io.out(reportInWords(report, { before: fullName(rival), after: file!, seconds }));
      return EXIT.DONE;
    });
  });

function dayFrom(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw wrongUse('DAY_INVALID', `${flag} is "${text}"; give a day, 2026-11-21.`);
  return at;
}

/** A CSV with a line for everyone whose level would change. */
function openMoves(file: string): { write: (moves: readonly NamedMove[]) => void; close: () => Promise<void> } {
  const out: WriteStream = createWriteStream(file);
  const failed = finished(out); // it tells of a file that cannot be written, too
  failed.catch(() => {}); // told when it is closed
  out.write('externalId,name,from,to,scoreBefore,scoreAfter\n');
  return {
    write: (moves) => void out.write(moves.map((move) => `${lineOf(move)}\n`).join('')),
    close: async () => {
      out.end();
      await failed.catch((error: Error) => {
        throw wrongUse('FILE_UNWRITABLE', `${file} cannot be written: ${error.message}.`);
      });
    },
  };
}

const lineOf = ({ externalId, name, from, to, scoreBefore, scoreAfter }: NamedMove): string =>
  [externalId, name ?? '', from, to, scoreBefore ?? '', scoreAfter ?? ''].map((cell) => quoted(String(cell))).join(',');

/** As RFC 4180 has it; a cell that a spreadsheet would take for a formula is made a text. */
const quoted = (cell: string): string => {
  const safe = /^[=+@\t\r-]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
