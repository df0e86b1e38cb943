import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createClient,
  fetchKeys,
  MerchantCardDocument,
  MerchantCredentialDocument,
  MerchantReviewsDocument,
  verifyCredential,
  type Change,
  type ExportedGrade,
  type TypedDocument,
} from 'credence/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExports } from '../../src/disclosure/exports.job.ts';
import { orders, take } from '../grades/fixtures.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';

let now = NOW;
const clock = () => now;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-client-'));
const installation = { ...anInstallation(dir), url: '' };
const db = aDatabase();
const api = anApi(db, { clock, installation });
beforeAll(async () => {
  Object.assign(installation, { url: api.server.address });
  for (const merchant of ['one', 'two', 'three']) await take(db, orders(merchant, 20));
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

const addressOf = (input: Parameters<typeof fetch>[0]): string =>
  input instanceof Request ? input.url : input.toString();

async function collected<Row>(rows: AsyncIterable<Row>, most = Infinity): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) if (found.push(row) >= most) break;
  return found;
}

describe('the client', () => {
  it('finds the API with /graphql in its address and without, and gives what was asked for', async () => {
    for (const suffix of ['', '/', '/graphql']) {
      const client = createClient({ url: api.server.address + suffix });
      const { merchant } = await client.request(MerchantCardDocument, { externalId: 'one' });
      expect(merchant).toMatchObject({ externalId: 'one', rating: { average: 5, count: 10 } });
    }
  });

  it('takes documents that others have typed', async () => {
    // oxlint-disable-next-line unicorn/new-for-builtins, no-new-wrappers -- as graphql-codegen makes them
    const own = new String('query ($id: String!) { merchant(externalId: $id) { kind } }') as TypedDocument<
      { merchant: { kind: string } | null },
      { id: string }
    >;
    const { merchant } = await api.clientFor(null).request(own, { id: 'one' });

    expect(merchant?.kind).toBe('MERCHANT');
  });

  it('says what the API refuses, with its code and field', async () => {
    const wrong = api.clientFor(null).request('{ nodes(ids: ["x"]) { id } }');
    await expect(wrong).rejects.toMatchObject({ code: 'ID_INVALID', status: 200 });
    const denied = api.clientFor(null).request('{ gradeChanges { nodes { at } } }');
    await expect(denied).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
  });

  it('reads a list page by page, no more of it than is needed', async () => {
    let requests = 0;
    const counting: typeof fetch = (...args) => (requests++, fetch(...args));
    const client = api.clientFor(null, { fetch: counting });
    const reviews = () =>
      client.each(MerchantReviewsDocument, { externalId: 'one', first: 4 }, (data) => data.merchant?.reviews);

    const all = await collected(reviews());
    expect([all.length, new Set(all.map(({ id }) => id)).size, requests]).toEqual([10, 10, 3]);
    requests = 0;
    expect([(await collected(reviews(), 3)).length, requests]).toEqual([3, 1]);
    expect(
      await collected(client.each(MerchantReviewsDocument, { externalId: 'none' }, (data) => data.merchant?.reviews)),
    ).toEqual([]);
  });
});

describe('changes of grades', () => {
  const externalIds = (changes: readonly Change[]) => changes.map(({ subject }) => subject?.externalId);

  it('are followed over all pages, on from a cursor, and while they come, until that is ended', async () => {
    const client = api.clientFor('PARTNER');
    const old = await collected(client.followChanges({ first: 2 }), 3);
    expect(externalIds(old)).toEqual(['one', 'two', 'three']);

    const ending = new AbortController();
    const following = (async () => {
      const seen: Change[] = [];
      const options = { after: old[1]!.cursor, intervalMs: 20, signal: ending.signal };
      for await (const change of client.followChanges(options)) if (seen.push(change) === 2) ending.abort();
      return seen;
    })();
    await take(db, orders('four', 20));
    expect(externalIds(await following)).toEqual(['three', 'four']);
  });
});

