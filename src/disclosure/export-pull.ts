import type { Pool } from 'pg';
import type { ActivePolicy } from '../grades/policies.loaders.ts';
import { consentingAmong, enteredPage } from '../inquiries/exported.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { ExportRow } from './export-rows.queries.ts';
import type { ExportJob } from './exports.queries.ts';

/** The terms of the partner may be others by now than when it asked. */
export function mustStillMay({ agreement, subjectKind }: ExportJob): void {
  if (!agreement) return;
  const { terms, purpose } = agreement;
  if (!terms.subjectKinds.includes(subjectKind)) throw ended('SUBJECT_KIND_FORBIDDEN');
  if (!terms.purposes.includes(purpose)) throw ended('PURPOSE_FORBIDDEN');
}

/** Of a page, those who may be in the file at this moment: of buyers, for a partner, those who consent. */
export async function mayBeIn(
  pool: Pool,
  { agreement, subjectKind }: ExportJob,
  rows: readonly ExportRow[],
  now: number,
): Promise<readonly ExportRow[]> {
  if (!agreement || subjectKind !== 'BUYER') return rows;
  const ids = rows.map(({ id }) => id);
  const consenting = await consentingAmong(pool, agreement, ids, now);
  return rows.filter(({ id }) => consenting.has(id));
}

/** Written down before anybody can fetch the file. A page that is written anew, after its writer ended, is not counted again. */
export async function enterPage(
  pool: Pool,
  job: ExportJob,
  { key, version }: ActivePolicy,
  ids: readonly string[],
  now: number,
): Promise<void> {
  if (!job.agreement || ids.length === 0) return;
  if (await enteredPage(pool, job.agreement, { ...job, policy: `${key}@${version}` }, ids, now)) return;
  throw ended('QUOTA_EXCEEDED');
}

/** It becomes the export's `errorCode`. */
const ended = (code: string) => new Refusal('FORBIDDEN', code, 'The terms of the partner do not allow the rest.');
