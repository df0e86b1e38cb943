import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { forgetRecentPolicies } from '../../src/grades/policies.loaders.ts';
import { changesOn, DAY, differences, rulesWith, type Changed } from './policy-kit.ts';
import { orders, retraction, take } from './fixtures.ts';

const GRADE = `query ($policy: String) { merchant(externalId: "m-1") { grade(policy: $policy) { score policy { version } } } }`;
const POLICIES = `{ policies(subjectKind: MERCHANT) { key active { version } versions {
  version state note changes { path text } steps { kind actor note activeFrom } } } }`;

/** A subject tells one administrator from another, as a name would. */
const ALICE = ['ADMIN', 'merchant:alice'] as const;

const iso = (at: number) => new Date(at).toISOString();
const codesOf = ({ userErrors }: Changed) => userErrors.map(({ code }) => code);

describe('activatePolicy', () => {
  const db = aDatabase();
  let now = NOW;
  const api = anApi(db, { clock: () => now });
  const { save, activate, shadow } = changesOn(api);
  const inForce = async (policy?: string) => {
    forgetRecentPolicies(db.pool);
    const { data, errors } = await api.ask('MODERATOR', GRADE, { policy });
    return errors?.[0]?.extensions['code'] ?? data.merchant.grade;
  };

  beforeEach(async () => {
    now = NOW;
    await take(db, orders('m-1', 12));
  });
  afterEach(async () => {
    const found = await differences(db, now);
    if (found.length > 0) throw new Error(found.join('\n'));
    await emptied(db);
    forgetRecentPolicies(db.pool);
  });

  it('puts a draft in force, and grades by it from then on', async () => {
    const before = await inForce();
    expect((await save(rulesWith({ badWeight: 2, prior: { k: 5, p0: 0.9 } }))).version).toMatchObject({
      version: 2,
      state: 'DRAFT',
      activeFrom: null,
    });

    const { version, userErrors } = await activate(2);

    expect(userErrors).toEqual([]);
    expect(version).toMatchObject({ version: 2, state: 'IN_FORCE', activeFrom: iso(NOW), activeUntil: null });
    const after = await inForce();
    expect(after.policy.version).toBe(2);
    expect(after.score).toBeGreaterThan(before.score);
  });

  it('goes back to an earlier version the same way, with what has happened meanwhile', async () => {
    await save(rulesWith({ prior: { k: 5, p0: 0.9 } }));
    const first = await inForce();
    await activate(2);
    now = NOW + DAY;
    await take(db, [retraction('m-1-o0', 0)], now);

    expect((await activate(1)).version).toMatchObject({ state: 'IN_FORCE', activeFrom: iso(now) });
    expect((await inForce()).policy.version).toBe(1);
    expect((await inForce()).score).not.toBe(first.score);
    expect((await inForce('default@2')).policy.version).toBe(2); // what it said can still be asked for
  });

  it('announces a version for later; the other serves until then, and both keep their standings', async () => {
    await save(rulesWith({ prior: { k: 5, p0: 0.9 } }));
    const from = NOW + 3 * DAY;

    expect((await activate(2, { from: iso(from) })).version).toMatchObject({
      state: 'ANNOUNCED',
      activeFrom: iso(from),
    });
    await take(db, orders('m-2', 12));

    expect((await inForce()).policy.version).toBe(1);
    expect((await inForce('default@2')).policy.version).toBe(2); // how one will stand
    now = from - 1;
    expect((await inForce()).policy.version).toBe(1);
    now = from;
    expect((await inForce()).policy.version).toBe(2);
  });

  it('takes back what is announced when the version in force is activated', async () => {
    await save(rulesWith({ badWeight: 2 }));
    await activate(2, { from: iso(NOW + 3 * DAY) });

    expect((await activate(1)).version).toMatchObject({ state: 'IN_FORCE', activeUntil: null });

    now = NOW + 4 * DAY;
    expect((await inForce()).policy.version).toBe(1);
    expect((await activate(2)).version).toMatchObject({ state: 'IN_FORCE', activeFrom: iso(now) });
  });

  it('takes back what is proposed, too', async () => {
    await save(rulesWith({ approval: { persons: 2 } }));
    expect((await activate(2)).version).toMatchObject({ state: 'PROPOSED' });

    expect((await activate(1)).version).toMatchObject({ state: 'IN_FORCE', activeUntil: null });

    expect(codesOf(await activate(1))).toEqual(['ALREADY_ACTIVE']); // nothing is left to be taken back
    expect((await activate(2, {}, ALICE)).version).toMatchObject({ state: 'PROPOSED' }); // ALICE agrees to nothing by it
  });

  it('asks for a second person where the rules do', async () => {
    await save(rulesWith({ approval: { persons: 2 } }));
    const from = iso(NOW + DAY);

    expect((await activate(2, { from })).version).toMatchObject({ state: 'PROPOSED', activeFrom: null });
    expect(codesOf(await activate(2, { from }))).toEqual(['SAME_PERSON']);
    expect(codesOf(await activate(2, { from: iso(NOW + 2 * DAY) }, ALICE))).toEqual(['PROPOSAL_DIFFERS']);
    expect((await inForce()).policy.version).toBe(1);
    expect((await activate(2, {}, ALICE)).version).toMatchObject({ state: 'ANNOUNCED', activeFrom: from });
  });

  it('lets no version free itself of the second person that the one in force asks for', async () => {
    await save(rulesWith({ approval: { persons: 2 } }));
    await activate(2);
    await activate(2, {}, ALICE);
    await save(rulesWith({ approval: { persons: 1 } }));

    expect((await activate(3)).version?.state).toBe('PROPOSED');
    expect((await activate(3, {}, ALICE)).version?.state).toBe('IN_FORCE');
  });

  it('takes a proposal whose date has passed for none', async () => {
    await save(rulesWith({ approval: { persons: 2 } }));
    await activate(2, { from: iso(NOW + DAY) });
    now = NOW + 2 * DAY;

    expect((await activate(2, {}, ALICE)).version?.state).toBe('PROPOSED');
    expect((await activate(2)).version?.state).toBe('IN_FORCE');
  });

  it('keeps the notice that the rules demand', async () => {
    await save(rulesWith({ noticeDays: 15 }));

    expect(codesOf(await activate(2, { from: iso(NOW + 14 * DAY) }))).toEqual(['NOTICE_TOO_SHORT']);
    expect((await activate(2)).version).toMatchObject({ state: 'ANNOUNCED', activeFrom: iso(NOW + 15 * DAY) });
  });

  it.each([
    ['what is in force', 1, {}, 'ALREADY_ACTIVE'],
    ['what is not there', 7, {}, 'POLICY_UNKNOWN'],
    ['another kind’s version', 2, { subjectKind: 'BUYER' }, 'POLICY_UNKNOWN'],
    ['an unknown key', 1, { key: 'nonesuch' }, 'POLICY_UNKNOWN'],
    ['a date in the past', 2, { from: iso(NOW - DAY) }, 'DATE_IN_PAST'],
    ['a date beyond three years', 2, { from: iso(NOW + 4000 * DAY) }, 'DATE_TOO_FAR'],
    ['no reason', 2, { note: ' ' }, 'NOTE_MISSING'],
  ])('refuses %s', async (_, version, more, code) => {
    await save(rulesWith({ badWeight: 2 }));

    expect(codesOf(await activate(version, more))).toEqual([code]);
    expect((await inForce()).policy.version).toBe(1);
  });

  it('refuses validities that would overlap, and a second activation', async () => {
    await save(rulesWith({ badWeight: 2 }));
    await save(rulesWith({ badWeight: 3 }));
    await activate(2, { from: iso(NOW + 5 * DAY) });

    expect(codesOf(await activate(2, { from: iso(NOW + 6 * DAY) }))).toEqual(['ALREADY_ACTIVE']);
    expect(codesOf(await activate(3))).toEqual(['VALIDITY_OVERLAPS']);
    expect(codesOf(await activate(3, { from: iso(NOW + 5 * DAY) }))).toEqual(['VALIDITY_OVERLAPS']);
    expect((await activate(3, { from: iso(NOW + 6 * DAY) })).version?.state).toBe('ANNOUNCED');
    const versionsAt = async (days: number) => {
      now = NOW + days * DAY;
      return (await inForce()).policy.version;
    };
    expect([await versionsAt(4), await versionsAt(5), await versionsAt(6)]).toEqual([1, 2, 3]);
  });

  it('does it once, however often it is sent, and by however many at once', async () => {
    await save(rulesWith({ badWeight: 2 }));

    const answers = await Promise.all([1, 2, 3].map(() => activate(2, { idempotencyKey: 'once' })));
    const others = await Promise.all([1, 2, 3].map(() => activate(2)));

    expect(answers.map(({ version }) => version?.activeFrom)).toEqual([iso(NOW), iso(NOW), iso(NOW)]);
    expect(others.flatMap(codesOf)).toEqual(['ALREADY_ACTIVE', 'ALREADY_ACTIVE', 'ALREADY_ACTIVE']);
    expect(codesOf(await activate(1, { idempotencyKey: 'once' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  it('is for administrators only', async () => {
    for (const asker of [null, 'MODERATOR', 'AUDITOR', 'PLATFORM', ['MERCHANT', 'merchant:m-1']] as const)
      await expect(activate(1, {}, asker)).rejects.toThrow(/sign in|may not|not for|FORBIDDEN|token/i);
  });

  it('tells who did what, when and why, and what changed; to staff alone', async () => {
    await save(rulesWith({ badWeight: 2 }), { note: 'Too mild.' });
    await activate(2, { note: 'As agreed on Monday.' });

    const { data } = await api.ask('AUDITOR', POLICIES);
    const policy = data.policies.find(({ key }: { key: string }) => key === 'default');

    expect(policy.versions[0]).toMatchObject({ state: 'RETIRED', changes: [] });
    expect(policy.versions[1]).toMatchObject({
      state: 'IN_FORCE',
      note: 'Too mild.',
      changes: [{ path: 'badWeight', text: expect.stringContaining('2 (before: 1.5)') }],
      steps: [
        { kind: 'SAVED', actor: 'ADMIN', note: 'Too mild.' },
        { kind: 'APPROVED', actor: 'ADMIN', note: 'As agreed on Monday.' },
        { kind: 'BUILT', actor: 'HOUSE' },
        { kind: 'BROUGHT_IN', actor: 'HOUSE', activeFrom: iso(NOW) },
      ],
    });
    expect((await api.ask('PARTNER', POLICIES)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('lets a version run along unseen: staff may compare, others do not know of it', async () => {
    await save(rulesWith({ prior: { k: 5, p0: 0.9 } }));

    expect((await shadow(2, true)).version).toMatchObject({ state: 'SHADOW', activeFrom: null });
    expect(codesOf(await shadow(2, true))).toEqual(['ALREADY_SHADOW']);
    await take(db, orders('m-2', 12));

    expect((await inForce()).policy.version).toBe(1);
    expect((await inForce('default@2')).policy.version).toBe(2);
    const { errors } = await api.ask('PARTNER', GRADE, { policy: 'default@2' });
    expect(errors?.[0]?.extensions['code']).toBe('POLICY_UNKNOWN');
    expect((await shadow(2, false)).version?.state).toBe('DRAFT');
    expect(await inForce('default@2')).toBe('POLICY_UNKNOWN');
    expect(codesOf(await shadow(2, false))).toEqual(['NOT_SHADOW']);
    expect(codesOf(await shadow(1, true))).toEqual(['ALREADY_ACTIVE']);
  });

  it('brings a shadow into force without building it anew', async () => {
    await save(rulesWith({ badWeight: 2 }));
    await shadow(2, true);
    await take(db, orders('m-2', 12));

    expect((await activate(2)).version).toMatchObject({ state: 'IN_FORCE', activeFrom: iso(NOW) });
  });
});
