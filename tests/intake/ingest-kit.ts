import { beforeAll, expect } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import type { Api, Answer, Asker } from '../kit/api.ts';
import { NOW, takeEvents, type RawEvent } from '../kit/events.ts';

export const INGEST = `mutation ($input: IngestEventsInput!) {
  ingestEvents(input: $input) { accepted duplicates rejected { index id code message } userErrors { code message field } } }`;

export interface Ingested {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { index: number; id: string; code: string; message: string }[];
  readonly userErrors: readonly { code: string; message: string; field: string[] | null }[];
}

/** Standings are kept from the first event on, as `main.ts` sees to it. */
export const withPolicies = (db: Database): void =>
  beforeAll(async () => {
    await takeEvents(db, [], NOW - 1);
  });

export const askToIngest = (
  { ask }: Api,
  asker: Asker,
  events: readonly object[],
  onError?: 'REJECT_EVERYTHING' | 'REJECT_FAILED',
): Promise<Answer> => ask(asker, INGEST, { input: { events, ...(onError && { onError }) } });

/** As the platform's back end does it. */
export async function ingest(
  api: Api,
  events: readonly (RawEvent | object)[],
  onError?: 'REJECT_EVERYTHING' | 'REJECT_FAILED',
): Promise<Ingested> {
  const { data, errors } = await askToIngest(api, 'PLATFORM', events, onError);
  expect(errors).toBeUndefined();
  return data.ingestEvents;
}

export const accepted = (count: number) => ({ accepted: count, duplicates: 0, rejected: [], userErrors: [] });
export const duplicates = (count: number) => ({ accepted: 0, duplicates: count, rejected: [], userErrors: [] });

/** How many rows each table has, but for those of the audit log: it tells of refusals, too. */
export async function rowCounts({ pool }: Database): Promise<Record<string, number>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'audit%' order by tablename`,
  );
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as count from "${name}"`);
  const { rows } = await pool.query<{ name: string; count: number }>(counts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

export const countOf = async ({ pool }: Database, table: string, where = 'true'): Promise<number> =>
  (await pool.query<{ count: number }>(`select count(*)::int as count from ${table} where ${where}`)).rows[0]!.count;

/** Every balance is what its postings and reviews add up to. */
export async function expectSound({ pool }: Database, now = NOW): Promise<void> {
  const { differences, subjects } = await checkStandings(pool, foldingsAt(now));
  expect(differences).toEqual([]);
  expect(subjects).toBeGreaterThan(0);
}
