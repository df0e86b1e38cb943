import { beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { openFindings } from '../../src/integrity/findings.ts';
import { suspicionsOf } from '../integrity/integrity-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { buyer, casesOn, fakeIds, fakes } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const cases = casesOn(api, db);
const ids = fakeIds('s', 3);

beforeAll(async () => {
  await takeEvents(db, fakes('s', 3), NOW);
  await db.pool.query('truncate suspicion, suspicion_review, suspicion_evidence'); // of the intake: a ring's alone is looked at
  const keys = await keysOf(db, ids);
  await inTransaction(db.pool, (tx) =>
    openFindings(
      tx,
      [
        {
          merchantId: keys[0]!.merchantId,
          kind: 'RING',
          probability: 0.9,
          outcome: 'COUNTED',
          evidence: [
            { family: 'GRAPH', code: 'CO_REVIEW', observed: 3, expected: 0, logLikelihoodRatio: 5, detail: {} },
          ],
          codes: ['CO_REVIEW'],
          reviewIds: keys.map(({ id }) => id),
          orderIds: [],
          heldIds: [],
          ring: { id: keys[0]!.id, members: [], targets: [keys[0]!.merchantId], density: 1 },
        },
      ],
      { now: NOW, by: 'SCAN' },
    ),
  );
});

/** The ring's suspicion. */
const ring = async () => (await suspicionsOf(api, { status: null })).find(({ kind }) => kind === 'RING')!;

it('leaves its other reviews in the queue, until they are judged too, and again when one is given back', async () => {
  await cases.penalize(ids.slice(0, 2));
  expect(await ring()).toMatchObject({ status: 'OPEN', reviews: [{}, {}, {}] });
  await cases.penalize(ids.slice(2));
  expect(await ring()).toMatchObject({ status: 'CONFIRMED' });

  const [last] = await cases.reviewIds(ids.slice(2));
  await cases.decide((await cases.file(last!, buyer('b-s-2'))).appeal.id);
  const { id, status } = await ring();
  expect(status).toBe('OPEN');

  const document = `mutation ($id: ID!) { dismissSuspicion(input: { suspicionId: $id, note: "the last one is honest", idempotencyKey: "d" }) {
    suspicion { status } userErrors { code } } }`;
  expect((await api.ask('ADMIN', document, { id })).data.dismissSuspicion).toEqual({
    suspicion: { status: 'DISMISSED' },
    userErrors: [],
  });
  const { data } = await api.ask('ADMIN', '{ evidencePrecision { code confirmed dismissed } }');
  expect(data.evidencePrecision).toContainEqual({ code: 'CO_REVIEW', confirmed: 1, dismissed: 0 }); // two of them were fakes
});
