import fs from 'node:fs';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { anInstallation } from '../kit/installation.ts';
import { aMerchant, delivers, endpointOf, gradeNote, hooksOn, noted, scoresOf } from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const installation = anInstallation();
const api = anApi(db, { installation });
const { aHook, anEndpoint, change, remove } = hooksOn(api);
delivers(db, installation);

describe('rotateWebhookSecret', () => {
  it('has both secrets sign what is sent', async () => {
    const hook = await anEndpoint();
    const { secret } = await change('rotateWebhookSecret', 'secret', { endpointId: hook.id, overlapHours: 1 });
    await noted(db, gradeNote(await aMerchant(db), 1));
    await eventually(() => hook.received.length > 0);
    const { headers, body } = hook.received[0]!;

    expect(headers['webhook-signature']!.split(' ').map((each) => each.split(',')[0])).toEqual([
      'v1',
      'v1a',
      'v1',
      'v1a',
    ]);
    for (const each of [hook.secret, secret]) expect(new Webhook(each).verify(body, headers)).toBeTruthy();
    await remove(hook.id);
  });
});

describe('sendTestEvent', () => {
  it('sends a message that says nothing, once', async () => {
    const hook = await anEndpoint();
    const input = { endpointId: hook.id, idempotencyKey: 'try-it' };
    const first = await change('sendTestEvent', 'delivery { id eventType status }', input);
    await eventually(() => hook.received.length > 0);

    expect(first).toMatchObject({ delivery: { eventType: 'webhook.test', status: 'PENDING' } });
    expect(await change('sendTestEvent', 'delivery { id }', input)).toMatchObject({
      delivery: { id: first.delivery.id },
    });
    expect(hook.received.map(({ json }) => json)).toEqual([
      { type: 'webhook.test', timestamp: expect.any(String), data: { endpointId: hook.id } },
    ]);
    await remove(hook.id);
  });
});

describe('replayWebhookDeliveries', () => {
  it('sends again by time, or from a delivery on, under the same webhook-id', async () => {
    const hook = await anEndpoint();
    const merchant = await aMerchant(db);
    await noted(db, ...[0, 1, 2, 3].map((score) => gradeNote(merchant, score)));
    await eventually(async () => (await endpointOf(api, hook.id, 'DELIVERED')).deliveries.length === 4);
    const { deliveries } = await endpointOf(api, hook.id);
    const replay = (input: object) => change('replayWebhookDeliveries', 'replayed', { endpointId: hook.id, ...input });

    expect(await replay({ from: deliveries[3].createdAt, idempotencyKey: 'again' })).toMatchObject({ replayed: 4 });
    expect(await replay({ from: deliveries[3].createdAt, idempotencyKey: 'again' })).toMatchObject({ replayed: 4 });
    await eventually(() => hook.received.length === 8);
    expect(await replay({ afterDeliveryId: deliveries[2].id })).toMatchObject({ replayed: 2 });
    await eventually(() => hook.received.length === 10);
    expect(await replay({ from: deliveries[3].createdAt, to: '2001-01-01T00:00:00Z' })).toMatchObject({ replayed: 0 });

    expect(scoresOf(hook)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 2, 3]);
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    expect(
      (await endpointOf(api, hook.id)).deliveries.filter(({ isReplay }: { isReplay: boolean }) => isReplay),
    ).toHaveLength(6);
    await remove(hook.id);
  });

  it('wants to know from when on, of a delivery of this endpoint', async () => {
    const [hook, other] = [await anEndpoint(), await anEndpoint()];
    const { delivery } = await change('sendTestEvent', 'delivery { id }', { endpointId: other.id });
    const replay = (input: object) => change('replayWebhookDeliveries', 'replayed', { endpointId: hook.id, ...input });

    expect(await replay({})).toMatchObject({ userErrors: [{ code: 'REPLAY_WITHOUT_START' }] });
    expect(await replay({ afterDeliveryId: delivery.id })).toMatchObject({
      userErrors: [{ code: 'WEBHOOK_DELIVERY_NOT_FOUND' }],
    });
    for (const { id } of [hook, other]) await remove(id);
  });
});

describe('the example of the README', () => {
  it('is a mutation that the API takes', async () => {
    const readme = fs.readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
    const example = readme.split('## Webhooks')[1]!.match(/```graphql\n([\s\S]+?)```/)![1]!;
    const { data, errors } = await api.ask('PLATFORM', example.replace('https://lender.example/hooks', aHook().url));

    expect(errors).toBeUndefined();
    expect(data.createWebhookEndpoint).toMatchObject({
      secret: expect.stringMatching(/^whsec_/),
      endpoint: { keys: [{ publicKey: expect.stringMatching(/^whpk_/) }] },
      userErrors: [],
    });
    await remove(data.createWebhookEndpoint.endpoint.id);
  });
});
