import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { leaveNotes, type Note } from '../../src/db/notes.ts';
import { inTransaction } from '../../src/db/tx.ts';
import type { Installation } from '../../src/installation.ts';
import { newId } from '../../src/kernel/ids.ts';
import type { Patience } from '../../src/webhooks/retries.ts';
import { openWebhooks } from '../../src/webhooks/webhooks.jobs.ts';
import { startWorker } from '../../src/worker.ts';
import { anApi, type Api, type Asker } from '../kit/api.ts';
import { anInstallation } from '../kit/installation.ts';
import { logInto } from '../kit/log.ts';
import { aKey, bearer, callWith, createKey, mutate } from '../partners/kit.ts';
import { QUICK } from './patience.ts';

export { QUICK };

/** Something that a receiver was sent. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  readonly json: any;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, received: Received) => void;

/** An address of its own, with what it was sent. */
export interface Hook {
  readonly url: string;
  readonly received: Received[];
  /** From now on it answers so. */
  answers: Answer;
}

export const OK: Answer = (_, response) => void response.writeHead(204).end();
export const failing =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end('a word of the receiver');
/** It takes the request, and never answers. */
export const HANGING: Answer = () => {};

/** A server on this machine, from before the file's first test until after its last; each call makes a new address on it. */
export function aReceiver(): () => Hook {
  const hooks = new Map<string, Hook>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const hook = hooks.get(request.url!)!;
      const one = {
        path: request.url!,
        headers: request.headers as Record<string, string>,
        body,
        json: JSON.parse(body),
      };
      hook.received.push(one);
      hook.answers(request, response, one);
    });
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return () => {
    const path = `/hooks/${hooks.size}`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const hook: Hook = { url, received: [], answers: OK };
    hooks.set(path, hook);
    return hook;
  };
}

/** In which order the changes of a subject arrived, by the scores of `gradeNote`. */
export const scoresOf = ({ received }: Hook, externalId?: string): number[] =>
  received
    .filter(({ json }) => externalId === undefined || json.data.subject.externalId === externalId)
    .map(({ json }) => json.data.after.score);

interface Delivering {
  readonly patience: Patience;
  readonly timeoutMs: number;
}

/** The worker that delivers, from before the file's first test until after its last; and what it logged. */
export function delivers(db: Database, installation: Installation, settings: Partial<Delivering> = {}) {
  const logged: Record<string, unknown>[] = [];
  const log = logInto(logged);
  let stop = async () => {};
  beforeAll(() => {
    const webhooks = openWebhooks({
      pool: db.pool,
      url: db.url,
      installation,
      clock: Date.now,
      log,
      patience: QUICK,
      pace: { pollMs: 25, leaseMs: 1_000, stoppingMs: 300 },
      timeoutMs: 200,
      everyMs: 20,
      ...settings,
    });
    const worker = startWorker(webhooks.jobs, log);
    stop = async () => {
      await worker.stop();
      await webhooks.stop();
    };
  });
  afterAll(() => stop());
  return { logged };
}

/** A subject's change of level as a room below notes it. Scores tell one from another. */
export const gradeNote = (subjectId: string, score: number, subjectKind = 'MERCHANT'): Note => ({
  subjectId,
  kind: 'grade.changed',
  payload: {
    subjectKind,
    subjectId,
    policyId: NO_POLICY,
    before: { level: 'A', score: score - 1 },
    after: { level: 'B', score },
    reasons: ['LATE'],
    cause: 'FACTS',
  },
});
const NO_POLICY = '00000000-0000-7000-8000-000000000000';

export const noted = ({ pool }: Database, ...notes: Note[]): Promise<void> =>
  inTransaction(pool, (tx) => leaveNotes(tx, Date.now(), notes));

let next = 0;

/** A merchant of whom nothing is known. */
export const aMerchant = (db: Database): Promise<string> => aSubject(db, 'merchant');
export const aBuyer = (db: Database): Promise<string> => aSubject(db, 'buyer');

