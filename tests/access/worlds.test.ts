import {
  execute,
  getNullableType,
  GraphQLError,
  isIntrospectionType,
  isObjectType,
  parse,
  validateSchema,
  type ExecutionResult,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { lockedSchema, permissions } from '../../src/graphql/schema.ts';
import { ID_PARTS, type IdType } from '../../src/kernel/global-id.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { minimalMutations, missingId, schema, type Made, type Samples } from './documents.ts';
import { FINDERS } from './rows.ts';
import { isLetIn, ruleIn, rulesIn, type Told } from './table.ts';
import { everySeen, wholeCall, type Owner } from './whole-documents.ts';
import { aWorld, callAs, callersOf, namesIn, WORLDS, type World } from './worlds.ts';

/**
 * The schema as it is served, with its resolvers and over a database: every query and every mutation, as every role, with ids of
 * one's own, of others and of nobody. What the locks say by themselves is tried in matrix.test.ts; here it is seen that they look
 * at the right rows, that filters hide what is not one's own, and that nothing breaks.
 */
const db = aDatabase();
let served: GraphQLSchema;
const samples = new Map<World, Samples>();
const CALLERS = callersOf(1);
const ADMIN = CALLERS.find(({ role }) => role === 'ADMIN')!;

/** Refused fields are null, and what stands beside them is still seen. */
function nullable(open: GraphQLSchema): GraphQLSchema {
  validateSchema(open); // once, while it is as it should be
  for (const type of Object.values(open.getTypeMap()))
    if (isObjectType(type) && !isIntrospectionType(type))
      for (const field of Object.values(type.getFields()))
        field.type = getNullableType(field.type) as GraphQLOutputType;
  return open;
}

/** As it is served; that it is as it is written is seen to in matrix.test.ts. */
const ruleOf = (field: string): Told => {
  const [type, name] = field.split('.');
  return ruleIn(permissions[type!]![name!]!.name);
};

let at = NOW;
/** Each a moment after the one before, so that what is made has an order. */
async function ask(actor: Actor, { query, variables }: Made): Promise<ExecutionResult> {
  const contextValue = await callAs(db, actor, ++at);
  return execute({ schema: served, document: parse(query), variableValues: variables, contextValue });
}

const DENIALS = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'FRESH_SIGN_IN_REQUIRED', 'ACCOUNT_FROZEN', 'SCOPE_MISSING']);
const codeOf = ({ originalError, extensions }: GraphQLError): string | undefined =>
  originalError instanceof Refusal ? originalError.code : (extensions['code'] as string | undefined);
const isBroken = (error: GraphQLError): boolean =>
  codeOf(error) === undefined && error.originalError !== undefined && !(error.originalError instanceof GraphQLError);
const brokenIn = ({ errors = [] }: ExecutionResult): string[] =>
  errors.filter(isBroken).map(({ path, originalError }) => `${path?.join('.')}: ${originalError!.stack}`);

const deniedIn = ({ errors = [] }: ExecutionResult): Set<string> =>
  new Set(errors.filter((error) => DENIALS.has(codeOf(error) ?? '')).map(({ path }) => path?.join('.') ?? ''));

const queries = Object.keys(schema.getQueryType()!.getFields());
const mutations = Object.keys(schema.getMutationType()!.getFields());

/** The ids of what an answer shows, the first of each type. */
function idsIn({ data }: ExecutionResult, known: Samples['ids']): Samples['ids'] {
  const found: Partial<Record<IdType, string>> = { ...known };
  for (const { field, row } of everySeen(data?.['it'])) {
    const [type, name] = field.split('.');
    if (name === 'id' && Object.hasOwn(ID_PARTS, type!)) found[type as IdType] ??= row['id'] as string;
  }
  return found;
}

