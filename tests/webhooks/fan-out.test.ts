import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaveNotes } from '../../src/db/notes.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { fanOut } from '../../src/webhooks/fan-out.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anInstallation } from '../kit/installation.ts';
import { mutate } from '../partners/kit.ts';
import { aMerchant, createEndpoint, gradeNote } from './kit.ts';

const db = aDatabase({ poolSize: 20 });
const installation = anInstallation();
const api = anApi(db, {
  installation: { ...installation, webhooks: { ...installation.webhooks, resolve: async () => ['8.8.8.8'] } },
});

/** An endpoint for which all is kept, and nothing sent. */
async function aCollector(): Promise<string> {
  const { endpoint } = await createEndpoint(api, { url: 'https://receiver.example/' });
  await mutate(api, 'PLATFORM', 'updateWebhookEndpoint', 'endpoint { id }', {
    endpointId: endpoint.id,
    isEnabled: false,
  });
  return idsOf('WebhookEndpoint', endpoint.id)[0];
}

/** What was made for an endpoint: by subject, the scores in the order of their places. */
async function collected(endpointId: string): Promise<Map<string, number[]>> {
  const { rows } = await db.pool.query<{ subject: string; score: number }>(
    `select d.subject_id as subject, (m.body::jsonb -> 'data' -> 'after' ->> 'score')::int as score
       from webhook_delivery d join webhook_message m on m.id = d.message_id where d.endpoint_id = $1 order by d.place`,
    [endpointId],
  );
  const bySubject = new Map<string, number[]>();
  for (const { subject, score } of rows) bySubject.set(subject, [...(bySubject.get(subject) ?? []), score]);
  return bySubject;
}

describe('what happens while others write', () => {
  it('is passed on whole, each once, in order for each subject, by several at once', async () => {
    const endpointId = await aCollector();
    const subjects = await Promise.all(Array.from({ length: 3 }, () => aMerchant(db)));
    const aWriter = fc.array(
      fc.record({
        subject: fc.nat(2),
        holdsMs: fc.nat(12),
        isKept: fc.boolean(),
        notes: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(aWriter, { minLength: 2, maxLength: 5 }), async (writers) => {
        await db.pool.query('delete from webhook_delivery');
        const expected = new Map<string, number[]>();
        let score = 0;
        const writing = new AbortController();
        const write = async (steps: (typeof writers)[number]) => {
          for (const { subject: n, holdsMs, isKept, notes } of steps)
            await inTransaction(db.pool, async (tx) => {
              const subject = subjects[n]!;
              await tx.query('', 'select from merchant where id = $1 for update', [subject]);
              const scores = Array.from({ length: notes }, () => ++score);
              await leaveNotes(
                tx,
                Date.now(),
                scores.map((each) => gradeNote(subject, each)),
              );
              await pause(holdsMs);
              if (!isKept) throw new Error('undone');
              expected.set(subject, [...(expected.get(subject) ?? []), ...scores]); // the row is locked until the commit
            }).catch(() => {});
        };
        const passOn = async () => {
          while (!writing.signal.aborted) await fanOut(db.pool, Date.now);
        };
        const passing = [passOn(), passOn()];
        await Promise.all(writers.map(write));
        writing.abort();
        await Promise.all(passing);
        await fanOut(db.pool, Date.now);

        expect(await collected(endpointId)).toEqual(new Map(expected));
      }),
      { numRuns: Number(process.env['WEBHOOK_RUNS'] ?? 6) },
    );
  });
});
