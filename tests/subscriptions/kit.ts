import { createClient as createEventsClient } from 'graphql-sse';
import { createClient, type Client } from 'graphql-ws';
import { beforeAll } from 'vitest';
import { WebSocket } from 'ws';
import type { Database } from '../../src/db/database.ts';
import { leaveNotes } from '../../src/db/notes.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { feedOf } from '../../src/disclosure/change-feed.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import type { Api, Asker } from '../kit/api.ts';
import { eventually } from '../kit/eventually.ts';
import { NOW } from '../kit/events.ts';

export const CHANGED = `subscription ($ids: [ID!]) { gradeChanged(subjectIds: $ids) {
  subject { externalId } before { level exactScore } after { level exactScore ratingAverage ratingCount } reasons } }`;

/** What a subscription was told, and how it ended. */
export interface Heard {
  /** `gradeChanged` of each event. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  readonly events: any[];
  /** Of the errors that ended it. */
  codes: unknown[];
  /** With what the socket was closed under it, or the status of an answer that was no stream. */
  closed: unknown;
  isOver: boolean;
  readonly stop: () => void;
}

export interface Opening {
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, unknown>;
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
}

type Errors = readonly { readonly extensions?: Record<string, unknown> }[];
const codesOf = (errors: Errors): unknown[] => errors.map(({ extensions }) => extensions?.['code']);

const socketWith = (headers: Record<string, string>) =>
  class extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers });
    }
  };

export const socketUrl = (address: string): string => `${address.replace('http', 'ws')}/graphql`;

export const clientOf = (address: string, { headers = {}, params }: Opening): Client =>
  createClient({
    url: socketUrl(address),
    webSocketImpl: socketWith(headers),
    retryAttempts: 0,
    ...(params && { connectionParams: params }),
  });

export type Follows = (address: string, opening: Opening, client?: Client) => Heard;

/** By WebSocket, as graphql-ws reads it. */
export const bySocket: Follows = (address, opening, client = clientOf(address, opening)) => {
  const heard: Heard = { events: [], codes: [], closed: null, isOver: false, stop: () => stop() };
  const { query = CHANGED, variables = {} } = opening;
  const stop = client.subscribe<{ gradeChanged: unknown }>(
    { query, variables },
    {
      next: ({ data, errors }) =>
        data ? heard.events.push(data.gradeChanged) : heard.codes.push(...codesOf(errors as Errors)),
      error: (error) => {
        if (Array.isArray(error)) heard.codes = codesOf(error);
        else heard.closed = [(error as CloseEvent).code, (error as CloseEvent).reason];
        heard.isOver = true;
      },
      complete: () => void (heard.isOver = true),
    },
  );
  return heard;
};

interface CloseEvent {
  readonly code: number;
  readonly reason: string;
}

/** By server-sent events, as graphql-sse reads them. */
export const byEvents: Follows = (address, { headers = {}, query = CHANGED, variables = {} }) => {
  const client = createEventsClient({ url: `${address}/graphql/stream`, headers, retryAttempts: 0 });
  const heard: Heard = { events: [], codes: [], closed: null, isOver: false, stop: () => stop() };
  const stop = client.subscribe<{ gradeChanged: unknown }>(
    { query, variables },
    {
      next: ({ data, errors }) =>
        data ? heard.events.push(data.gradeChanged) : heard.codes.push(...codesOf(errors as Errors)),
      error: (error) => {
        heard.closed = (error as { response?: Response }).response?.status ?? String(error);
        heard.isOver = true;
      },
      complete: () => void (heard.isOver = true),
    },
  );
  return heard;
};

const PATIENCE_MS = 5_000;
export const over = (heard: Heard): Promise<void> => eventually(() => heard.isOver, PATIENCE_MS);
export const told = (heard: Heard, count: number): Promise<void> =>
  eventually(() => heard.events.length >= count || heard.isOver, PATIENCE_MS);
export const followers = ({ pool }: Database, count: number): Promise<void> =>
  eventually(() => feedOf(pool).followers === count, PATIENCE_MS);

export const bearerOf = async (api: Api, asker: Exclude<Asker, null>, ttlSeconds?: number) => ({
  authorization: `Bearer ${await api.tokenFor(asker, ttlSeconds)}`,
});

export const merchantId = ({ id }: { readonly id: string }): string => globalId('Merchant', id);

/** The policy by which merchants are graded; inside tests. */
export function aPolicy(db: Database): { readonly id: string } {
  const policy = { id: '' };
  beforeAll(async () => {
    const sql = reader(db.pool);
    await ensureDefaultPolicies(sql, NOW);
    policy.id = (await activePolicies(sql, NOW)).find(({ subjectKind }) => subjectKind === 'MERCHANT')!.id;
  });
  return policy;
}

let last = 0;
/** Changes as a room below leaves them, in one transaction; their scores, by which they are told apart. */
export async function change(
  { pool }: Pick<Database, 'pool'>,
  policy: { readonly id: string },
  subjects: readonly { readonly id: string }[],
  subjectKind: 'MERCHANT' | 'BUYER' = 'MERCHANT',
): Promise<number[]> {
  const notes = subjects.map(({ id }) => {
    const score = ++last;
    const side = (level: string) => ({ level, score });
    const shown = { exactScore: score, ratingAverage: 4.5, ratingCount: 2 };
    const payload = {
      subjectKind,
      subjectId: id,
      policyId: policy.id,
      before: side('A'),
      after: side('B'),
      cause: 'FACTS',
      reasons: ['DISPUTE_LOST'],
    };
    return { subjectId: id, kind: 'grade.changed', payload: { ...payload, shown: { before: shown, after: shown } } };
  });
  await inTransaction(pool, (tx) => leaveNotes(tx, NOW, notes));
  return notes.map(({ payload }) => payload.after.score);
}

export const scoresOf = ({ events }: Heard): number[] => events.map(({ after }) => after.exactScore as number);