/** What a world holds by itself, and what everyone in it makes who calls each mutation once. */
async function samplesOf(world: World): Promise<Samples> {
  const names = namesIn(world);
  let ids: Samples['ids'] = {};
  const look = async (query: string, externalId: string): Promise<void> => {
    const made = wholeCall('Query', query, { ids: {}, names: { ...names, externalId } });
    const byName = made.query.replace('$id: ID', '$externalId: String').replace('id: $id', 'externalId: $externalId');
    ids = idsIn(await ask(ADMIN, { ...made, query: byName, variables: { externalId } }), ids);
  };
  await look('merchant', names.merchant);
  await look('buyer', names.buyer);
  await look('product', names.product);
  for (const actor of callersOf(world).toReversed())
    // staff first
    for (const name of mutations.filter((each) => isLetIn(ruleOf(`Mutation.${each}`), actor, true)))
      if (!ENDS.includes(name)) ids = idsIn(await ask(actor, wholeCall('Mutation', name, { ids, names })), ids);
  for (const name of queries) ids = idsIn(await ask(ADMIN, wholeCall('Query', name, { ids, names })), ids);
  return { ids, names };
}

/** After these there is less to see. */
const ENDS = ['closePointsAccount'];

beforeAll(async () => {
  served = nullable(await lockedSchema());
  for (const world of WORLDS) await aWorld(db, world);
  for (const world of WORLDS) samples.set(world, await samplesOf(world));
}, 60_000);

/** Null where nothing says whose it is. The product p-1 is of the merchant m-1. */
function isOwned({ subject }: Actor, owner: Owner | null): boolean | null {
  if (!owner) return null;
  const { kind, externalId } = owner;
  const [holder, id] = kind === 'PRODUCT' ? ['MERCHANT', String(externalId).replace('p', 'm')] : [kind, externalId];
  return subject?.kind === holder && subject.externalId === id;
}

const answers = new Map<string, Promise<ExecutionResult>>();

/** What the actor reads of a world by one query: asked once. */
function reading(actor: Actor, world: World, name: string): Promise<ExecutionResult> {
  const key = `${actor.role} ${world} ${name}`;
  const known = answers.get(key) ?? ask(actor, wholeCall('Query', name, samples.get(world)!));
  answers.set(key, known);
  return known;
}

describe('every query', () => {
  it('has a sample for each argument that it takes', () => {
    const lacking = queries.flatMap((name) => wholeCall('Query', name, samples.get(1)!).lacking);

    expect(lacking).toEqual([]);
  });

  it.each(CALLERS)('answers $role as the table says, about its own and about others', async (actor) => {
    const wrong: string[] = [];
    for (const world of actor.subject ? WORLDS : WORLDS.slice(0, 1))
      // to whom nothing belongs, one is like the other
      for (const name of queries) {
        const answer = await reading(actor, world, name);
        wrong.push(...brokenIn(answer));
        const denied = deniedIn(answer);
        if (denied.has('it') === isLetIn(ruleOf(`Query.${name}`), actor, false)) wrong.push(`Query.${name}`);
        for (const { field, row, path, owner } of everySeen(answer.data?.['it'])) {
          const isOwn = isOwned(actor, owner);
          const expected = (isOwn === null ? [true, false] : [isOwn]).map((own) =>
            isLetIn(ruleOf(field), actor, own, row),
          );
          if (!expected.includes(!denied.has(path))) wrong.push(`${path} is ${denied.has(path) ? 'shut' : 'open'}`);
        }
      }
    expect(wrong).toEqual([]);
  });

  it('meets the fields of owners in the hands of their owners, and of others', async () => {
    const met = new Set<string>();
    for (const actor of CALLERS.filter(({ subject }) => subject !== null))
      for (const world of WORLDS)
        for (const name of queries) {
          const answer = await reading(actor, world, name);
          for (const { field, owner } of everySeen(answer.data?.['it']))
            if (rulesIn(ruleOf(field)).some((rule) => rule.name === 'isOwn'))
              met.add(`${field} of ${isOwned(actor, owner) ? 'its own' : 'another'} ${owner?.kind} to ${actor.role}`);
        }
    expect([...met]).toEqual(
      expect.arrayContaining([
        'CreditGrade.factors of its own MERCHANT to MERCHANT',
        'CreditGrade.factors of another MERCHANT to MERCHANT',
        'CreditGrade.factors of its own BUYER to BUYER',
        'CreditGrade.factors of another MERCHANT to BUYER',
        'Buyer.orders of its own BUYER to BUYER',
        'Merchant.points of its own MERCHANT to MERCHANT',
        'Merchant.points of another MERCHANT to MERCHANT',
      ]),
    );
  });
});

