import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { probabilityOf, type EvidenceRow } from '../../src/detection/evidence.ts';
import { openFindings } from '../../src/integrity/findings.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import type { FactKey } from '../../src/reviews/void.commands.ts';
import { anApi, type Api, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { rowCounts } from '../intake/ingest-kit.ts';
import { keysOf } from '../reviews/void-kit.ts';

const ERRORS = 'userErrors { code message field }';
export const RECEIPT = `id reversedPostings pointsMoved changes { subject { externalId kind }
  before { level exactScore ratingAverage ratingCount } after { level exactScore ratingAverage ratingCount } }`;
const APPEAL = 'id status argument filedAt dueAt decision decidedAt takenBy decidedBy';
const OWN_APPEAL = 'id status argument filedAt dueAt decision decidedAt';
const MUTATIONS = {
  penalizeFakeReviews: `mutation ($input: PenalizeFakeReviewsInput!) { it: penalizeFakeReviews(input: $input) {
    reviews { id externalId status void { ground statement text } } receipt { ${RECEIPT} }
    sanctions { id kind ground points statement subject { externalId } }
    penalty { id decidedBy approvedBy note isDetectedAutomatically } proposal { id summary input proposedBy } ${ERRORS} } }`,
  approveProposal: `mutation ($input: ApproveProposalInput!) { it: approveProposal(input: $input) { proposal { state results } ${ERRORS} } }`,
  fileAppeal: `mutation ($input: FileAppealInput!) { it: fileAppeal(input: $input) { appeal { ${OWN_APPEAL} } ${ERRORS} } }`,
  takeAppeal: `mutation ($input: TakeAppealInput!) { it: takeAppeal(input: $input) { appeal { ${APPEAL} } ${ERRORS} } }`,
  decideAppeal: `mutation ($input: DecideAppealInput!) { it: decideAppeal(input: $input) { appeal { ${APPEAL} } receipt { ${RECEIPT} } ${ERRORS} } }`,
};
const PREVIEW = `query ($reviewIds: [ID!]!, $ground: VoidGround!, $deductPoints: Int, $alsoSanctionMerchant: Boolean) {
  it: previewPenalty(reviewIds: $reviewIds, ground: $ground, deductPoints: $deductPoints, alsoSanctionMerchant: $alsoSanctionMerchant) { ${RECEIPT} } }`;

// oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
export type Given = any;
type Input = Record<string, unknown>;

export const ALICE: Asker = ['MODERATOR', 'merchant:alice'];
export const BOB: Asker = ['MODERATOR', 'merchant:bob'];
export const CAROL: Asker = ['ADMIN', 'merchant:carol'];
export const buyer = (externalId: string): Asker => ['BUYER', `buyer:${externalId}`];
export const merchant = (externalId: string): Asker => ['MERCHANT', `merchant:${externalId}`];

/** Penalties and appeals as people send them, with a note and a key of their own unless given. */
export function casesOn(api: Api, db: Database) {
  const send = async (mutation: keyof typeof MUTATIONS, input: Input, asker: Asker): Promise<Given> => {
    const { data, errors } = await api.ask(asker, MUTATIONS[mutation], {
      input: { idempotencyKey: randomUUID(), ...input },
    });
    return errors ? { code: errors[0]!.extensions['code'], message: errors[0]!.message } : data.it;
  };
  /** The ids of reviews, as the API has them, by the platform's own. */
  const reviewIds = async (externalIds: readonly string[]): Promise<string[]> =>
    (await keysOf(db, externalIds)).map(({ merchantId, id }) => globalId('Review', merchantId, id));
  const penalize = async (externalIds: readonly string[], more: Input = {}, asker: Asker = ALICE): Promise<Given> =>
    send(
      'penalizeFakeReviews',
      { reviewIds: await reviewIds(externalIds), ground: 'FAKE_PURCHASED', note: 'Seen the payments.', ...more },
      asker,
    );
  return {
    send,
    reviewIds,
    penalize,
    approve: (proposalId: string, asker: Asker = BOB): Promise<Given> =>
      send('approveProposal', { proposalId, note: 'So it is.' }, asker),
    preview: async (externalIds: readonly string[], more: Input = {}): Promise<Given> => {
      const variables = { reviewIds: await reviewIds(externalIds), ground: 'FAKE_PURCHASED', ...more };
      const { data, errors } = await api.ask(ALICE, PREVIEW, variables);
      return errors ? { code: errors[0]!.extensions['code'] } : data.it;
    },
    file: (decisionId: string, asker: Asker, more: Input = {}): Promise<Given> =>
      send('fileAppeal', { decisionId, argument: 'I wrote what I saw.', ...more }, asker),
    take: (appealId: string, asker: Asker = BOB): Promise<Given> => send('takeAppeal', { appealId }, asker),
    decide: (appealId: string, outcome = 'OVERTURNED', more: Input = {}, asker: Asker = BOB): Promise<Given> =>
      send('decideAppeal', { appealId, outcome, note: 'The order was real.', ...more }, asker),
  };
}

/**
 * A marketplace with a shop for each of so many tests, `here.shop`, each a minute later than the one before. All are there from the start, which
 * takes less than one by one.
 */
export function aMarketOf(tests: number, stories: (shop: string) => readonly RawEvent[]) {
  const db = aDatabase();
  const here = { shop: '', now: NOW };
  const shops = Array.from({ length: tests }, (_, i) => `s${i}`);
  const api = anApi(db, { clock: () => here.now });
  beforeAll(() => takeEvents(db, shops.flatMap(stories), NOW));
  beforeEach(() => {
    const shop = shops.shift();
    if (shop === undefined) throw new Error('there are more tests than shops: say so to aMarketOf');
    here.shop = shop;
    here.now += 60_000;
  });
  return { db, here, api, cases: casesOn(api, db) };
}

/** The codes by which something was refused; none where it was done. */
export const codesOf = ({ userErrors }: Given): string[] => userErrors.map(({ code }: { code: string }) => code);

/** What a receipt says of one subject. */
export const changeOf = (receipt: { changes: { subject: { externalId: string } }[] }, externalId: string) =>
  receipt.changes.find(({ subject }) => subject.externalId === externalId);

/** Honest orders of a merchant: enough for a grade. */
export const honestOrders = (of: string, count = 14): RawEvent[] =>
  Array.from({ length: count }, (_, i) =>
    eventsOf({
      order: `${of}-${i}`,
      merchant: of,
      product: `p-${of}`,
      placed: 90 - 3 * i,
      ...(i % 2 === 0 && { stars: 4 }),
    }),
  ).flat();

/** Reviews `r-<of>-fake-<i>` of five stars (or so many), each of an author `b-<of>-<i>` of its own. */
export const fakes = (of: string, count: number, stars = 5): RawEvent[] =>
  Array.from({ length: count }, (_, i) =>
    eventsOf({
      order: `${of}-fake-${i}`,
      merchant: of,
      product: `p-${of}`,
      buyer: `b-${of}-${i}`,
      placed: 40 - (i % 20),
      stars,
    }),
  ).flat();
export const fakeIds = (of: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `r-${of}-fake-${i}`);

/** The same event, by another buyer. */
export function withBuyer<Event extends { data: Record<string, unknown> }>(event: Event, name: string): Event {
  return 'buyer' in event.data ? { ...event, data: { ...event.data, buyer: name } } : event;
}

/** Its id in the database, by the platform's own. */
export const idOf = async ({ pool }: Database, type: 'merchant' | 'buyer', externalId: string): Promise<string> =>
  (await pool.query(`select id from ${type} where external_id = $1`, [externalId])).rows[0].id;

/** How many rows each table has, but for the record of who asked for what, in which refusals are too. */
export const rowsOf = async (db: Database): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries(await rowCounts(db)).filter(([table]) => !table.startsWith('audit_')));

const NEAR: EvidenceRow = {
  family: 'TEXT',
  code: 'NEAR_DUPLICATE',
  observed: 0.9,
  expected: 0,
  logLikelihoodRatio: 5,
  detail: {},
};

/** A detector's doubt about each of these reviews. */
export const doubtAbout = (db: Database, reviews: readonly FactKey[], now: number): Promise<unknown> =>
  inTransaction(db.pool, (tx) =>
    openFindings(
      tx,
      reviews.map(({ merchantId, id }) => ({
        merchantId,
        kind: 'REVIEW',
        probability: probabilityOf([NEAR]),
        outcome: 'HELD',
        evidence: [NEAR],
        codes: [NEAR.code],
        voidableIds: [],
        reviewIds: [id],
        orderIds: [],
        heldIds: [],
        ring: null,
      })),
      { now, by: 'SCAN' },
    ),
  );
