import { arraysOf, instant, int4, text, uuid } from '../db/binary-rows.ts';
import type { Reader } from '../db/tx.ts';
import type { NewInquiry } from './inquiries.queries.ts';
import { metered, meterValues } from './meter.queries.ts';
import type { Agreement } from './terms.ts';

/** What one call takes out at one moment: rows that are nowhere yet. */
export interface Entered {
  readonly agreement: Agreement;
  readonly rows: readonly NewInquiry[];
  readonly now: number; // ms since 1970
}

/** What rows of a call have in common. */
type Heading = Omit<NewInquiry, 'subjectId' | 'id'> & { readonly purpose: string; readonly at: number };
type Row = Pick<NewInquiry, 'subjectId' | 'id'> & { readonly place: number };

/**
 * Writes down rows that are nowhere yet, of calls of one partner and day under the same terms, if the quota holds them: all of them, or
 * none. As `enterInquiries`, which asks of each row whether it is there: that takes as long as all of this.
 */
export async function enterRows(sql: Reader, calls: readonly Entered[]): Promise<boolean> {
  const { headings, rows } = underHeadings(calls);
  const latest = calls.reduce((last, each) => (each.now > last.now ? each : last));
  const [told] = await sql.query<{ isWithin: boolean }>(
    'inquiries.enter-new',
    `with heading as (
       select * from unnest($9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::text[])
         with ordinality as h (subject_kind, purpose, operation, taken, at, as_of, known_at, policy, place)),
     counted as (select cardinality($6::uuid[])::bigint as pulls),
     ${metered('AT_ONCE')},
     entered as (
       insert into grade_inquiry (subject_id, id, subject_kind, partner_id, purpose, operation, taken, at, as_of, known_at, policy)
       select a.subject_id, a.id, h.subject_kind, $1, h.purpose, h.operation, string_to_array(h.taken, ','), h.at, h.as_of, h.known_at, h.policy
         from metered, unnest($6::uuid[], $7::uuid[], $8::int[]) as a (subject_id, id, place) join heading h using (place))
     select exists (select from metered) as "isWithin"`,
    [
      ...meterValues(latest.agreement, new Date(latest.now)),
      ...arraysOf(rows, uuid(subjectIdOf), uuid(idOf), int4(placeOf)),
      ...arraysOf(headings, ...HEADING),
    ],
  );
  return told!.isWithin;
}

const subjectIdOf = ({ subjectId }: Row) => subjectId;
const idOf = ({ id }: Row) => id;
const placeOf = ({ place }: Row) => place;

const HEADING = [
  text<Heading>(({ subjectKind }) => subjectKind),
  text<Heading>(({ purpose }) => purpose),
  text<Heading>(({ operation }) => operation),
  text<Heading>(({ taken }) => taken.join(',')),
  instant<Heading>(({ at }) => at),
  instant<Heading>(({ asOf }) => asOf.getTime()),
  instant<Heading>(({ knownAt }) => knownAt.getTime()),
  text<Heading>(({ policy }) => policy),
];

/** A call that asks for a portfolio asks the same of all its subjects: what they have in common is sent once. */
function underHeadings(calls: readonly Entered[]): { headings: readonly Heading[]; rows: readonly Row[] } {
  const headings: Heading[] = [];
  const rows: Row[] = [];
  for (const { agreement, rows: own, now } of calls) {
    let last: NewInquiry | undefined;
    for (const row of own) {
      if (!last || !isUnderOne(last, row)) headings.push({ ...row, purpose: agreement.purpose, at: now });
      last = row;
      rows.push({ subjectId: row.subjectId, id: row.id, place: headings.length });
    }
  }
  return { headings, rows };
}

const isUnderOne = (a: NewInquiry, b: NewInquiry): boolean =>
  a.subjectKind === b.subjectKind &&
  a.operation === b.operation &&
  a.asOf.getTime() === b.asOf.getTime() &&
  a.knownAt.getTime() === b.knownAt.getTime() &&
  a.policy === b.policy &&
  a.taken.length === b.taken.length &&
  a.taken.every((each, i) => each === b.taken[i]);
