import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { ensureDefaultPolicies, SHIPPED_POLICIES } from '../../src/grades/policies.commands.ts';
import { activePolicies, policyInForce, recentPolicies } from '../../src/grades/policies.loaders.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { callAt } from './fixtures.ts';

const POLICIES = `query ($subjectKind: SubjectKind) { policies(subjectKind: $subjectKind) {
  key subjectKind document active { version activeFrom } versions { version } } }`;

describe('policies', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const addVersion = (version: number, activeFrom: Date | null, activeUntil: Date | null) =>
    db.pool.query(
      `insert into policy_version (id, key, version, subject_kind, document, state, active_from, active_until, note, recorded_at)
       select gen_random_uuid(), key, $1, subject_kind, document || '{"badWeight": 2}',
              case when $2::timestamptz is null then 'DRAFT' else 'BUILT' end, $2, $3, 'a test', now()
         from policy_version where subject_kind = 'MERCHANT' and key = 'default' and version = 1`,
      [version, activeFrom, activeUntil],
    );

  it('that come with the house are put in force once, by however many at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensureDefaultPolicies(reader(db.pool), NOW)));
    await ensureDefaultPolicies(reader(db.pool), NOW + 1);

    const { rows } = await db.pool.query(
      'select subject_kind, key, version, extract(epoch from active_from)::int as at from policy_version order by 1, 2',
    );
    expect(rows).toHaveLength(SHIPPED_POLICIES.length);
    expect(rows.filter(({ key }) => key === 'default')).toEqual(
      ['BUYER', 'MERCHANT', 'PRODUCT'].map((kind) => ({
        subject_kind: kind,
        key: 'default',
        version: 1,
        at: NOW / 1000,
      })),
    );
  });

  it('are public, whole', async () => {
    const { data } = await api.ask(null, POLICIES);
    expect(data.policies).toHaveLength(SHIPPED_POLICIES.length);
    const ofMerchants = (await api.ask(null, POLICIES, { subjectKind: 'MERCHANT' })).data.policies;

    expect(ofMerchants.map(({ key }: { key: string }) => key)).toEqual([
      'amazon-account-health',
      'default',
      'ebay-seller-standards',
      'mercado-libre',
      'mercado-libre-br',
      'mercado-libre-co',
      'mercado-libre-mx',
      'taobao-levels',
      'trustpilot-stars',
    ]);
    expect(ofMerchants[1]).toMatchObject({
      key: 'default',
      subjectKind: 'MERCHANT',
      active: { version: 1, activeFrom: new Date(NOW).toISOString() },
      versions: [{ version: 1 }],
      document: { key: 'default', goodHalfLifeDays: 90, prior: { k: 20, p0: 0.9 } },
    });
    expect(ofMerchants[2]).toMatchObject({
      active: { version: 1 },
      document: { method: 'STANDARDS', sources: { standards: { mark: 'S', date: expect.any(String) } } },
    });
    expect((await api.ask(null, POLICIES, { subjectKind: 'CARRIER' })).data.policies).toEqual([]);
  });

  it('are applied from the instant that was announced; drafts stay out of sight', async () => {
    const change = NOW + 60_000;
    await db.pool.query(
      `update policy_version set active_until = $1 where subject_kind = 'MERCHANT' and key = 'default'`,
      [new Date(change)],
    );
    await addVersion(2, new Date(change), null);
    await addVersion(3, null, null);

    const versionAt = async (now: number) =>
      policyInForce(await activePolicies(reader(db.pool), now), 'MERCHANT', null, now).version;
    expect(await versionAt(NOW)).toBe(1);
    expect(await versionAt(change - 1)).toBe(1);
    expect(await versionAt(change)).toBe(2);
    const asSeenBy = async (asker: Asker) => {
      const all = (await api.ask(asker, POLICIES, { subjectKind: 'MERCHANT' })).data.policies;
      return all.find(({ key }: { key: string }) => key === 'default');
    };
    const published = await asSeenBy('PARTNER');
    expect(published.versions).toEqual([{ version: 1 }, { version: 2 }]);
    expect((await asSeenBy('MODERATOR')).versions).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }]);
    expect(published.active.version).toBe(1);
    expect(published.document.badWeight).toBe(1.5);
  });

  it('are read anew after a second, and not before', async () => {
    const [first, soon, later] = [NOW + 120_000, NOW + 120_999, NOW + 121_000].map((now) => callAt(db, now));
    const known = await recentPolicies(first!);

    expect(await recentPolicies(soon!)).toBe(known);
    expect(await recentPolicies(later!)).not.toBe(known);
    expect((await recentPolicies(later!)).map(({ policy }) => policy)).toEqual(known.map(({ policy }) => policy));
  });
});
