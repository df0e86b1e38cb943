import type { ImportResult } from './import.ts';
import type { Rejects } from './import-rejects.ts';

const REASONS_SHOWN = 5;

export interface Report {
  readonly result: ImportResult;
  readonly rejects: Rejects;
  readonly seconds: number;
}

/** What programs read: one line, its first five keys as in the contract. */
export function reportAsJson({ result, rejects, seconds }: Report): string {
  const { read, accepted, duplicates, rejected, pending, skipped, isInterrupted } = result;
  const reasons = Object.fromEntries(rejects.mostFrequent().map(({ code, count }) => [code, count]));
  return `${JSON.stringify({
    read,
    accepted,
    duplicates,
    rejected,
    seconds: Math.round(seconds * 1000) / 1000,
    pending,
    skipped,
    interrupted: isInterrupted,
    reasons,
  })}\n`;
}

/** What people read. */
export function reportAsText({ result, rejects, seconds }: Report, rejectsPath: string | null): string {
  const { read, accepted, duplicates, rejected, pending, skipped, isInterrupted } = result;
  const rate = Math.round(read / Math.max(seconds, 0.001));
  const lines = [
    `${count(read)} rows read in ${seconds.toFixed(1)} s (${count(rate)}/s).`,
    amount(
      accepted,
      'accepted',
      pending > 0 ? `${count(pending)} wait for the order that they are about: the query waitingEvents lists them` : '',
    ),
    amount(duplicates, 'duplicates', 'were here already'),
    amount(
      rejected,
      'rejected',
      rejectsPath === null ? 'give --rejects FILE to have them listed' : `listed in ${rejectsPath}`,
    ),
    skipped > 0 ? amount(skipped, 'skipped', 'are of later than --until') : '',
    ...reasonsOf(rejects),
    isInterrupted ? 'Interrupted. What was accepted stays; run the same command again to go on.' : '',
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

const count = (number: number) => number.toLocaleString('en');

const amount = (number: number, name: string, remark: string) =>
  `  ${count(number).padStart(12)} ${name}${remark !== '' && number > 0 ? ` (${remark})` : ''}`;

function reasonsOf(rejects: Rejects): string[] {
  const reasons = rejects.mostFrequent();
  if (reasons.length === 0) return [];
  const shown = reasons
    .slice(0, REASONS_SHOWN)
    .map(
      ({ code, count: times, first }) =>
        `  ${count(times).padStart(12)} ${code}, first on line ${first.line} of ${first.file}: ${first.message.replace(/\p{Cc}/gu, ' ')}`,
    );
  const more = reasons.length - shown.length;
  return ['Most frequent reasons:', ...shown, more > 0 ? `               and ${more} more` : ''];
}
