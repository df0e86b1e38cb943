import { describe, expect, it } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import { aDatabase } from '../kit/database.ts';
import { aKey } from '../partners/kit.ts';
import { createEndpoint, ENDPOINT, endpointsOn, URL } from './kit.ts';

const db = aDatabase();
const { api, change, aMade } = endpointsOn(db);

describe('updateWebhookEndpoint', () => {
  it('changes what is given, and leaves the rest', async () => {
    const { endpoint } = await aMade({ description: 'first' });
    const update = (input: object) =>
      change('updateWebhookEndpoint', `endpoint { ${ENDPOINT} }`, { endpointId: endpoint.id, ...input });

    expect(await update({ url: 'https://other.example/' })).toMatchObject({
      endpoint: { url: 'https://other.example/', description: 'first', eventTypes: ['grade.changed'] },
    });
    expect(await update({ eventTypes: ['appeal.*'], subjectKinds: ['BUYER'], description: '' })).toMatchObject({
      endpoint: { eventTypes: ['appeal.decided', 'appeal.filed'], subjectKinds: ['BUYER'], description: '' },
    });
    expect(await update({ url: 'https://private.example/' })).toMatchObject({
      userErrors: [{ code: 'URL_NOT_PUBLIC' }],
    });
    expect(await update({ isEnabled: false })).toMatchObject({
      endpoint: { disabledAt: expect.any(String), disabledReason: 'BY_OWNER' },
    });
    expect(await update({ isEnabled: true })).toMatchObject({ endpoint: { disabledAt: null, disabledReason: null } });
  });

  it('is done once for its key', async () => {
    const { endpoint } = await aMade();
    const input = { endpointId: endpoint.id, isEnabled: false, idempotencyKey: aKey() };
    await change('updateWebhookEndpoint', 'endpoint { id }', input);
    await change('updateWebhookEndpoint', 'endpoint { id }', { endpointId: endpoint.id, isEnabled: true });

    expect(await change('updateWebhookEndpoint', 'endpoint { disabledAt }', input)).toMatchObject({
      endpoint: { disabledAt: null },
    });
  });
});

describe('closeWebhookEndpoint', () => {
  it('ends an endpoint, and its secrets with it', async () => {
    const { endpoint } = await aMade();
    const input = { endpointId: endpoint.id, idempotencyKey: aKey() };

    expect(await change('closeWebhookEndpoint', 'endpointId', input)).toEqual({
      endpointId: endpoint.id,
      userErrors: [],
    });
    expect(await change('closeWebhookEndpoint', 'endpointId', input)).toEqual({
      endpointId: endpoint.id,
      userErrors: [],
    });
    expect(await change('closeWebhookEndpoint', 'endpointId', { endpointId: endpoint.id })).toMatchObject({
      userErrors: [{ code: 'WEBHOOK_ENDPOINT_NOT_FOUND' }],
    });
    expect(
      (await api.ask('ADMIN', `{ webhookEndpoint(id: "${endpoint.id}") { id } }`)).data.webhookEndpoint,
    ).toBeNull();
    const [id] = idsOf('WebhookEndpoint', endpoint.id);
    const { rowCount } = await db.pool.query('select from webhook_secret where endpoint_id = $1', [id]);
    expect(rowCount).toBe(0);
  });
});

describe('rotateWebhookSecret', () => {
  const rotate = (endpointId: string, overlapHours: number, rest: object = {}) =>
    change('rotateWebhookSecret', 'secret endpoint { keys { publicKey endsAt } }', {
      endpointId,
      overlapHours,
      ...rest,
    });

  it('has the old one sign beside the new one, until it ends', async () => {
    const { endpoint, secret } = await aMade();
    const once = await rotate(endpoint.id, 24);

    expect(once.secret).not.toBe(secret);
    expect(once.endpoint.keys).toMatchObject([{ endsAt: null }, { endsAt: expect.any(String) }]);
    const twice = await rotate(endpoint.id, 24);
    expect(twice.endpoint.keys).toHaveLength(2); // never more
    expect(twice.endpoint.keys[1].publicKey).toBe(once.endpoint.keys[0].publicKey);
    expect((await rotate(endpoint.id, 0)).endpoint.keys).toHaveLength(1);
  });

  it('shows the new one once, and refuses an overlap without end', async () => {
    const { endpoint } = await aMade();
    const idempotencyKey = aKey();

    expect(await rotate(endpoint.id, 1, { idempotencyKey })).toMatchObject({ secret: expect.any(String) });
    expect(await rotate(endpoint.id, 1, { idempotencyKey })).toMatchObject({ secret: null, userErrors: [] });
    expect(await rotate(endpoint.id, 721)).toMatchObject({ userErrors: [{ code: 'OVERLAP_OUT_OF_RANGE' }] });
  });
});

describe('the secret of an endpoint', () => {
  it('stands nowhere: in no log, no audit log, no answer that is kept, and sealed in its own row', async () => {
    const made = await createEndpoint(api, { url: URL }, 'ADMIN');
    const rotated = await change('rotateWebhookSecret', 'secret', { endpointId: made.endpoint.id }, 'ADMIN');
    const { rows: tables } = await db.pool.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    );
    const stored = await Promise.all(
      tables.map(
        async ({ name }) => (await db.pool.query(`select t::text as row from ${name} t`)).rows as { row: string }[],
      ),
    );
    const everything = [...stored.flat().map(({ row }) => row), ...api.logged.map((line) => JSON.stringify(line))];

    for (const secret of [made.secret, rotated.secret] as string[]) {
      const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64');
      for (const form of [secret, secret.slice(6), bytes.toString('hex'), bytes.toString('base64url')])
        expect(everything.filter((row) => row.includes(form))).toEqual([]);
    }
    expect(everything.filter((row) => row.includes('rotateWebhookSecret')).length).toBeGreaterThan(0); // it is entered
  });
});
