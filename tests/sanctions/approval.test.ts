import { beforeAll, describe, expect, it } from 'vitest';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { orders, take } from '../grades/fixtures.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { levelAt, measuresOn, pointsOf } from './kit.ts';

const DAY = 86_400_000;
const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { idOf, impose, approve, reject } = measuresOn(api);
let shop: string;
const removal = (more: Record<string, unknown> = {}) =>
  impose({ subjectId: shop, kind: 'REMOVAL', ground: 'COUNTERFEIT', statement: 'Again.', points: 600, ...more });
const sanctionsMade = async (): Promise<number> => (await db.pool.query('select from sanction')).rowCount!;

beforeAll(async () => {
  await take(db, orders('shop', 40));
  shop = await idOf('merchant', 'shop');
});

describe('what is grave', () => {
  it('is proposed, and nothing happens until another person agrees; then it happens once', async () => {
    const { sanction, proposal, userErrors } = await removal({ note: 'Third time.' });

    expect([sanction, userErrors]).toEqual([null, []]);
    expect(proposal).toMatchObject({
      action: 'IMPOSE_SANCTION',
      state: 'OPEN',
      summary: 'REMOVAL of merchant shop for COUNTERFEIT, and 600 points deducted',
      input: {
        subjectId: shop,
        kind: 'REMOVAL',
        ground: 'COUNTERFEIT',
        statement: 'Again.',
        points: 600,
        endsAt: null,
      },
      note: 'Third time.',
      proposedBy: 'MODERATOR',
      decidedBy: null,
      results: [],
    });
    expect(await levelAt(api, 'shop')).toBe('BBB');
    expect(await approve(proposal.id, 'MODERATOR')).toMatchObject({
      proposal: null,
      userErrors: [{ code: 'SAME_PERSON' }],
    });
    now += 1000;
    const input = { note: 'I agree.', idempotencyKey: 'agree' };
    const [approved, again] = await Promise.all([1, 2].map(() => approve(proposal.id, 'ADMIN', input)));

    expect(again).toEqual(approved);
    expect(approved).toMatchObject({
      userErrors: [],
      proposal: { state: 'APPROVED', decidedBy: 'ADMIN', decisionNote: 'I agree.' },
    });
    const [made] = approved.proposal.results;
    const node = 'query ($id: ID!) { node(id: $id) { ... on Sanction { kind imposedBy approvedBy note imposedAt } } }';
    expect((await api.ask('AUDITOR', node, { id: made })).data.node).toEqual({
      kind: 'REMOVAL',
      imposedBy: 'MODERATOR',
      approvedBy: 'ADMIN',
      note: 'Third time.',
      imposedAt: new Date(now).toISOString(),
    });
    expect(await levelAt(api, 'shop')).toBe('D');
    expect(await pointsOf(db, idsOf('Merchant', shop)[0])).toBe(-600);
    for (const decide of [approve, reject])
      expect(await decide(proposal.id, 'ADMIN')).toMatchObject({ userErrors: [{ code: 'PROPOSAL_DECIDED' }] });
    expect(await sanctionsMade()).toBe(1);
  });

  it('is many points, too, and not few', async () => {
    const many = await impose({ subjectId: shop, kind: 'POINTS_DEDUCTION', points: 501 });
    const few = await impose({ subjectId: shop, kind: 'POINTS_DEDUCTION', points: 500 });

    expect(many).toMatchObject({ sanction: null, proposal: { state: 'OPEN' } });
    expect(few).toMatchObject({ sanction: { points: 500 }, proposal: null });
    expect((await reject(many.proposal.id, 'MODERATOR')).proposal).toMatchObject({ state: 'REJECTED', results: [] });
  });

  it('is proposed once, however often it is sent', async () => {
    const input = { idempotencyKey: 'propose' };
    const first = await removal(input);

    expect(await removal(input)).toEqual(first);
    expect(await removal({ ...input, points: 700 })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    await reject(first.proposal.id);
  });

  it('is not done when it is turned down', async () => {
    const before = await sanctionsMade();
    const { proposal } = await removal();
    const input = { note: 'No proof.', idempotencyKey: 'no' };
    const rejected = await reject(proposal.id, 'ADMIN', input);

    expect(rejected).toMatchObject({
      userErrors: [],
      proposal: { state: 'REJECTED', decidedBy: 'ADMIN', decisionNote: 'No proof.' },
    });
    expect(await reject(proposal.id, 'ADMIN', input)).toEqual(rejected);
    expect(await approve(proposal.id)).toMatchObject({ userErrors: [{ code: 'PROPOSAL_DECIDED' }] });
    expect(await sanctionsMade()).toBe(before);
  });

  it('stays open where it cannot be carried out any more', async () => {
    const { proposal } = await impose({
      subjectId: shop,
      kind: 'RESTRICTION',
      points: 900,
      endsAt: new Date(now + DAY).toISOString(),
    });
    now += 2 * DAY;

    expect(await approve(proposal.id)).toMatchObject({ proposal: null, userErrors: [{ code: 'ENDS_AT_IN_PAST' }] });
    const { data } = await api.ask('AUDITOR', '{ proposals { nodes { id state } } }');
    expect(data.proposals.nodes).toEqual([{ id: proposal.id, state: 'OPEN' }]);
    await reject(proposal.id);
  });

  it('is listed for staff, the last first; and is decided by those who judge', async () => {
    const { proposal } = await removal();
    const list =
      'query ($state: ProposalState) { proposals(first: 2, state: $state) { nodes { id state } pageInfo { hasNextPage } } }';
    const all = (await api.ask('AUDITOR', list, { state: null })).data.proposals;

    expect(all).toMatchObject({ nodes: [{ id: proposal.id }, { state: 'REJECTED' }], pageInfo: { hasNextPage: true } });
    expect((await api.ask('AUDITOR', list, { state: 'APPROVED' })).data.proposals.nodes).toHaveLength(1);
    const nobody = globalId('Proposal', '0199a1b2-0000-7000-8000-000000000001');
    expect(await approve(nobody)).toMatchObject({ userErrors: [{ code: 'PROPOSAL_NOT_FOUND' }] });
    expect(await approve(proposal.id, 'ADMIN', { note: '' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
    for (const asker of [null, ['MERCHANT', 'merchant:shop'], 'PARTNER', 'PLATFORM', 'AUDITOR'] as const) {
      const code = asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect(await approve(proposal.id, asker)).toEqual({ code });
      expect(await reject(proposal.id, asker)).toEqual({ code });
    }
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    for (const asker of [null, ['MERCHANT', 'merchant:shop'], 'PLATFORM'] as const) {
      expect((await api.ask(asker, node, { id: proposal.id })).data).toEqual({ node: null });
      expect((await api.ask(asker, list)).errors).toHaveLength(1);
    }
  });
});