async function aSubject({ pool }: Database, table: 'merchant' | 'buyer'): Promise<string> {
  const id = newId(Date.now());
  await pool.query(`insert into ${table} (id, external_id, recorded_at) values ($1, $2, now())`, [id, `s-${next++}`]);
  return id;
}

export const ENDPOINT = `id url description eventTypes subjectKinds purpose partner { name } createdBy disabledAt disabledReason failures
  failingSince withheldEventTypes keys { publicKey madeBy endsAt }`;

/** An endpoint of the marketplace that is told of all merchants' grades, unless said otherwise. */
export const createEndpoint = (api: Api, input: object, asker: Asker = 'PLATFORM') =>
  mutate(api, asker, 'createWebhookEndpoint', `secret endpoint { ${ENDPOINT} }`, {
    eventTypes: ['grade.changed'],
    subjectKinds: ['MERCHANT'],
    ...input,
  });

/** Endpoints of the marketplace, each at an address of its own on this machine. */
export function hooksOn(api: Api) {
  const aHook = aReceiver();
  const change = (name: string, fields: string, input: object) => mutate(api, 'PLATFORM', name, fields, input);
  return {
    aHook,
    change,
    anEndpoint: async (input: object = {}): Promise<Hook & { id: string; secret: string }> => {
      const hook = aHook();
      const { endpoint, secret } = await createEndpoint(api, { url: hook.url, ...input });
      return Object.assign(hook, { id: endpoint.id, secret });
    },
    /** Ends what a test has begun: others go on in the same database. */
    remove: (id: string) => change('closeWebhookEndpoint', 'endpointId', { endpointId: id }),
  };
}

const DELIVERIES = `query ($id: ID!, $status: WebhookDeliveryStatus) { webhookEndpoint(id: $id) { ${ENDPOINT}
  deliveries(first: 100, status: $status) { nodes { id webhookId eventType occurredAt status isReplay attempts createdAt lastAttemptAt
  nextAttemptAt endedAt responseStatus latencyMs error } } } }`;

/** An endpoint, with its deliveries, the last first. */
export const endpointOf = async (api: Api, id: string, status: string | null = null) => {
  const { webhookEndpoint } = (await api.ask('ADMIN', DELIVERIES, { id, status })).data;
  return { ...webhookEndpoint, deliveries: webhookEndpoint.deliveries.nodes };
};

const NAMES: Record<string, string[]> = { 'private.example': ['10.0.0.1'] };
/** Where it leads is public, as is every other name but `private.example`. */
export const URL = 'https://receiver.example/hook';
export const FOR_PARTNERS = { url: URL, eventTypes: ['grade.changed'], subjectKinds: ['MERCHANT'] };

/** An API at which endpoints are made, changed and closed, and nothing is sent; and partners that do so. */
export function endpointsOn(db: Database) {
  const installation = anInstallation();
  const webhooks = { ...installation.webhooks, resolve: async (name: string) => NAMES[name] ?? ['8.8.8.8'] };
  const api = anApi(db, { installation: { ...installation, webhooks } });
  let partners = 0;
  const change = (name: string, fields: string, input: object, asker: Asker = 'PLATFORM') =>
    mutate(api, asker, name, fields, input);
  return {
    api,
    change,
    aMade: async (input: object = {}, asker: Asker = 'PLATFORM') =>
      (await createEndpoint(api, { url: URL, ...input }, asker)) as { secret: string; endpoint: { id: string } },
    /** A partner by one of its keys. */
    aPartner: async (scopes = ['webhooks:write', 'grades:history'], terms: object = {}) => {
      const named = { name: `Lender ${partners++}`, ...terms };
      const { partner } = await change('createPartner', 'partner { id }', named, 'ADMIN');
      const { secret, apiKey } = await createKey(api, { role: 'PARTNER', partnerId: partner.id, scopes });
      const headers = { ...bearer(secret), 'credence-purpose': 'DISPLAY' };
      const ask = (query: string, input: object) =>
        callWith(api, headers, query, { input: { idempotencyKey: aKey(), ...input } });
      return { id: partner.id as string, keyId: apiKey.id as string, headers, ask };
    },
  };
}
