import { readCopiedRows } from '../db/copied-rows.ts';
import type { Snapshot } from '../db/snapshot.ts';
import type { Folding } from './ledger.ts';
import { Sheet } from './sheet.ts';
import * as queries from './sheet.queries.ts';
import type { Span } from './sheet.queries.ts';

/** Some 300 MB of sums, at most. Of a ledger with more subjects the rows of others are read and passed by. */
const SUBJECTS_AT_ONCE = 1_000_000;

/** A sheet, and whose. */
export interface FoldedSpan {
  readonly span: Span;
  readonly sheet: Sheet;
}

/** Everyone with a book as of one moment, in sheets of as many as may be held at once. */
export async function* sheetsOf(snapshot: Snapshot, foldings: readonly Folding[]): AsyncGenerator<FoldedSpan> {
  let after: string | null = null;
  do {
    const { subjects, upTo, blocks }: Awaited<ReturnType<typeof queries.spanAfter>> = await queries.spanAfter(
      snapshot,
      after,
      SUBJECTS_AT_ONCE,
    );
    const span = { after, upTo };
    const sheet = new Sheet(subjects);
    await fill(sheet, snapshot, span, blocks, foldings);
    yield { span, sheet };
    after = upTo;
  } while (after !== null);
}

async function fill(
  sheet: Sheet,
  { copiers }: Snapshot,
  span: Span,
  blocks: number,
  foldings: readonly Folding[],
): Promise<void> {
  await readCopiedRows(queries.copySubjects(copiers[0], span), queries.SUBJECT_COLUMNS, (row) =>
    sheet.takeSubject(row),
  );
  sheet.prepare(foldings);
  const readHalf = (half: 0 | 1): Promise<void> =>
    readCopiedRows(queries.copyPostings(copiers[half], span, blocks, half), queries.POSTING_COLUMNS, (row) =>
      sheet.takePosting(row),
    );
  const long = sheet.longIds;
  const readFirsts = async (): Promise<void> => {
    if (long.length > 0)
      await readCopiedRows(queries.copyFirstVolumes(copiers[0], long), queries.FIRST_COLUMNS, (row) =>
        sheet.takeFirst(row),
      );
  };
  await Promise.all([readHalf(0).then(readFirsts), readHalf(1)]);
}

/** The span in pages of so many subjects of the sheet; one that has come since belongs to the page of its id. */
export function* pagesOf({ index }: Sheet, { after, upTo }: Span, subjects: number): Generator<Span> {
  let begin = after;
  for (let last = subjects; last < index.size; last += subjects) {
    const end = index.idOf(last - 1);
    yield { after: begin, upTo: end };
    begin = end;
  }
  yield { after: begin, upTo };
}
