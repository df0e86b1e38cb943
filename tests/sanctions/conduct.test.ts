import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import preset from '../../src/sanctions/presets/conduct.json' with { type: 'json' };
import { orders, take } from '../grades/fixtures.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { measuresOn } from './kit.ts';

const DAY = 86_400_000;
const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { idOf, impose } = measuresOn(api);
const SAVE = `mutation ($input: SaveConductPolicyInput!) { it: saveConductPolicy(input: $input) {
  policy { version document } proposal { id } userErrors { code message field } } }`;
const save = async (input: Record<string, unknown>, asker: Asker = 'ADMIN') => {
  const { data, errors } = await api.ask(asker, SAVE, {
    input: { document: preset, note: 'A test.', idempotencyKey: randomUUID(), ...input },
  });
  return errors ? { code: errors[0]!.extensions['code'] } : data.it;
};
const inForce = async () => (await api.ask(null, '{ conductPolicy { version document } }')).data.conductPolicy;
const stricter = { ...preset, grounds: { ...preset.grounds, SPAM: { ...preset.grounds.SPAM, first: 24 } } };

beforeAll(async () => {
  await take(db, orders('shop', 3));
});

describe('the rules of conduct', () => {
  it('are those that come with the house, for everyone to read', async () => {
    const { version, document } = await inForce();

    expect(version).toBe(1);
    expect(document.grounds).toEqual(preset.grounds);
    expect(document.steps.map(({ at, kind }: { at: number; kind: string }) => [at, kind])).toEqual([
      [12, 'WARNING'],
      [18, 'POINTS_DEDUCTION'],
      [24, 'RESTRICTION'],
      [36, 'SUSPENSION'],
      [48, 'REMOVAL'],
    ]);
  });

  it('can be replaced, once, from a day on; what was decided before keeps what it had', async () => {
    const subjectId = await idOf('merchant', 'shop');
    const spam = { subjectId, kind: 'WARNING', ground: 'SPAM' };
    const before = await impose(spam);
    const input = { document: stricter, activeFrom: new Date(now + DAY).toISOString(), idempotencyKey: 'stricter' };
    const saved = await save(input);

    expect(saved).toMatchObject({ userErrors: [], policy: { version: 2 } });
    expect(await save(input)).toEqual(saved);
    expect(await save({ ...input, document: preset })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect((await inForce()).version).toBe(1);
    now += DAY;
    expect(await inForce()).toEqual(saved.policy);
    const after = await impose(spam);
    expect([before.sanction.strikes, after.sanction.strikes]).toEqual([4, 24]);
    const query =
      'query ($id: ID!) { node(id: $id) { ... on Sanction { strikes statementOfReasons { conductVersion } } } }';
    for (const [{ sanction }, version] of [
      [before, 1],
      [after, 2],
    ] as const) {
      const { node } = (await api.ask('AUDITOR', query, { id: sanction.id })).data;
      expect(node).toEqual({ strikes: sanction.strikes, statementOfReasons: { conductVersion: version } });
    }
  });

  it('are refused with the path of what is wrong', async () => {
    const [first, ...others] = preset.steps;
    expect(await save({ document: { ...preset, steps: [{ ...first, at: 20 }, ...others] } })).toMatchObject({
      policy: null,
      userErrors: [{ code: 'POLICY_INVALID', field: ['steps', '1', 'at'] }],
    });
    expect(await save({ document: 'strict' })).toMatchObject({ userErrors: [{ code: 'POLICY_INVALID' }] });
    expect(await save({ activeFrom: '2020-01-01T00:00:00Z' })).toMatchObject({
      userErrors: [{ code: 'DATE_IN_PAST' }],
    });
    expect(await save({ activeFrom: '2099-01-01T00:00:00Z' })).toMatchObject({
      userErrors: [{ code: 'DATE_TOO_FAR' }],
    });
    expect(await save({ note: '' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
  });

  it('are for admins to replace', async () => {
    for (const asker of [null, ['MERCHANT', 'merchant:shop'], 'PARTNER', 'PLATFORM', 'MODERATOR', 'AUDITOR'] as const)
      expect(await save({}, asker)).toEqual({ code: asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
  });

  it('let one person decide more alone only once another ADMIN agrees', async () => {
    const { secondPerson } = preset;
    const wider = [{ kinds: [] }, { pointsAbove: secondPerson.pointsAbove + 1 }, { reviewsAbove: 10_000 }].map(
      (more) => ({
        ...preset,
        secondPerson: { ...secondPerson, ...more },
      }),
    );
    const made = await Promise.all(wider.map((document) => save({ document })));
    const approve = (asker: Asker) =>
      api.ask(
        asker,
        'mutation ($input: ApproveProposalInput!) { it: approveProposal(input: $input) { userErrors { code } } }',
        {
          input: { proposalId: made[1].proposal.id, note: 'Agreed.', idempotencyKey: randomUUID() },
        },
      );

    for (const { policy, userErrors } of made) expect({ policy, userErrors }).toEqual({ policy: null, userErrors: [] });
    const { version } = await inForce();
    const codes = [];
    for (const asker of ['ADMIN', 'MODERATOR'] as const) codes.push((await approve(asker)).data.it.userErrors[0].code);
    expect(codes).toEqual(['SAME_PERSON', 'ADMIN_NEEDED']);
    expect((await inForce()).version).toBe(version);
    expect((await approve(['ADMIN', 'merchant:carol'])).data.it.userErrors).toEqual([]);
    expect((await inForce()).document.secondPerson).toEqual(wider[1]!.secondPerson);
    expect(await save({})).toMatchObject({ policy: {}, proposal: null }); // narrower again
  });
});
