import path from 'node:path';
import { issueToken } from '../../src/access/tokens.ts';
import type { Database } from '../../src/db/database.ts';
import { fillWithDemo } from '../../src/intake/demo.ts';
import { newId } from '../../src/kernel/ids.ts';
import { DEMO_PARTNER } from '../../src/partners/demo-partner.ts';
import { chance } from './history.ts';
import { ours, peer, type Rival } from './rivals.ts';
import { against, compared, ofBoth, ofServer, ratioAtMost } from './rounds.ts';
import type { Result, Scenario } from './scenario.ts';
import { onStage, SECRET, type Stage } from './stage.ts';

const DAY_MS = 86_400_000;
const QUESTIONS = 1_000; // different ones
const CONNECTIONS = 8;

const GRADE = 'level score interval { low high } factors { kind label points count } reasons { code text points }';
const SHOWN = `name grade { ${GRADE} } rating { average count distribution }`;
const REVIEWS = 'reviews(first: 20) { nodes { stars text occurredAt status reply { text repliedAt } } }';
const DETAIL = `query ($id: String!) { merchant(externalId: $id) { ${SHOWN} ${REVIEWS} } }`;
const HISTORY = `query ($id: String!, $at: DateTime!) { merchant(externalId: $id) { grade(asOf: $at) { level score } } }`;
const PARTNER = `query ($ids: [String!]!) { grades(externalIds: $ids, subjectKind: BUYER) { level score } }`;

/** Longer questions over the demo marketplace, each beside what hand-written statements take for it. */
export const questions: Scenario = async ({ dir }) => {
  const asPlatform = await headersOf('PLATFORM', 'back-end'); // who may see all that explains a grade
  const asPartner = { ...(await headersOf('PARTNER', DEMO_PARTNER)), 'credence-purpose': 'CREDIT_DECISION' };
  const known: Record<string, string> = {};
  const rivals: readonly Rival[] = [
    ...rivalsFor('detail', DETAIL, { id: 'm-0001' }, asPlatform),
    ...rivalsFor('history', HISTORY, { id: 'm-0001', at: new Date(Date.now() - DAY_MS) }),
    ...rivalsFor('partner', PARTNER, { ids: [] }, asPartner),
  ];
  const fill = async (database: Database): Promise<void> => {
    await fillWithDemo(database.pool, SECRET, Date.now());
    Object.assign(known, await prepare(database));
  };
  return onStage({ dataDir: path.join(dir, 'questions'), rivals, fill, env: known }, async (stage) => {
    const { merchants, buyers } = await named(stage.database);
    await precompute(stage, merchants, asPlatform);
    const next = chance(11);
    const any = (among: readonly string[]): string => among[Math.floor(next() * among.length)]!;
    const many = <Question>(one: () => Question): Question[] => Array.from({ length: QUESTIONS }, one);
    const results: Result[] = [];
    for (const [name, asked] of [
      ['detail', many(() => ({ id: any(merchants) }))],
      ['history', many(() => ({ id: any(merchants), at: new Date(Date.now() - Math.floor(next() * 700) * DAY_MS) }))],
      ['partner', many(() => ({ ids: Array.from({ length: 100 }, () => any(buyers)) }))],
    ] as const)
      results.push(...(await resultsOf(stage, name, asked, dir)));
    return results;
  });
};

const headersOf = async (role: 'PLATFORM' | 'PARTNER', name: string) => ({
  authorization: `Bearer ${await issueToken(SECRET, { role, subject: null, name, ttlSeconds: 86_400 }, Date.now())}`,
});

/** Ours, and the limit of it; one server of each for all the questions. */
function rivalsFor(name: string, query: string, first: object, headers: Record<string, string> = {}): Rival[] {
  const isFirst = name === 'detail';
  const bodyOf = (variables: unknown) => ({ query, variables });
  return [
    { name, start: isFirst ? ours : 'detail', path: '/graphql', headers, bodyOf, first },
    {
      name: `${name} limit`,
      start: isFirst ? peer('limit-questions.mjs') : 'detail limit',
      path: `/${name}`,
      bodyOf,
      first,
    },
  ];
}