describe('a bulk export', () => {
  const write = () => writeExports(db.pool, installation, clock).run(now, new AbortController().signal);

  /** A network on which each download breaks off after so many bytes. */
  const breaking =
    (afterBytes: number, ranges: (string | null)[]): typeof fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      if (!addressOf(input).includes('/exports/')) return response;
      ranges.push(new Headers(init?.headers).get('range'));
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length <= afterBytes) return new Response(bytes, response);
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes.slice(0, afterBytes)),
        pull: (controller) => controller.error(new TypeError('terminated')),
      });
      return new Response(body, response);
    };

  it('is asked for, waited for, and fetched whole, however often the network breaks off', async () => {
    const ranges: (string | null)[] = [];
    const client = api.clientFor('PARTNER', { fetch: breaking(300, ranges) });
    const waiting = client.bulkExport({ subjectKind: 'MERCHANT' });
    const writing = setInterval(() => void write(), 30);
    const finished = await waiting.finally(() => clearInterval(writing));
    const grades: ExportedGrade[] = await collected(finished.grades());

    expect(grades).toHaveLength(finished.written);
    expect(new Set(grades.map(({ externalId }) => externalId))).toEqual(new Set(['one', 'two', 'three', 'four']));
    expect(ranges.length).toBeGreaterThan(1);
    expect(ranges).toEqual(ranges.map((_, i) => (i === 0 ? null : `bytes=${300 * i}-`)));
    expect(finished.bytes).toBeGreaterThan(300 * (ranges.length - 1));
  });

  it('that is refused says why', async () => {
    const asked = api.clientFor('PARTNER').bulkExport({ subjectKind: 'MERCHANT', policy: 'none' });

    await expect(asked).rejects.toMatchObject({ name: 'CredenceError', code: 'POLICY_UNKNOWN' });
  });
});

describe('a signed grade', () => {
  const signed = async (): Promise<string> => {
    const { merchant } = await api.clientFor('PARTNER').request(MerchantCredentialDocument, { externalId: 'one' });
    return merchant!.gradeCredential.jwt;
  };

  it('is checked by what its issuer says now, or offline by its keys', async () => {
    const [jwt, issuer] = [await signed(), api.server.address];

    expect(await verifyCredential(jwt, { issuer, at: NOW })).toMatchObject({ isValid: true, isStatusChecked: true });
    const keys = await fetchKeys({ issuer });
    expect(await verifyCredential(jwt, { keys, at: NOW })).toMatchObject({ isValid: true, isStatusChecked: false });
    expect(await verifyCredential(`${jwt.slice(0, -5)}AAAAA`, { keys, at: NOW })).toMatchObject({ isValid: false });
  });

  it('that was revoked is known to be', async () => {
    const [jwt, issuer] = [await signed(), api.server.address];
    const { data } = await api.ask('PARTNER', '{ merchant(externalId: "one") { gradeCredential { id jwt } } }');
    const { id: credentialId, jwt: other } = data.merchant.gradeCredential;
    const input = { credentialId, note: 'asked for by mistake', idempotencyKey: 'revoke-1' };
    await api
      .clientFor('MODERATOR')
      .request(
        'mutation ($input: RevokeGradeCredentialInput!) { revokeGradeCredential(input: $input) { revokedAt } }',
        { input },
      );

    now += 15_000; // what is handed out is that old at most
    expect(await verifyCredential(other, { issuer, at: now })).toMatchObject({ fault: 'REVOKED' });
    expect(await verifyCredential(jwt, { issuer, at: now })).toMatchObject({ isValid: true });
  });

  it('of somebody else makes nobody fetch anything from there', async () => {
    const jwt = await signed();
    const fetched: string[] = [];
    const watching: typeof fetch = async (input) => {
      fetched.push(addressOf(input));
      return Response.json({ keys: await fetchKeys({ issuer: api.server.address }) });
    };
    const verdict = await verifyCredential(jwt, { issuer: 'https://other.example', fetch: watching, at: NOW });

    expect(verdict).toMatchObject({ isValid: false, fault: 'ISSUER_WRONG' });
    expect(fetched).toEqual(['https://other.example/.well-known/jwks.json']);
  });
});
