import { decodeJwt, decodeProtectedHeader } from 'jose';
import { inTransaction } from '../../src/db/tx.ts';
import { tellChanges } from '../../src/disclosure/changes.ts';
import { forgetCredentials, revokeCorrected } from '../../src/disclosure/credentials.job.ts';
import { isSet, LIST_SIZE, packList } from '../../src/disclosure/status-list.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { orders, take } from '../grades/fixtures.ts';
import { signing, statusOf } from './credential-kit.ts';

const HOUR = 3_600_000;
const db = aDatabase();
let now = NOW;
const installation = anInstallation();
const api = anApi(db, { clock: () => now, installation });
const { ofMerchant, signed, listOf, verdict, revoke } = signing(api, () => now);

beforeAll(() => take(db, orders('good', 30)));

describe('a signed grade that was revoked', () => {
  it('does not hold by its status list, while others of the list do', async () => {
    const [{ gradeCredential }, other] = [await ofMerchant('good'), await signed('good')];
    const before = await (await listOf(gradeCredential.jwt)).text();
    expect(await verdict(gradeCredential.jwt, [before])).toBe('VALID');
    expect(await revoke(gradeCredential.id)).toEqual({
      credentialId: gradeCredential.id,
      revokedAt: new Date(now).toISOString(),
      userErrors: [],
    });
    now += 15_000;
    const response = await listOf(gradeCredential.jwt);
    const list = await response.text();

    expect(response.headers.get('content-type')).toBe('application/vc+jwt');
    expect(response.headers.get('cache-control')).toBe('public, max-age=150');
    expect(await verdict(gradeCredential.jwt, [list])).toBe('REVOKED');
    expect(await verdict(other, [list])).toBe('VALID');
    expect(await verdict(gradeCredential.jwt)).toBe('VALID'); // nothing is known of revocations without the list
  });

  it('is so once, however often it is sent', async () => {
    const { gradeCredential } = await ofMerchant('good');
    const first = await revoke(gradeCredential.id, { idempotencyKey: 'twice' });

    expect(await revoke(gradeCredential.id, { idempotencyKey: 'twice' })).toEqual(first);
    expect(await revoke(gradeCredential.id)).toMatchObject({ userErrors: [{ code: 'CREDENTIAL_REVOKED' }] });
    expect(await revoke(gradeCredential.id, { idempotencyKey: 'twice', note: 'another' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
  });

  it('was revoked by staff, for a reason, and while it was good', async () => {
    const { gradeCredential } = await ofMerchant('good');
    const unknown = Buffer.from(
      Buffer.from(gradeCredential.id, 'base64url')
        .toString()
        .replace(/.$/, (c) => (c === 'a' ? 'b' : 'a')),
    ).toString('base64url');

    expect(await revoke(gradeCredential.id, {}, 'PARTNER')).toEqual({ code: 'FORBIDDEN' });
    expect(await revoke(gradeCredential.id, {}, 'AUDITOR')).toEqual({ code: 'FORBIDDEN' });
    expect(await revoke(gradeCredential.id, { note: ' ' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
    expect(await revoke(unknown)).toMatchObject({ userErrors: [{ code: 'CREDENTIAL_NOT_FOUND' }] });
    expect(await revoke('nonsense')).toMatchObject({ userErrors: [{ code: 'ID_INVALID' }] });
    now += 25 * HOUR;
    expect(await revoke(gradeCredential.id)).toMatchObject({ userErrors: [{ code: 'CREDENTIAL_EXPIRED' }] });
    now -= 25 * HOUR;
  });

  it('was so by the house, where a void put its level right, and not where facts alone changed it', async () => {
    await take(db, orders('panned', 14, { stars: 1, delivered: 2 }));
    const [wrong, kept] = [await signed('panned'), await signed('good')];
    const { rows } = await db.pool.query<{ merchantId: string; id: string }>(
      `select merchant_id as "merchantId", r.id from review r join merchant m on m.id = merchant_id where m.external_id = 'panned'`,
    );
    await inTransaction(db.pool, async (tx) => {
      const moment = { now: now + 1, foldings: await foldingsAt(now)(tx) };
      await voidReviews(tx, { reviews: rows, ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN' }, moment);
    });
    const early = await signed('panned'); // read after the void, within the minute in which it is looked at
    await tellChanges(db.pool);
    await revokeCorrected(db.pool).run(now);
    now += 15_000;
    const list = await (await listOf(wrong)).text();

    expect(await verdict(wrong, [list])).toBe('REVOKED');
    expect(await verdict(early, [list])).toBe('VALID');
    expect(await verdict(kept, [list])).toBe('VALID');
  });
});

describe('what was signed of a subject', () => {
  const OF = `query ($m: String!, $after: String, $first: Int, $state: SignedGradeState) { merchant(externalId: $m) { id
    signedGrades(first: $first, after: $after, state: $state) {
      nodes { credentialId level state holder partner { name } issuedAt validUntil revokedAt revokedBy revokeNote policy { key version } }
      pageInfo { endCursor hasNextPage } } } }`;
  const listed = async (more: object = {}, asker: Asker = 'AUDITOR') => {
    const { data, errors } = await api.ask(asker, OF, { m: 'listed', ...more });
    return errors ? { code: errors[0]!.extensions['code'] } : data.merchant.signedGrades;
  };

  it('is listed for staff, the last first, with whom it was signed for and whether it is good', async () => {
    await take(db, orders('listed', 30));
    const first = await ofMerchant('listed');
    const firstAt = now;
    now += 1000;
    const second = await ofMerchant('listed');
    await revoke(second.gradeCredential.id);
    const page = await listed({ first: 1 });
    const rest = await listed({ after: page.pageInfo.endCursor });

    expect(page).toMatchObject({
      nodes: [
        {
          credentialId: second.gradeCredential.id,
          state: 'REVOKED',
          revokedAt: new Date(now).toISOString(),
          revokedBy: 'MODERATOR',
          revokeNote: 'it was asked for by mistake',
        },
      ],
      pageInfo: { hasNextPage: true },
    });
    expect(rest.nodes).toEqual([
      {
        credentialId: first.gradeCredential.id,
        level: first.grade['level'],
        state: 'VALID',
        holder: expect.stringMatching(/^PARTNER:/),
        partner: { name: expect.any(String) },
        issuedAt: new Date(firstAt).toISOString(),
        validUntil: first.gradeCredential.validUntil,
        revokedAt: null,
        revokedBy: null,
        revokeNote: null,
        policy: { key: 'default', version: 1 },
      },
    ]);
  });

  it('is found by how it stands', async () => {
    const stand = async (state: string) => (await listed({ state })).nodes.map((each: { state: string }) => each.state);

    expect([await stand('VALID'), await stand('REVOKED'), await stand('EXPIRED')]).toEqual([
      ['VALID'],
      ['REVOKED'],
      [],
    ]);
    now += 25 * HOUR;
    expect([await stand('VALID'), await stand('REVOKED'), await stand('EXPIRED')]).toEqual([
      [],
      ['REVOKED'],
      ['EXPIRED'],
    ]);
    now -= 25 * HOUR;
  });

  it('is for staff alone', async () => {
    expect(await listed({}, 'PARTNER')).toEqual({ code: 'FORBIDDEN' });
    expect(await listed({}, ['MERCHANT', 'merchant:listed'])).toEqual({ code: 'FORBIDDEN' });
    expect(await listed({ first: 101 })).toEqual({ code: 'FIRST_OUT_OF_RANGE' });
    expect(await listed({ after: 'nonsense' })).toEqual({ code: 'CURSOR_INVALID' });
  });
});

describe('a status list', () => {
  it('has 131,072 entries, the first bit the leftmost, packed as the specification says', () => {
    const packed = packList([0, 9, LIST_SIZE - 1]);

    expect(packed).toMatch(/^u[\w-]+$/);
    expect([0, 1, 8, 9, 10, LIST_SIZE - 2, LIST_SIZE - 1].filter((place) => isSet(packed, place))).toEqual([
      0,
      9,
      LIST_SIZE - 1,
    ]);
    expect(isSet(packed, LIST_SIZE)).toBeNull();
    expect(isSet('unonsense', 0)).toBeNull();
    expect(isSet(packed.slice(1), 0)).toBeNull();
  });

  it('is a credential itself: another one, one that is over or altered, will not do', async () => {
    const jwt = await signed('good');
    const list = await (await listOf(jwt)).text();

    expect(decodeProtectedHeader(list)).toMatchObject({ alg: 'EdDSA', typ: 'vc+jwt' });
    expect(decodeJwt(list)).toMatchObject({
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'revocation', ttl: 300_000 },
    });
    expect(await verdict(jwt, [list], now + 2 * HOUR)).toBe('STATUS_LIST_WRONG');
    expect(await verdict(jwt, [`${list.slice(0, 300)}${list[300] === 'A' ? 'B' : 'A'}${list.slice(301)}`])).toBe(
      'STATUS_LIST_WRONG',
    );
    expect(await verdict(jwt, [jwt])).toBe('STATUS_LIST_WRONG');
  });

  it('that is unknown is not found', async () => {
    for (const id of ['nonsense', '00000000-0000-7000-8000-000000000000']) {
      const response = await api.send(`/status-lists/${id}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'STATUS_LIST_NOT_FOUND' } }] });
    }
  });

  it('is opened anew when half of the last is taken, and forgotten a month after its last credential', async () => {
    const { rows } = await db.pool.query<{ id: string }>('select id from status_list order by made_at desc limit 1');
    await db.pool.query(
      `insert into status_entry (list_id, place, valid_until) select $1, i, $2 from generate_series(0, ${LIST_SIZE - 1}) i on conflict do nothing`,
      [rows[0]!.id, new Date(now)],
    );
    expect(statusOf(await signed('good')).statusListCredential).not.toContain(rows[0]!.id);
    await db.pool.query('delete from status_entry where list_id = $1', [rows[0]!.id]);
    await forgetCredentials(db.pool).run(now + 40 * 24 * HOUR);

    const left = await db.pool.query(
      'select (select count(*)::int from status_list) as lists, (select count(*)::int from grade_credential) as credentials',
    );
    expect(left.rows).toEqual([{ lists: 1, credentials: 0 }]);
  });
});
