import { beforeAll, describe, expect, it } from 'vitest';
import { linkTo } from '../../src/disclosure/export-link.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { orders, take } from '../grades/fixtures.ts';
import { bearer, callWith, createKey, mutate } from '../partners/kit.ts';

const db = aDatabase();
const installation = anInstallation();
const api = anApi(db, { clock: () => NOW, installation });
const EXPORT = '00000000-0000-7000-8000-000000000001';

const refusalsOf = async (operation: string, actor: string): Promise<object[]> => {
  const { rows } = await db.pool.query<object>(
    `select code, subjects from audit_event where operation = $1 and actor like $2 and outcome = 'REFUSED' order by at, code`,
    [operation, actor],
  );
  return rows;
};
const keys: Record<string, string> = {};

beforeAll(async () => {
  await take(db, orders('good', 20));
  const partnerOf = async (name: string): Promise<string> =>
    (await mutate(api, 'ADMIN', 'createPartner', 'partner { id }', { name })).partner.id;
  const [bank, rival] = [await partnerOf('Bank'), await partnerOf('Rival')];
  const keyOf = async (partnerId: string, name: string, ...scopes: string[]) =>
    (await createKey(api, { role: 'PARTNER', partnerId, name, scopes })).secret as string;
  keys['reading'] = await keyOf(bank, 'reading', 'grades:read');
  keys['following'] = await keyOf(bank, 'following', 'grades:read', 'grades:history');
  keys['other'] = await keyOf(bank, 'other', 'grades:history');
  keys['rival'] = await keyOf(rival, 'rival', 'grades:read', 'grades:history');
});

const asked = async (key: string, query: string, variables = {}) =>
  callWith(api, { ...bearer(keys[key]!), 'credence-purpose': 'DISPLAY' }, query, variables);

describe('an API key', () => {
  const CHANGES = 'query ($after: String) { gradeChanges(after: $after, first: 1) { pageInfo { endCursor } } }';
  const START = `mutation { startBulkExport(input: { subjectKind: MERCHANT, idempotencyKey: "k" }) { export { id changesCursor } } }`;

  it('reads grades by the scope for it, and follows them by another', async () => {
    const queries = {
      portfolio: '{ grades(externalIds: ["good"], subjectKind: MERCHANT) { level } }',
      signed: '{ merchant(externalId: "good") { gradeCredential { jwt } } }',
      changes: CHANGES,
    };
    const codesOf = async (key: string) =>
      Object.fromEntries(
        await Promise.all(Object.entries(queries).map(async ([name, query]) => [name, (await asked(key, query)).code])),
      );

    expect(await codesOf('reading')).toEqual({ portfolio: null, signed: null, changes: 'SCOPE_MISSING' });
    expect(await codesOf('other')).toEqual({ portfolio: 'SCOPE_MISSING', signed: 'SCOPE_MISSING', changes: null });
  });

  it("shares its partner's cursors and exports with the partner's other keys, and with no other partner", async () => {
    const { data } = await asked('following', START);
    const { id, changesCursor } = data.startBulkExport.export;
    const cursor = (await asked('following', CHANGES)).data.gradeChanges.pageInfo.endCursor;
    const found = async (key: string) =>
      (await asked(key, 'query ($id: ID!) { bulkExport(id: $id) { id } }', { id })).data.bulkExport;

    expect((await asked('other', CHANGES, { after: cursor })).code).toBeNull();
    expect((await asked('other', CHANGES, { after: changesCursor })).code).toBeNull();
    expect((await asked('rival', CHANGES, { after: cursor })).code).toBe('CURSOR_OF_ANOTHER');
    expect(await found('reading')).toEqual({ id });
    expect(await found('rival')).toBeNull();
  });
});

describe('what a partner is refused is entered in the audit log', () => {
  it.each([
    ['Query.grades', 'CONSENT_MISSING', '{ grades(externalIds: ["good-b1"], subjectKind: BUYER) { level } }'],
    ['Query.gradeChanges', 'CURSOR_INVALID', '{ gradeChanges(after: "x") { nodes { cause } } }'],
    [
      'startBulkExport',
      'SUBJECT_KIND_FORBIDDEN',
      'mutation { startBulkExport(input: { subjectKind: CARRIER, idempotencyKey: "k" }) { userErrors { code } } }',
    ],
    [
      'revokeGradeCredential',
      'FORBIDDEN',
      'mutation { revokeGradeCredential(input: { credentialId: "x", note: "n", idempotencyKey: "k" }) { credentialId } }',
    ],
  ])('%s: %s', async (operation, code, query) => {
    await api.ask('PARTNER', query);

    await expect.poll(() => refusalsOf(operation, 'PARTNER:Acme')).toMatchObject([{ code }]);
  });

  it('a scope that its key lacks', async () => {
    await asked('other', '{ grades(externalIds: ["good"], subjectKind: MERCHANT) { level } }');

    await expect
      .poll(() => refusalsOf('Query.grades', 'PARTNER#%'))
      .toContainEqual({ code: 'SCOPE_MISSING', subjects: [] });
  });

  it('a link that has expired', async () => {
    const { url } = linkTo('https://credit.example', installation.linkSecret, EXPORT, NOW - 3_600_000);
    const { pathname, search } = new URL(url);
    expect((await api.send(pathname + search)).status).toBe(403);

    await expect
      .poll(() => refusalsOf('GET /exports', 'PUBLIC'))
      .toMatchObject([{ code: 'LINK_EXPIRED', subjects: [`BulkExport:${EXPORT}`] }]);
  });
});
