import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../src/db/database.ts';
import { chance } from './history.ts';
import { fillMarket } from './market.ts';
import { residentMb } from './processor.ts';
import { ours, peer, type Rival } from './rivals.ts';
import {
  against,
  ask,
  compared,
  ofBoth,
  ofServer,
  ofThroughput,
  ratioAtLeast,
  ratioAtMost,
  type Round,
} from './rounds.ts';
import { atMost, type Result, type Scenario } from './scenario.ts';
import { onStage } from './stage.ts';

const MERCHANTS = 100_000;
const ASKED = 20; // merchants a request
const QUESTIONS = 2_000; // different ones
const CONNECTIONS = [32, 1] as const;

export const QUERY = `query ($ids: [String!]) { merchants(externalIds: $ids) { name grade { level score } rating { average count } } }`;
const AS_TABLE = `query ($ids: [String]) { merchantsByIds(ids: $ids) { nodes { name level score average count } } }`;
const graphql = (query: string) => (ids: unknown) => ({ query, variables: { ids } });

const DOCUMENT_ID = createHash('sha256').update(QUERY).digest('hex');

/** `extensions`, though empty, are for Apollo to read: so it is asked the long way. */
const RIVALS: readonly Rival[] = [
  { name: 'limit', start: peer('limit.mjs'), path: '/', bodyOf: graphql('') },
  { name: 'credence', start: ours, path: '/graphql', bodyOf: graphql(QUERY) },
  {
    name: 'trusted',
    start: ours,
    path: '/graphql',
    bodyOf: (ids) => ({ documentId: `sha256:${DOCUMENT_ID}`, variables: { ids } }),
  },
  {
    name: 'through-apollo',
    start: ours,
    path: '/graphql',
    bodyOf: (ids) => ({ ...graphql(QUERY)(ids), extensions: {} }),
  },
  { name: 'mercurius', start: peer('mercurius.mjs'), path: '/graphql', bodyOf: graphql(QUERY) },
  { name: 'postgraphile', start: peer('postgraphile.mjs'), path: '/graphql', bodyOf: graphql(AS_TABLE) },
  {
    name: 'naive',
    start: peer('naive.mjs'),
    path: '/graphql',
    bodyOf: graphql(QUERY.replace('[String!])', '[String!]!)')),
  },
];

/** The storefront's read beside its limit and what one would take instead: one Postgres, the same merchants, turn by turn. */
export const storefrontAgainstPeers: Scenario = ({ dir }) => {
  const documents = path.join(dir, 'documents.json');
  writeFileSync(documents, JSON.stringify({ [DOCUMENT_ID]: QUERY }));
  const env = { CREDENCE_DOCUMENTS: documents };
  const fill = (database: Database) => fillMarket(database, MERCHANTS, Date.now());
  return onStage(
    { dataDir: path.join(dir, 'storefront'), rivals: RIVALS, fill, env },
    async ({ running, postgres }) => {
      const results: Result[] = [];
      const questions = questionsAmong(MERCHANTS);
      for (const connections of CONNECTIONS)
        results.push(...resultsOf(await compared({ running, questions, connections, dir, postgres }), connections));
      const own = running.find(({ name }) => name === 'credence')!;
      results.push(atMost('resident memory of the server under load', residentMb(own.pid), 'MB', 250));
      await ask(own, { running, questions: questionsAboutAll(), connections: 32, dir, postgres }, SECONDS_FOR_ALL);
      return [...results, atMost('the same when it was asked for each of them', residentMb(own.pid), 'MB', 330)];
    },
  );
};

const SECONDS_FOR_ALL = 10;
/** Each merchant once, since all of them are remembered then. */
const questionsAboutAll = (): string[][] =>
  Array.from({ length: MERCHANTS / ASKED }, (_, i) => Array.from({ length: ASKED }, (_, j) => `m-${i * ASKED + j}`));

/** Of so many merchants any twenty: the hardest case, since no storefront asks for all alike. */
export function questionsAmong(merchants: number): string[][] {
  const next = chance(7);
  return Array.from({ length: QUESTIONS }, () =>
    Array.from({ length: ASKED }, () => `m-${Math.floor(next() * merchants)}`),
  );
}

function resultsOf(rounds: ReadonlyMap<string, readonly Round[]>, connections: number): Result[] {
  const of = (name: string, figures: readonly number[]) => ({ name: `storefront at ${connections}: ${name}`, figures });
  const isMerged = connections > 1; // requests that come at once share their statements
  return [
    ratioAtMost(of('cpuVsLimit', against(rounds, 'credence', 'limit', ofServer)), isMerged ? 0.8 : 1.16),
    ratioAtMost(of('cpuVsLimit, with Postgres', against(rounds, 'credence', 'limit', ofBoth)), isMerged ? 0.6 : 1.16),
    ratioAtMost(of('trusted.cpuVsLimit', against(rounds, 'trusted', 'limit', ofServer)), 1.16),
    ratioAtMost(of('throughApollo.cpuVsLimit', against(rounds, 'through-apollo', 'limit', ofServer)), 1.6),
    ...PEERS_BARS.map(([name, bar]) =>
      ratioAtLeast(of(`throughputVs.${name}`, against(rounds, 'credence', name, ofThroughput)), bar),
    ),
  ];
}

const PEERS_BARS = [
  ['postgraphile', 2],
  ['mercurius', 1.3],
  ['naive', 8],
] as const;