describe('every node', () => {
  it('has a line that says who finds it', () => {
    expect(Object.keys(ID_PARTS).filter((type) => !Object.hasOwn(FINDERS, type))).toEqual([]);
  });

  it.each(CALLERS)('is found by $role if it may be, and else as little as one that is not there', async (actor) => {
    const node = (id: string): Made => ({
      query: 'query ($id: ID!) { it: node(id: $id) { __typename } }',
      variables: { id },
      lacking: [],
    });
    const wrong: string[] = [];
    for (const [type, { any, own }] of Object.entries(FINDERS) as [IdType, (typeof FINDERS)['Buyer'] & object][])
      for (const world of WORLDS) {
        const id = samples.get(world)!.ids[type];
        if (id === undefined) continue;
        const answer = await ask(actor, node(id));
        const nothing = await ask(actor, node(missingId(type)));
        const mayFind = any.includes(actor.role) || (world === 1 && own.includes(actor.role));
        const isFound = answer.data?.['it'] !== null;
        if (isFound !== mayFind) wrong.push(`${type} of world ${world} is ${isFound ? '' : 'not '}found`);
        if (!isFound && JSON.stringify(answer) !== JSON.stringify(nothing)) wrong.push(`${type} ${world} can be told`);
      }
    expect(wrong).toEqual([]);
  });
});

/** What may be done to rows of others. */
const TO_ANY_ROW: Readonly<Record<string, string>> = {
  reportReview: 'Whoever is signed in may doubt a review: reviews are public.',
};
/** What is refused to others in words that tell that the row is there. */
const TOLD_APART: Readonly<Record<string, string>> = {
  replyToReview: 'That there is such a review is public.',
};

describe('every mutation', () => {
  it('has a sample for each argument that it takes', () => {
    const made = minimalMutations(() => true, samples.get(1));

    expect(Object.values(made).flatMap(({ lacking }) => lacking)).toEqual([]);
  });

  it.each(CALLERS)('answers $role about what is not there with a no, and never breaks', async (actor) => {
    const wrong: string[] = [];
    const documents = minimalMutations(() => true, { ids: {}, names: { order: 'none', externalId: 'none' } });
    for (const [name, made] of Object.entries(documents)) {
      const answer = await ask(actor, made);
      wrong.push(...brokenIn(answer).map((each) => `${name} ${each}`));
      const isDenied = deniedIn(answer).has('it');
      if (isDenied === isLetIn(ruleOf(`Mutation.${name}`), actor, false)) wrong.push(`${name} is denied: ${isDenied}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(CALLERS.filter(({ subject }) => subject !== null))(
    'answers $role about the rows of others as about rows that are not there',
    async (actor) => {
      const foreign = samples.get(2)!;
      const wanted = (name: string) => isLetIn(ruleOf(`Mutation.${name}`), actor, false) && !(name in TO_ANY_ROW);
      const missing = { ids: {}, names: { ...foreign.names, order: 'none' } };
      const others = minimalMutations(wanted, foreign);
      const nobodys = minimalMutations(wanted, missing);

      expect(Object.keys(others).length).toBeGreaterThan(0);
      for (const name of Object.keys(others)) {
        const [about, missed] = [await ask(actor, others[name]!), await ask(actor, nobodys[name]!)];
        if (!(name in TOLD_APART)) expect([name, about]).toEqual([name, missed]);
        const payload = about.data?.['it'] as { userErrors: unknown[] } | null | undefined;
        expect([name, about.errors ?? payload?.userErrors]).not.toEqual([name, []]);
      }
    },
  );
});

/** Nodes that neither a world nor a single call of each mutation brings about; the rooms' own tests try them. */
const NOT_MET: Readonly<Partial<Record<IdType, string>>> = {
  Suspicion: 'It takes a history that looks suspicious.',
  Proposal: 'It takes a decision that is too large for one person.',
  GradeCredential: 'It takes keys to sign with.',
  GradeInquiry: 'It takes a partner under terms.',
  WebhookEndpoint: 'It takes an address on the public internet.',
  WebhookDelivery: 'It takes such an endpoint.',
};

it('meets every kind of node in both worlds', () => {
  for (const world of WORLDS) {
    const unmet = (Object.keys(ID_PARTS) as IdType[]).filter((type) => samples.get(world)!.ids[type] === undefined);
    expect(unmet.filter((type) => !(type in NOT_MET))).toEqual([]);
  }
});
