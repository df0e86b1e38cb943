import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { permissions } from '../../src/graphql/schema.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { minimalMutations } from '../access/documents.ts';
import { aKey, mutate } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const FREEZE =
  'freeze { ground note frozenBy frozenAt unfrozenAt unfrozenBy unfreezeNote subject { externalId kind } }';
const freeze = (subjectId: string, more: object = {}, asker: Asker = 'MODERATOR') =>
  mutate(api, asker, 'freezeSubject', FREEZE, { subjectId, ground: 'FRAUD_SUSPECTED', ...more });
const unfreeze = (subjectId: string, more: object = {}, asker: Asker = 'ADMIN') =>
  mutate(api, asker, 'unfreezeSubject', FREEZE, { subjectId, ...more });

let ids: { merchant: string; buyer: string; product: string };
beforeAll(async () => {
  await takeEvents(db, eventsOf({ order: 'o-1', merchant: 'm-1', buyer: 'b-1', product: 'p-1', placed: 9, stars: 5 }));
  const { data } = await api.ask(
    'ADMIN',
    '{ merchant(externalId: "m-1") { id } buyer(externalId: "b-1") { id } product(externalId: "p-1") { id } }',
  );
  ids = { merchant: data.merchant.id, buyer: data.buyer.id, product: data.product.id };
});
beforeEach(() => db.pool.query('delete from account_freeze'));

const HOLDERS = [
  ['merchant', ['MERCHANT', 'merchant:m-1']],
  ['buyer', ['BUYER', 'buyer:b-1']],
] as const;

describe.each(HOLDERS)('a frozen %s', (kind, asker) => {
  it('reads what is its own, and is told why it is frozen but not what staff noted', async () => {
    const { freeze: frozen, userErrors } = await freeze(ids[kind]);
    expect(userErrors).toEqual([]);
    expect(frozen).toMatchObject({
      ground: 'FRAUD_SUSPECTED',
      note: 'a test',
      frozenBy: 'MODERATOR',
      frozenAt: new Date(NOW).toISOString(),
      unfrozenAt: null,
      subject: { externalId: kind === 'merchant' ? 'm-1' : 'b-1' },
    });

    const OWN = '{ viewer { subject { externalId } freeze { ground frozenAt unfrozenAt subject { externalId } } } }';
    expect((await api.ask(asker, OWN)).data.viewer).toMatchObject({
      subject: { externalId: kind === 'merchant' ? 'm-1' : 'b-1' },
      freeze: { ground: 'FRAUD_SUSPECTED', unfrozenAt: null },
    });
    const { errors } = await api.ask(asker, '{ viewer { freeze { note } } }');
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    const grade = `{ ${kind}(id: "${ids[kind]}") { grade { exactScore level } } }`;
    expect((await api.ask(asker, grade)).errors).toBeUndefined();
  });

  it('changes nothing: every mutation that is open to it is refused, but for an appeal, and open again when it is free', async () => {
    await freeze(ids[kind]);
    const role = asker[0];
    const actor = { role, name: role, subject: { kind: role, externalId: 'x', id: 'x' } } as const;
    const documents = minimalMutations((name) => permissions['Mutation']![name]!.allows(actor, {}));
    expect(Object.keys(documents)).toContain(kind === 'buyer' ? 'submitReview' : 'replyToReview');

    for (const [name, { query, variables }] of Object.entries(documents)) {
      const { data, errors } = await api.ask(asker, query, variables);
      const code = errors?.[0]?.extensions['code'];
      if (name === 'fileAppeal') expect(code).not.toBe('ACCOUNT_FROZEN');
      else expect([name, data ?? null, code]).toEqual([name, null, 'ACCOUNT_FROZEN']);
    }
    await unfreeze(ids[kind]);
    for (const { query, variables } of Object.values(documents)) {
      const { errors } = await api.ask(asker, query, variables);
      expect(errors?.map(({ extensions }) => extensions['code']) ?? []).not.toContain('ACCOUNT_FROZEN');
    }
  });

  it('is frozen and freed once, however often that is sent', async () => {
    const key = { idempotencyKey: aKey() };
    const first = await freeze(ids[kind], key);
    expect(await freeze(ids[kind], key)).toEqual(first);
    expect(await freeze(ids[kind])).toMatchObject({ freeze: null, userErrors: [{ code: 'ALREADY_FROZEN' }] });
    expect(await freeze(ids[kind], { ...key, ground: 'BY_LAW' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });

    const freed = await unfreeze(ids[kind], key);
    expect(freed.freeze).toMatchObject({ unfrozenBy: 'ADMIN', unfreezeNote: 'a test', ground: 'FRAUD_SUSPECTED' });
    expect(await unfreeze(ids[kind], key)).toEqual(freed);
    expect(await unfreeze(ids[kind])).toMatchObject({ freeze: null, userErrors: [{ code: 'NOT_FROZEN' }] });
    expect((await freeze(ids[kind])).userErrors).toEqual([]);
  });
});

describe('freezing', () => {
  it('twice at the same moment freezes once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => freeze(ids.merchant)));

    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  });

  it('is listed for staff while it lasts', async () => {
    await freeze(ids.merchant);
    const LIST = '{ frozenAccounts { nodes { ground note subject { externalId } } } }';

    expect((await api.ask('AUDITOR', LIST)).data.frozenAccounts.nodes).toEqual([
      { ground: 'FRAUD_SUSPECTED', note: 'a test', subject: { externalId: 'm-1' } },
    ]);
    await unfreeze(ids.merchant);
    expect((await api.ask('AUDITOR', LIST)).data.frozenAccounts.nodes).toEqual([]);
  });

  it('of one leaves all others as they are', async () => {
    await freeze(ids.merchant);

    expect((await api.ask(['BUYER', 'buyer:b-1'], '{ viewer { freeze { ground } } }')).data.viewer.freeze).toBeNull();
    expect((await api.ask('MODERATOR', '{ viewer { freeze { ground } } }')).data.viewer.freeze).toBeNull();
  });

  it('is refused for what has no account, or is not there, or without a word', async () => {
    const nobody = globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001');
    expect(await freeze(ids.product)).toMatchObject({ userErrors: [{ code: 'SUBJECT_WITHOUT_ACCOUNT' }] });
    expect(await freeze(nobody)).toMatchObject({ userErrors: [{ code: 'SUBJECT_NOT_FOUND', field: ['subjectId'] }] });
    expect(await unfreeze(nobody)).toMatchObject({ userErrors: [{ code: 'SUBJECT_NOT_FOUND' }] });
    expect(await freeze('x')).toMatchObject({ userErrors: [{ code: 'ID_INVALID' }] });
    expect(await freeze(ids.buyer, { note: '' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
  });

  it('is for moderators and admins, and seen by staff', async () => {
    for (const asker of [
      'PARTNER',
      'PLATFORM',
      'AUDITOR',
      ['MERCHANT', 'merchant:m-1'],
      ['BUYER', 'buyer:b-1'],
    ] as const) {
      expect(await freeze(ids.buyer, {}, asker)).toEqual({ code: 'FORBIDDEN' });
      expect(await unfreeze(ids.buyer, {}, asker)).toEqual({ code: 'FORBIDDEN' });
    }
    const list = await api.ask('PLATFORM', '{ frozenAccounts { nodes { ground } } }');
    expect(list.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
