import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { probabilityOf, type EvidenceRow } from '../../src/detection/evidence.ts';
import { openFindings } from '../../src/integrity/findings.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import type { Api, Asker } from '../kit/api.ts';
import { eventsOf, type RawEvent } from '../kit/events.ts';
import { ALICE, RECEIPT, type Given } from './kit.ts';

const PENALIZE = `mutation ($input: PenalizeBrushingInput!) { it: penalizeBrushing(input: $input) {
  orders { id externalId void { ground statement at } } reviews { externalId status void { ground } } receipt { ${RECEIPT} }
  sanctions { id kind ground points statement subject { externalId } orders { nodes { externalId } } }
  penalty { id ground orders reviews hasMeasures isDetectedAutomatically decidedBy approvedBy voidedOrders { nodes { externalId } } }
  proposal { id action summary input } userErrors { code message field } } }`;
const PREVIEW = `query ($orderIds: [ID!], $suspicionId: ID, $deductPoints: Int, $alsoSanctionMerchant: Boolean) {
  it: previewBrushingPenalty(orderIds: $orderIds, suspicionId: $suspicionId, deductPoints: $deductPoints, alsoSanctionMerchant: $alsoSanctionMerchant) { ${RECEIPT} } }`;

type Input = Record<string, unknown>;

/** Penalties for brushing as people send them, with a note and a key of their own unless given. */
export function brushingOn(api: Api, db: Database) {
  const orderIds = async (externalIds: readonly string[]): Promise<string[]> => {
    const { rows } = await db.pool.query<{ merchantId: string; id: string }>(
      `select merchant_id as "merchantId", id from unnest($1::text[]) with ordinality as asked (external_id, place)
         join "order" using (external_id) order by place`,
      [externalIds],
    );
    return rows.map(({ merchantId, id }) => globalId('Order', merchantId, id));
  };
  const named = async (of: readonly string[] | null): Promise<Input> => (of ? { orderIds: await orderIds(of) } : {});
  const asked = async (asker: Asker, query: string, variables: Input): Promise<Given> => {
    const { data, errors } = await api.ask(asker, query, variables);
    return errors ? { code: errors[0]!.extensions['code'], message: errors[0]!.message } : data.it;
  };
  return {
    orderIds,
    /** By the platform's own ids; null: what `more` says. */
    penalize: async (of: readonly string[] | null, more: Input = {}, asker: Asker = ALICE): Promise<Given> => {
      const input = { note: 'Empty parcels.', idempotencyKey: randomUUID(), ...(await named(of)), ...more };
      return asked(asker, PENALIZE, { input });
    },
    preview: async (of: readonly string[] | null, more: Input = {}, asker: Asker = ALICE): Promise<Given> =>
      asked(asker, PREVIEW, { ...(await named(of)), ...more }),
  };
}

/** Orders `<of>-brushed-<i>` of a shop with itself, by two accounts; every second has a review of five stars. */
export const brushed = (of: string, count: number): RawEvent[] =>
  Array.from({ length: count }, (_, i) =>
    eventsOf({
      order: `${of}-brushed-${i}`,
      merchant: of,
      product: `p-${of}`,
      buyer: `b-${of}-own-${i % 2}`,
      placed: 60 - 2 * (i % 20),
      ...(i % 2 === 0 && { stars: 5 }),
    }),
  ).flat();
export const brushedIds = (of: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${of}-brushed-${i}`);

const ROW: EvidenceRow = {
  family: 'BEHAVIOUR',
  code: 'NO_CARRIER',
  observed: 1,
  expected: 0,
  logLikelihoodRatio: 6,
  detail: {},
};

/** A detector's doubt about these orders and their reviews; its id as the API has it. */
export async function doubtAboutOrders(db: Database, externalIds: readonly string[], now: number): Promise<string> {
  const { rows } = await db.pool.query<{ merchantId: string; id: string; reviewId: string | null }>(
    `select o.merchant_id as "merchantId", o.id, r.id as "reviewId" from "order" o
       left join review r on r.merchant_id = o.merchant_id and r.order_id = o.id where o.external_id = any($1::text[]) order by o.id`,
    [externalIds],
  );
  const [found] = await inTransaction(db.pool, (tx) =>
    openFindings(
      tx,
      [
        {
          merchantId: rows[0]!.merchantId,
          kind: 'BRUSHING',
          probability: probabilityOf([ROW]),
          outcome: 'HELD',
          evidence: [ROW],
          codes: [ROW.code],
          reviewIds: rows.flatMap(({ reviewId }) => reviewId ?? []),
          orderIds: rows.map(({ id }) => id),
          heldIds: [],
          ring: null,
        },
      ],
      { now, by: 'SCAN' },
    ),
  );
  return globalId('Suspicion', rows[0]!.merchantId, found!.id);
}
