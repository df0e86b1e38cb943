import { graphql, GraphQLSchema } from 'graphql';
import { GraphQLObjectType, GraphQLString } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ANYONE, type Actor } from '../../src/access/actor.ts';
import { isAdmin, isOwn, open, or, type Permissions, type Rule } from '../../src/access/rules.ts';
import { fieldsOf, locked } from '../../src/graphql/lock.ts';
import { openSchema, permissions } from '../../src/graphql/schema.ts';

const text = { type: GraphQLString };

/** Two notes, of the buyers 1 and 2, each with a secret. */
function notes(): GraphQLSchema {
  const Note = new GraphQLObjectType({ name: 'Note', fields: { id: text, secret: text } });
  const one = (owner: string) => ({ type: Note, resolve: () => ({ id: owner, owner, secret: `of ${owner}` }) });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { first: one('1'), second: one('2') } }),
  });
}
const isPublic = open('for the test');
const rulesWith = (secret: Rule): Permissions => ({
  Query: { first: isPublic, second: isPublic },
  Note: { id: isPublic, secret },
});
const buyer = (id: string): Actor => ({
  role: 'BUYER',
  name: 'BUYER:b',
  subject: { kind: 'BUYER', externalId: 'b', id },
});
const admin: Actor = { role: 'ADMIN', name: 'ADMIN', subject: null };

async function read(secret: Rule, actor: Actor) {
  const source = '{ first { id secret } second { id secret } }';
  const { data, errors } = await graphql({
    schema: locked(notes(), rulesWith(secret)),
    source,
    contextValue: { actor },
  });
  const { first, second } = data as Record<'first' | 'second', { secret: string | null }>;
  return { secrets: [first.secret, second.secret], codes: errors?.map(({ extensions }) => extensions['code']) };
}

describe('the lock', () => {
  it('holds before each field that is not for all', async () => {
    expect(await read(isAdmin, admin)).toEqual({ secrets: ['of 1', 'of 2'], codes: undefined });
    expect(await read(isAdmin, buyer('1'))).toEqual({ secrets: [null, null], codes: ['FORBIDDEN', 'FORBIDDEN'] });
    expect(await read(isAdmin, ANYONE)).toEqual({
      secrets: [null, null],
      codes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
    });
  });

  it('looks at each row anew: what holds for one does not hold for the next', async () => {
    const rule = or(isOwn('BUYER', 'owner'), isAdmin);

    expect(await read(rule, buyer('1'))).toEqual({ secrets: ['of 1', null], codes: ['FORBIDDEN'] });
    expect(await read(rule, buyer('2'))).toEqual({ secrets: [null, 'of 2'], codes: ['FORBIDDEN'] });
  });

  it('denies when a rule breaks', async () => {
    const broken: Rule = {
      name: 'broken',
      openBecause: null,
      allows: () => {
        throw new Error('broken');
      },
    };
    expect((await read(broken, admin)).secrets).toEqual([null, null]);
  });

  it('is not closed over a field without a rule, which is named', () => {
    const { Note: _, ...rest } = rulesWith(isAdmin);

    expect(() => locked(notes(), rest)).toThrow('Note.id, Note.secret');
  });

  it('is not closed with a rule for a field that does not exist', () => {
    const rules = { ...rulesWith(isAdmin), Query: { first: isPublic, second: isPublic, third: isPublic } };

    expect(() => locked(notes(), rules)).toThrow('Query.third');
  });
});

describe('the schema', () => {
  it('has a rule for every field', async () => {
    const ruled = Object.entries(permissions).flatMap(([type, rules]) =>
      Object.keys(rules).map((field) => `${type}.${field}`),
    );
    const fields = fieldsOf(await openSchema());

    expect(fields.length).toBeGreaterThan(50);
    expect(fields.filter((field) => !ruled.includes(field))).toEqual([]);
  });

  it('opens no mutation to those without a token', () => {
    const open = Object.entries(permissions['Mutation'] ?? {}).filter(([, rule]) => rule.allows(ANYONE, {}));

    expect(open.map(([name]) => name)).toEqual([]);
  });
});
