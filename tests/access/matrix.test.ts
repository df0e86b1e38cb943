import { isIntrospectionType, isObjectType, type GraphQLField, type GraphQLResolveInfo } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Actor, type Role } from '../../src/access/actor.ts';
import { locked } from '../../src/graphql/lock.ts';
import { openSchema, permissions } from '../../src/graphql/schema.ts';
import { isLetIn, rulesIn, tableOfPermissions, type Told } from './table.ts';

/**
 * Every field of the schema as it is served, as every caller there is, against the table of permissions. Behind each lock stands
 * nothing but a sign that it was passed, so that no field needs a row to be tried on and none that is added escapes.
 */
const table = tableOfPermissions();

const holder = (kind: 'BUYER' | 'MERCHANT', isFrozen: boolean): Actor => ({
  role: kind,
  name: `${kind}:x`,
  subject: { kind, externalId: 'x', id: `the ${kind}`, isFrozen },
});
const aRole = (role: Role, more: Partial<Actor> = {}): Actor => ({ role, name: role, subject: null, ...more });
const STAFF = ['MODERATOR', 'ADMIN', 'AUDITOR'] as const;

/** Each role with what its rights hang on, besides whose the row is. */
const callers: readonly (readonly [string, Actor])[] = [
  ['PUBLIC', aRole('PUBLIC')],
  ...(['BUYER', 'MERCHANT'] as const).flatMap((kind) => [
    [kind, holder(kind, false)] as const,
    [`${kind} that is frozen`, holder(kind, true)] as const,
  ]),
  ...(['PARTNER', 'PLATFORM'] as const).flatMap((role) => [
    [role, aRole(role)] as const,
    [`${role} key for grades`, aRole(role, { scopes: ['grades:read'] })] as const,
    [`${role} key for events`, aRole(role, { scopes: ['events:write'] })] as const,
    [`${role} key for the house`, aRole(role, { scopes: ['house:read'] })] as const,
  ]),
  ...STAFF.flatMap((role) => [
    [role, aRole(role, { isFresh: true })] as const,
    [`${role} that signed in long ago`, aRole(role)] as const,
  ]),
];

type Field = GraphQLField<unknown, { actor: Actor }>;
let fields: ReadonlyMap<string, Field>;
const PASSED = Symbol('passed');

beforeAll(async () => {
  const schema = await openSchema();
  for (const field of everyField(schema.getTypeMap())) field[1].resolve = () => PASSED;
  fields = new Map(everyField(locked(schema, permissions).getTypeMap()));
});

const everyField = (types: object): [string, Field][] =>
  Object.values(types)
    .filter((type) => isObjectType(type) && !isIntrospectionType(type))
    .flatMap((type) =>
      Object.entries(type.getFields() as Record<string, Field>).map(([name, field]): [string, Field] => [
        `${type.name}.${name}`,
        field,
      ]),
    );

/** Whether the lock lets by; else the code with which it does not. */
async function tryField(name: string, actor: Actor, row: object): Promise<true | string> {
  const [type, fieldName] = name.split('.');
  const info = { parentType: { name: type }, fieldName } as unknown as GraphQLResolveInfo;
  const refused = (error: unknown) => String((error as { extensions?: { code?: unknown } }).extensions?.code);
  try {
    const answer: unknown = await fields.get(name)!.resolve!(row, {}, { actor }, info);
    return answer === PASSED || refused(answer);
  } catch (error) {
    return refused(error);
  }
}

/** Rows on which the answer may differ: one's own or another's, with and without the values that rules look for. */
function rowsFor(rule: Told, actor: Actor): { isOwn: boolean; row: Record<string, unknown> }[] {
  const about = (name: string) =>
    rulesIn(rule)
      .filter((each) => each.name === name)
      .map((each) => each.about);
  const values = Object.fromEntries(about('has').map(([column, value]) => [column, value]));
  const foreign = Object.fromEntries(about('isOwn').map(([kind, column]) => [column, `another ${kind}`]));
  // A column that serves two kinds, such as subjectId, holds the id of the kind that calls.
  const owned = Object.fromEntries(about('isOwn').map(([kind, column]) => [kind, { [column!]: actor.subject?.id }]));
  const own = { ...foreign, ...owned[actor.role] };
  const rows = [{ isOwn: false, row: foreign }];
  if (about('isOwn').length > 0) rows.push({ isOwn: true, row: own });
  return about('has').length === 0
    ? rows
    : rows.flatMap((each) => [each, { ...each, row: { ...each.row, ...values } }]);
}

const DENIALS = ['FORBIDDEN', 'FRESH_SIGN_IN_REQUIRED', 'ACCOUNT_FROZEN', 'SCOPE_MISSING'];

describe('the table of permissions', () => {
  it('names every field that is served, and no other', () => {
    expect([...fields.keys()].filter((field) => !table.has(field))).toEqual([]);
    expect([...table.keys()].filter((field) => !fields.has(field))).toEqual([]);
  });

  it('tries every role', () => {
    expect(new Set(callers.map(([, { role }]) => role))).toEqual(new Set(ROLES));
  });

  it.each(callers)('is what holds for %s, field by field, on its own rows and on those of others', async (_, actor) => {
    const wrong: string[] = [];
    for (const [name, rule] of table) {
      if (!fields.has(name)) continue; // as the test above tells
      for (const { isOwn, row } of rowsFor(rule, actor)) {
        const said = await tryField(name, actor, row);
        const denials = actor.role === 'PUBLIC' ? ['UNAUTHENTICATED'] : DENIALS;
        const isRight = isLetIn(rule, actor, isOwn, row) ? said === true : denials.includes(String(said));
        if (!isRight) wrong.push(`${name} on ${isOwn ? 'its own' : 'a foreign'} row: ${String(said)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('the front door', () => {
  it('lets nobody change anything without a token, and a frozen account nothing but appeal', async () => {
    const open: string[] = [];
    for (const name of fields.keys())
      for (const [who, actor] of callers)
        if (name.startsWith('Mutation.') && (actor.role === 'PUBLIC' || actor.subject?.isFrozen))
          if ((await tryField(name, actor, {})) === true) open.push(`${name} to ${who}`);

    expect([...fields.keys()].filter((name) => name.startsWith('Mutation.')).length).toBeGreaterThan(10);
    expect(open.toSorted()).toEqual(
      ['BUYER', 'MERCHANT'].map((kind) => `Mutation.fileAppeal to ${kind} that is frozen`),
    );
  });

  it('lets a key that may only read change nothing: whoever signs in may report a review', async () => {
    const open: string[] = [];
    for (const role of ['PARTNER', 'PLATFORM'] as const)
      for (const name of fields.keys())
        if (
          name.startsWith('Mutation.') &&
          (await tryField(name, aRole(role, { scopes: ['ratings:read'] }), {})) === true
        )
          open.push(`${name} to ${role}`);

    expect(open).toEqual(['Mutation.reportReview to PARTNER', 'Mutation.reportReview to PLATFORM']);
  });

  it.each([
    'activatePolicy',
    'saveRewardsPolicy',
    'saveConductPolicy',
    'createPartner',
    'setPartnerTerms',
    'createApiKey',
    'rotateApiKey',
  ])('asks for a recent sign-in before %s', async (mutation) => {
    const field = `Mutation.${mutation}`;

    expect(await tryField(field, aRole('ADMIN', { isFresh: true }), {})).toBe(true);
    expect(await tryField(field, aRole('ADMIN'), {})).toBe('FRESH_SIGN_IN_REQUIRED');
    expect(await tryField(field, aRole('MODERATOR', { isFresh: true }), {})).toBe('FORBIDDEN');
  });
});