async function resultsOf(stage: Stage, name: string, asked: readonly unknown[], dir: string): Promise<Result[]> {
  const running = stage.running.filter((each) => each.name === name || each.name === `${name} limit`);
  const { postgres } = stage;
  const rounds = await compared({ running, questions: asked, connections: CONNECTIONS, dir, postgres });
  const ratio = (what: string, cost: typeof ofServer, bar: number) =>
    ratioAtMost(
      { name: `${name} at ${CONNECTIONS}: ${what}`, figures: against(rounds, name, `${name} limit`, cost) },
      bar,
    );
  return [ratio('cpuVsLimit', ofServer, BARS[name]![0]), ratio('cpuVsLimit, with Postgres', ofBoth, BARS[name]![1])];
}

/** Our own: nothing that anyone would pick instead answers these. */
const BARS: Readonly<Record<string, readonly [server: number, both: number]>> = {
  detail: [4, 3],
  history: [3, 2],
  partner: [4, 2],
};

/** All buyers consent; the tables of the limit. */
async function prepare({ pool }: Database): Promise<Record<string, string>> {
  await pool.query(
    `create table bench_detail (external_id text primary key, subject_id uuid not null, shown jsonb not null)`,
  );
  await pool.query(
    `create table bench_inquiry (subject_id uuid not null, partner_id uuid not null, at timestamptz not null)`,
  );
  const partners = await pool.query<{ id: string }>('select id from partner where name = $1', [DEMO_PARTNER]);
  const partnerId = partners.rows[0]!.id;
  await pool.query('update partner set pulls_per_day = 1000000000, burst = 1000000000 where id = $1', [partnerId]);
  const buyers = await pool.query<{ id: string }>('select id from buyer order by id');
  const consenting = buyers.rows.map(({ id }) => id);
  const now = Date.now();
  await pool.query(
    `insert into consent (subject_id, id, partner_id, purpose, granted_at, granted_by, until)
     select *, $3, 'CREDIT_DECISION', $4, 'a benchmark', $5 from unnest($1::uuid[], $2::uuid[])`,
    [consenting, consenting.map(() => newId(now)), partnerId, new Date(now), new Date(now + 30 * DAY_MS)],
  );
  await pool.query('vacuum analyze'); // as any database has been that was not filled a moment ago: else the limit is planned badly
  const policies = await pool.query<{ id: string }>(
    `select id from policy_version where subject_kind = 'BUYER' and key = 'default' and state = 'ACTIVE'`,
  );
  return { PARTNER_ID: partnerId, POLICY_ID: policies.rows[0]?.id ?? newId(now) };
}

async function named({ pool }: Database): Promise<{ merchants: string[]; buyers: string[] }> {
  const idsIn = async (statement: string) =>
    (await pool.query<{ external_id: string }>(statement)).rows.map((row) => row.external_id);
  return {
    merchants: await idsIn('select external_id from merchant order by id'),
    buyers: await idsIn('select external_id from buyer order by id'),
  };
}

/** What ours says of each merchant, kept for the limit to hand out. */
async function precompute(
  { database: { pool }, running }: Stage,
  merchants: readonly string[],
  headers: Record<string, string>,
): Promise<void> {
  const { port } = running.find(({ name }) => name === 'detail')!;
  const query = `query ($ids: [String!]) { merchants(externalIds: $ids) { externalId ${SHOWN} } }`;
  for (let from = 0; from < merchants.length; from += 50) {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables: { ids: merchants.slice(from, from + 50) } }),
    });
    const { data } = (await response.json()) as { data: { merchants: { externalId: string }[] } };
    const shown = data.merchants.map(({ externalId, ...rest }) => [externalId, JSON.stringify(rest)] as const);
    await pool.query(
      `insert into bench_detail select m.external_id, m.id, s.shown::jsonb
         from unnest($1::text[], $2::text[]) as s (external_id, shown) join merchant m using (external_id)`,
      [shown.map(([id]) => id), shown.map(([, text]) => text)],
    );
  }
}
