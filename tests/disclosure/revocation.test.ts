import { decodeJwt, decodeProtectedHeader } from 'jose';
import { inTransaction } from '../../src/db/tx.ts';
import { tellChanges } from '../../src/disclosure/changes.ts';
import { forgetCredentials, revokeCorrected } from '../../src/disclosure/credentials.job.ts';
import { isSet, LIST_SIZE, packList } from '../../src/disclosure/status-list.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
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
