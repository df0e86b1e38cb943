import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { someMerchants, type AMerchant } from '../disclosure/kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { aPartner, grant, withdraw, type APartner } from '../inquiries/kit.ts';
import { bearer, createKey, mutate } from '../partners/kit.ts';
import { aPolicy, bearerOf, byEvents, bySocket, change, followers, merchantId, over, told, type Heard } from './kit.ts';

const db = aDatabase();
const policy = aPolicy(db);
let now = NOW;
const api = anApi(db, { clock: () => now });
let merchants: readonly AMerchant[];
beforeAll(async () => {
  merchants = await someMerchants(db, 2);
});
const all: Heard[] = [];
afterEach(async () => {
  for (const heard of all.splice(0)) heard.stop();
  await followers(db, 0); // whoever was sent away has gone, and nothing is kept of it
  now = NOW;
});

const tell = async () => void (await change(db, policy, [merchants[0]!]));

/** How it is told in the end, by either way. */
const TRANSPORTS = [
  ['WebSocket', bySocket, (heard: Heard) => heard.closed],
  ['server-sent events', byEvents, (heard: Heard) => heard.codes[0]],
] as const;

describe.each(TRANSPORTS)('a subscription by %s ends, and not one event more is given,', (name, follow, ending) => {
  const isSocket = follow === bySocket;
  const open = async (headers: Record<string, string>): Promise<Heard> => {
    const heard = follow(api.server.address, { headers });
    all.push(heard);
    await followers(db, 1);
    await tell();
    await told(heard, 1);
    expect(heard.events).toHaveLength(1);
    return heard;
  };
  const endOf = async (heard: Heard) => {
    await tell();
    await over(heard);
    expect(heard.events).toHaveLength(1);
    return ending(heard);
  };

  it('when its token has expired', async () => {
    const heard = await open(await bearerOf(api, 'PLATFORM', 60));
    now += 61_000;

    expect(await endOf(heard)).toEqual(isSocket ? [4401, 'TOKEN_EXPIRED'] : 'TOKEN_EXPIRED');
  });

  it('when its API key is revoked', async () => {
    const input = { role: 'PLATFORM', name: `of ${name}`, scopes: ['grades:history'] };
    const { secret, apiKey } = await createKey(api, input);
    const heard = await open(isSocket ? { 'x-api-key': secret } : bearer(secret));
    await mutate(api, 'ADMIN', 'revokeApiKey', 'apiKey { id }', { apiKeyId: apiKey.id });

    expect(await endOf(heard)).toEqual(isSocket ? [4401, 'API_KEY_REVOKED'] : 'API_KEY_REVOKED');
  });

  it('when its account is frozen', async () => {
    const heard = await open(await bearerOf(api, ['MERCHANT', 'merchant:some-0']));
    const subjectId = merchantId(merchants[0]!);
    await mutate(api, 'ADMIN', 'freezeSubject', 'freeze { ground }', { subjectId, ground: 'OWN_WISH' });
    const end = await endOf(heard);
    await mutate(api, 'ADMIN', 'unfreezeSubject', 'freeze { ground }', { subjectId });

    expect(end).toEqual(isSocket ? [4403, 'ACCOUNT_FROZEN'] : 'ACCOUNT_FROZEN');
  });
});

describe('what a partner follows', () => {
  let partner: APartner;
  let consentId: string;
  const buyerId = newId(NOW);
  const follow = async (ids?: readonly string[]): Promise<Heard> => {
    const headers = { ...bearer(partner.key), 'credence-purpose': 'CREDIT_DECISION' };
    const heard = bySocket(api.server.address, { headers, variables: { ids } });
    all.push(heard);
    await Promise.race([followers(db, 1), over(heard)]);
    return heard;
  };
  /** As the audit log has them. */
  const refusals = async (): Promise<string[]> => {
    const { rows } = await db.pool.query<{ code: string }>(
      `select code from audit_event where operation = 'Subscription.gradeChanged' and outcome = 'REFUSED'`,
    );
    return rows.map(({ code }) => code);
  };
  const tellOfBuyer = () => change(db, policy, [{ id: buyerId }], 'BUYER');
  beforeAll(async () => {
    await db.pool.query(`insert into buyer (id, external_id, recorded_at) values ($1, 'b-1', $2)`, [
      buyerId,
      new Date(NOW),
    ]);
    partner = await aPartner(api, 'Bank');
    consentId = (await grant(api, 'b-1', partner.id)).consent.id;
  });

  it('of a buyer who consents is told, until the consent is withdrawn', async () => {
    const heard = await follow([globalId('Buyer', buyerId)]);
    await tellOfBuyer();
    await told(heard, 1);
    await withdraw(api, 'b-1', consentId);
    await tellOfBuyer();
    await over(heard);

    expect(heard.events).toMatchObject([{ subject: { externalId: 'b-1' } }]);
    expect(heard.codes).toEqual(['CONSENT_WITHDRAWN']);
    await expect.poll(refusals).toContain('CONSENT_WITHDRAWN');
  });

  it('without naming anybody leaves out buyers who do not consent', async () => {
    const heard = await follow();
    await tellOfBuyer();
    await tell();
    await told(heard, 1);

    expect(heard.events).toMatchObject([{ subject: { externalId: 'some-0' } }]);
  });

  it.each([
    ['its terms no longer allow it', { subjectKinds: ['PRODUCT'] }, 'SUBJECT_KIND_FORBIDDEN'],
    ['its quota is used up', { pullsPerDay: 1, burst: 1 }, 'QUOTA_EXCEEDED'],
  ])('ends when %s', async (_, terms, code) => {
    const heard = await follow();
    await tell();
    await told(heard, 1);
    await partner.setTerms(terms);
    await tell();
    await over(heard);
    await partner.setTerms({});

    expect([heard.events.length, heard.codes]).toEqual([1, [code]]);
  });

  it('needs a key with the scope for it', async () => {
    const { key } = await aPartner(api, 'Shop window', {}, ['grades:read']);
    const heard = bySocket(api.server.address, { headers: { ...bearer(key), 'credence-purpose': 'DISPLAY' } });
    await over(heard);

    expect(heard.codes).toEqual(['SCOPE_MISSING']);
    await expect.poll(refusals).toContain('SCOPE_MISSING');
  });
});
