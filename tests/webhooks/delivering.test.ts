import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { leaveNotes } from '../../src/db/notes.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { anInstallation } from '../kit/installation.ts';
import { aMerchant, delivers, endpointOf, failing, gradeNote, HANGING, hooksOn, noted, OK, scoresOf } from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const installation = anInstallation();
const api = anApi(db, { installation });
const { anEndpoint, change, remove } = hooksOn(api);
const { logged } = delivers(db, installation);

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The first time that each was taken: what comes again afterwards does no harm. */
const distinct = (scores: readonly number[]): number[] => [...new Set(scores)];

describe('an endpoint', () => {
  it('is told what happens from its making on, so that the reference library believes it', async () => {
    const merchant = await aMerchant(db);
    await noted(db, gradeNote(merchant, 1));
    const hook = await anEndpoint();
    await noted(db, gradeNote(merchant, 2));
    await eventually(() => hook.received.length > 0);
    const [{ headers, body }] = hook.received as [(typeof hook.received)[0]];

    expect(new Webhook(hook.secret).verify(body, headers)).toEqual({
      type: 'grade.changed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: {
        subject: { kind: 'MERCHANT', id: expect.any(String), externalId: expect.stringMatching(/^s-/) },
        before: { level: 'A', score: 1 },
        after: { level: 'B', score: 2 },
        cause: 'FACTS',
        policy: null,
        reasons: ['LATE'],
      },
    });
    await eventually(async () => (await endpointOf(api, hook.id, 'DELIVERED')).deliveries.length === 1); // written down after it was taken
    const { deliveries } = await endpointOf(api, hook.id);
    expect(deliveries).toMatchObject([
      {
        status: 'DELIVERED',
        webhookId: headers['webhook-id'],
        eventType: 'grade.changed',
        attempts: 1,
        responseStatus: 204,
        error: null,
        nextAttemptAt: null,
        isReplay: false,
      },
    ]);
    await remove(hook.id);
  });

  it('is told what it asked for and nothing else', async () => {
    const [products, sanctions, both] = [
      await anEndpoint({ subjectKinds: ['PRODUCT'] }),
      await anEndpoint({ eventTypes: ['sanction.imposed'] }),
      await anEndpoint({ eventTypes: ['grade.changed', 'suspicion.opened'], subjectKinds: ['MERCHANT', 'PRODUCT'] }),
    ];
    const merchant = await aMerchant(db);
    await noted(
      db,
      gradeNote(merchant, 1),
      { subjectId: merchant, kind: 'suspicion.opened', payload: { suspicionId: merchant, merchantId: merchant } },
      { subjectId: merchant, kind: 'order.shipped', payload: {} },
    );
    await eventually(() => both.received.length === 2);

    expect(both.received.map(({ json }) => json.type)).toEqual(['grade.changed', 'suspicion.opened']);
    expect([...products.received, ...sanctions.received]).toEqual([]);
    for (const { id } of [products, sanctions, both]) await remove(id);
  });

  it('is told nothing of what was rolled back', async () => {
    const hook = await anEndpoint();
    const merchant = await aMerchant(db);
    await inTransaction(db.pool, async (tx) => {
      await leaveNotes(tx, Date.now(), [gradeNote(merchant, 1)]);
      throw new Error('no');
    }).catch(() => {});
    await noted(db, gradeNote(merchant, 2));
    await eventually(() => hook.received.length > 0);

    expect(scoresOf(hook)).toEqual([2]);
    await remove(hook.id);
  });

  it('is told in order for each subject, whatever it answers, and of all of it', async () => {
    const hook = await anEndpoint();
    const merchants = await Promise.all(range(4).map(() => aMerchant(db)));
    let answers = 0;
    hook.answers = (...asked) => (++answers % 3 === 1 ? failing(answers % 2 ? 500 : 429)(...asked) : OK(...asked));
    for (const score of range(8)) await noted(db, ...merchants.map((id) => gradeNote(id, score)));
    await eventually(async () => (await endpointOf(api, hook.id, 'DELIVERED')).deliveries.length === 32);
    const bySubject = Map.groupBy(hook.received, ({ json }) => json.data.subject.id);

    expect(bySubject.size).toBe(4);
    for (const received of bySubject.values())
      expect(distinct(received.map(({ json }) => json.data.after.score))).toEqual(range(8));
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(32);
    await remove(hook.id);
  });

  it.each([
    ['500', failing(500), 'HTTP 500'],
    ['301, which is not followed', failing(301, { location: 'http://127.0.0.1:1/elsewhere' }), 'HTTP 301'],
    ['nothing', HANGING, 'TIMEOUT'],
    ['a broken connection', (request: { socket: { destroy(): void } }) => request.socket.destroy(), 'ECONNRESET'],
  ] as const)(
    'is tried again, in order and with what follows waiting, while it answers %s',
    async (_, answer, error) => {
      const hook = await anEndpoint();
      const merchant = await aMerchant(db);
      hook.answers = answer;
      await noted(db, gradeNote(merchant, 1), gradeNote(merchant, 2));
      await eventually(async () => {
        const { deliveries } = await endpointOf(api, hook.id);
        return deliveries.length === 2 && deliveries[1].attempts >= 2;
      });
      expect((await endpointOf(api, hook.id)).deliveries).toMatchObject([
        { status: 'PENDING', attempts: 0, error: null },
        { status: 'PENDING', error, nextAttemptAt: expect.any(String), endedAt: null },
      ]);
      hook.answers = OK;
      await eventually(async () => (await endpointOf(api, hook.id, 'DELIVERED')).deliveries.length === 2);

      expect(distinct(scoresOf(hook))).toEqual([1, 2]);
      const firsts = hook.received.filter(({ json }) => json.data.after.score === 1);
      expect(new Set(firsts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(await endpointOf(api, hook.id)).toMatchObject({ failures: 0, failingSince: null, disabledAt: null });
      await remove(hook.id);
    },
  );

  it('that answers without end costs neither time nor memory', async () => {
    const hook = await anEndpoint();
    const merchant = await aMerchant(db);
    const endless: ServerResponse[] = [];
    const chunk = Buffer.alloc(65_536, 'x');
    let sent = 0;
    hook.answers = (_, response) => {
      endless.push(response.writeHead(200));
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    };
    await noted(db, gradeNote(merchant, 1), gradeNote(merchant, 2));
    await eventually(() => scoresOf(hook).length === 2 && endless.every(({ destroyed }) => destroyed));

    expect(scoresOf(hook)).toEqual([1, 2]);
    expect(sent).toBeLessThan(20e6); // what fits into the buffers of two connections
    await remove(hook.id);
  });

  it('that hangs keeps no other waiting', async () => {
    const hanging = await Promise.all(range(3).map(() => anEndpoint()));
    const well = await anEndpoint();
    const merchants = await Promise.all(range(20).map(() => aMerchant(db)));
    for (const hook of hanging) hook.answers = HANGING;
    const began = performance.now();
    await noted(db, ...merchants.map((id) => gradeNote(id, 1)));
    await eventually(() => scoresOf(well).length === 20);

    expect(performance.now() - began).toBeLessThan(6_000); // at 200 ms each, sixty in a row would take twelve seconds
    for (const { id } of [...hanging, well]) await remove(id);
  });

  it('that answers 410 is disabled at once, and has what waits when it is enabled again', async () => {
    const hook = await anEndpoint();
    const merchant = await aMerchant(db);
    hook.answers = failing(410);
    await noted(db, gradeNote(merchant, 1));
    await eventually(async () => (await endpointOf(api, hook.id)).disabledReason === 'GONE');
    await noted(db, gradeNote(merchant, 2));
    await eventually(async () => (await endpointOf(api, hook.id)).deliveries.length === 2);
    const [id] = idsOf('WebhookEndpoint', hook.id);
    const { rows } = await db.pool.query(
      `select operation, actor, details from audit_event where operation = 'webhook.endpoint.disabled' and $1 = any(subjects)`,
      [`WebhookEndpoint:${id}`],
    );

    expect(scoresOf(hook)).toEqual([1]);
    expect(rows).toEqual([{ operation: 'webhook.endpoint.disabled', actor: 'HOUSE', details: { reason: 'GONE' } }]);
    expect(logged).toContainEqual({ webhookEndpoint: id, reason: 'GONE', msg: 'a webhook endpoint was disabled' });
    expect(await change('sendTestEvent', 'delivery { id }', { endpointId: hook.id })).toMatchObject({
      userErrors: [{ code: 'WEBHOOK_ENDPOINT_DISABLED' }],
    });
    hook.answers = OK;
    await change('updateWebhookEndpoint', 'endpoint { id }', { endpointId: hook.id, isEnabled: true });
    await eventually(async () => (await endpointOf(api, hook.id, 'DELIVERED')).deliveries.length === 2);
    expect(scoresOf(hook)).toEqual([1, 1, 2]);
    await remove(hook.id);
  });

  it('whose name leads nowhere good any more is not called', async () => {
    const hook = await anEndpoint();
    const [id] = idsOf('WebhookEndpoint', hook.id);
    await db.pool.query(`update webhook_endpoint set url = 'https://10.0.0.1/' where id = $1`, [id]);
    await noted(db, gradeNote(await aMerchant(db), 1));
    await eventually(async () => (await endpointOf(api, hook.id)).deliveries[0]?.attempts > 0);

    expect((await endpointOf(api, hook.id)).deliveries).toMatchObject([
      { error: 'ADDRESS_NOT_PUBLIC', responseStatus: null },
    ]);
    expect(hook.received).toEqual([]);
    await remove(hook.id);
  });

  it('whose secret cannot be read any more is disabled, and told so', async () => {
    const hook = await anEndpoint();
    const [id] = idsOf('WebhookEndpoint', hook.id);
    await db.pool.query(
      `update webhook_secret set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where endpoint_id = $1`,
      [id],
    );
    await noted(db, gradeNote(await aMerchant(db), 1));
    await eventually(async () => (await endpointOf(api, hook.id)).disabledReason === 'SECRET_UNREADABLE');

    expect(hook.received).toEqual([]);
    const { secret } = await change('rotateWebhookSecret', 'secret', { endpointId: hook.id, overlapHours: 0 });
    await change('updateWebhookEndpoint', 'endpoint { id }', { endpointId: hook.id, isEnabled: true });
    await eventually(() => hook.received.length === 1);
    expect(new Webhook(secret).verify(hook.received[0]!.body, hook.received[0]!.headers)).toBeTruthy();
    await remove(hook.id);
  });
});
