import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { keptSince, KEPT_DAYS } from '../../src/webhooks/retention.ts';
import { openWebhooks } from '../../src/webhooks/webhooks.jobs.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { anInstallation } from '../kit/installation.ts';
import { quiet } from '../kit/log.ts';
import { mutate } from '../partners/kit.ts';
import {
  aMerchant,
  aReceiver,
  createEndpoint,
  delivers,
  endpointOf,
  failing,
  gradeNote,
  noted,
  OK,
  QUICK,
  scoresOf,
} from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const installation = anInstallation();
const api = anApi(db, { installation });
const aHook = aReceiver();
const { logged } = delivers(db, installation, { patience: { ...QUICK, forMs: 400 } });
const DAY_MS = 86_400_000;

const change = (name: string, fields: string, input: object) => mutate(api, 'PLATFORM', name, fields, input);

const isWanted = async (): Promise<number> => (await db.pool.query('select from note where is_wanted')).rowCount!;

describe('an endpoint that fails for too long', () => {
  it('is disabled and told so; nothing is lost: all is sent when it is enabled again', async () => {
    const hook = aHook();
    const { endpoint } = await createEndpoint(api, { url: hook.url });
    const merchant = await aMerchant(db);
    hook.answers = failing(500);
    await noted(db, gradeNote(merchant, 1));
    await eventually(async () => (await endpointOf(api, endpoint.id)).disabledAt !== null);
    const disabled = await endpointOf(api, endpoint.id);
    const tries = hook.received.length;

    expect(disabled).toMatchObject({ disabledReason: 'FAILED_FOR_24_HOURS', failingSince: expect.any(String) });
    expect(disabled.deliveries).toMatchObject([
      { status: 'PENDING', nextAttemptAt: null, error: 'HTTP 500', attempts: tries },
    ]);
    expect(JSON.stringify(disabled)).not.toContain('a word of the receiver');
    const [id] = idsOf('WebhookEndpoint', endpoint.id);
    expect(logged).toContainEqual({
      webhookEndpoint: id,
      reason: 'FAILED_FOR_24_HOURS',
      msg: 'a webhook endpoint was disabled',
    });
    await noted(db, gradeNote(merchant, 2), gradeNote(merchant, 3));
    await eventually(async () => (await isWanted()) === 0);
    hook.answers = OK;
    await change('updateWebhookEndpoint', 'endpoint { id }', { endpointId: endpoint.id, isEnabled: true });
    await eventually(() => scoresOf(hook).length === tries + 3);

    expect(scoresOf(hook).slice(tries)).toEqual([1, 2, 3]);
    expect(await endpointOf(api, endpoint.id)).toMatchObject({ disabledAt: null, failures: 0, failingSince: null });
    await change('closeWebhookEndpoint', 'endpointId', { endpointId: endpoint.id });
  });

  it('gets no jobs while it rests, whatever happens meanwhile', async () => {
    const hook = aHook();
    const { endpoint } = await createEndpoint(api, { url: hook.url });
    hook.answers = failing(503);
    const merchants = await Promise.all(Array.from({ length: 30 }, () => aMerchant(db)));
    await noted(db, ...merchants.map((each) => gradeNote(each, 1)));
    await eventually(async () => (await endpointOf(api, endpoint.id)).disabledAt !== null);

    expect(hook.received.length).toBeLessThan(60); // without rests each of the thirty would be tried a dozen times
    await change('closeWebhookEndpoint', 'endpointId', { endpointId: endpoint.id });
  });
});

describe('without an endpoint', () => {
  it('nothing is marked, made or kept, and one that comes later is told of what happens then', async () => {
    const merchant = await aMerchant(db);
    await noted(db, gradeNote(merchant, 1));
    expect(await isWanted()).toBe(0);
    const { rowCount } = await db.pool.query('select from note_interest');

    expect(rowCount).toBe(0); // those of the tests before are deleted
  });
});

describe('what is old', () => {
  const forget = (now: number) =>
    openWebhooks({ pool: db.pool, url: db.url, installation, clock: Date.now, log: quiet })
      .jobs.find(({ name }) => name === 'forget old webhooks')!
      .run(now);
  const count = async (table: string): Promise<number> => (await db.pool.query(`select from ${table}`)).rowCount!;

  it('is forgotten after thirty days, with what is left of endpoints that are no more', async () => {
    const hook = aHook();
    const { endpoint } = await createEndpoint(api, { url: hook.url });
    await noted(db, gradeNote(await aMerchant(db), 1));
    await eventually(() => hook.received.length === 1);
    await forget(Date.now());
    expect(await count('webhook_delivery')).toBe(1); // of the one that there is still
    expect(await count('webhook_endpoint')).toBe(1);
    await forget(Date.now() + (KEPT_DAYS + 1) * DAY_MS);

    expect([await count('webhook_delivery'), await count('webhook_message')]).toEqual([0, 0]);
    expect(await endpointOf(api, endpoint.id)).toMatchObject({ deliveries: [] });
    expect(keptSince(KEPT_DAYS * DAY_MS).getTime()).toBe(0);
    await change('closeWebhookEndpoint', 'endpointId', { endpointId: endpoint.id });
  });

  it('is no longer collected for an endpoint that is disabled for thirty days', async () => {
    const hook = aHook();
    const { endpoint } = await createEndpoint(api, { url: hook.url });
    await change('updateWebhookEndpoint', 'endpoint { id }', { endpointId: endpoint.id, isEnabled: false });
    await noted(db, gradeNote(await aMerchant(db), 1));
    await eventually(async () => (await endpointOf(api, endpoint.id)).deliveries.length === 1);
    await db.pool.query(
      `update webhook_endpoint set disabled_at = now() - interval '31 days' where disabled_at is not null`,
    );
    await forget(Date.now());
    await noted(db, gradeNote(await aMerchant(db), 2));

    expect(await reader(db.pool).query('', 'select kind from note_interest')).toEqual([]);
    expect(await isWanted()).toBe(0);
    expect((await endpointOf(api, endpoint.id)).deliveries).toHaveLength(1);
  });
});
