import type { Reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { EntryRow } from './open-account.ts';
import { entriesRecorded, type Period } from './statement.queries.ts';

export type Format = 'csv' | 'jsonl';

const AT_ONCE = 1_000;

/** Writes the entries of an account that were recorded in a period, the oldest first, page by page. */
export async function exportStatement(
  sql: Reader,
  subjectId: string,
  period: Period,
  format: Format,
  write: (text: string) => void,
): Promise<void> {
  if (format === 'csv') write(`${COLUMNS.join(',')}\n`);
  let { from } = period;
  let after = 0;
  for (;;) {
    const page = await entriesRecorded(sql, subjectId, { ...period, from }, after, AT_ONCE);
    if (page.length > 0) write(page.map((entry) => lineOf(entry, format)).join(''));
    if (page.length < AT_ONCE) return;
    ({ recordedAt: from, revision: after } = page.at(-1)!);
  }
}

/** What one answer of the API holds. */
const MOST_SHOWN = 10_000;

/** The same as one text; refused where it would be too long. */
export async function statementText(sql: Reader, subjectId: string, period: Period, format: Format): Promise<string> {
  if (period.from >= period.until)
    throw new Refusal('INVALID', 'RANGE_INVALID', '`from` must be before `until`.', ['until']);
  const pages: string[] = [];
  await exportStatement(sql, subjectId, period, format, (text) => {
    if (pages.push(text) > MOST_SHOWN / AT_ONCE + 1)
      throw new Refusal('INVALID', 'RANGE_TOO_LONG', `More than ${MOST_SHOWN} entries: ask for less time.`, ['until']);
  });
  return pages.join('');
}

const COLUMNS = [
  'entry',
  'recordedAt',
  'bookedAt',
  'kind',
  'amount',
  'balance',
  'pending',
  'expiresAt',
  'reverses',
  'reason',
] as const;

function lineOf(entry: EntryRow, format: Format): string {
  const told: Record<(typeof COLUMNS)[number], string | number | null> = {
    entry: entry.id,
    recordedAt: new Date(entry.recordedAt).toISOString(),
    bookedAt: new Date(entry.bookedAt).toISOString(),
    kind: entry.kind,
    amount: entry.points + entry.pending,
    balance: entry.balanceAfter,
    pending: entry.pendingAfter,
    expiresAt: entry.expiresAt === null ? null : new Date(entry.expiresAt).toISOString(),
    reverses: entry.reverses,
    reason: entry.reason,
  };
  if (format === 'jsonl') return `${JSON.stringify(told)}\n`;
  return `${COLUMNS.map((column) => cellOf(told[column])).join(',')}\n`;
}

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
