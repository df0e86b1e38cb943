import type { Pool } from 'pg';
import { reader, type Reader } from '../db/tx.ts';
import { stateOf } from './consent.ts';
import { lastConsents } from './consents.queries.ts';
import { addReasons, enterExported, type ExportInquiry } from './inquiries.queries.ts';
import type { GradeInquiry } from './inquiry.ts';
import type { Agreement } from './terms.ts';

/** Of these buyers, those who consent at `now` (ms). For work that is no call's. */
export async function consentingAmong(
  pool: Pool,
  agreement: Agreement,
  buyerIds: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  const said = await lastConsents(reader(pool), buyerIds, agreement);
  return new Set(said.filter((each) => stateOf(each, now) === 'HOLDS').map(({ subjectId }) => subjectId));
}

/** Writes down that the partner was told why, too. */
export const enteredReasons = (sql: Reader, { subjectId, id }: GradeInquiry): Promise<unknown> =>
  addReasons(sql, subjectId, id);

/** Writes down who is on a page of an export. False, and nothing is written, where the day's quota does not hold them all. */
export const enteredPage = (
  pool: Pool,
  agreement: Agreement,
  asked: ExportInquiry,
  subjectIds: readonly string[],
  now: number,
): Promise<boolean> => enterExported(reader(pool), agreement, asked, subjectIds, new Date(now));
