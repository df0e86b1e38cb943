import { features as rooms } from '../features.ts'; // first: it loads what decorators need
import { isAbstractType, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchema, type NonEmptyArray } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { forgetLoaded } from '../access/loader.ts';
import { and, isNotFrozen, type Permissions, type Rule } from '../access/rules.ts';
import type { Feature, SteadyFields } from '../feature.ts';
import { withAudit } from './audited.ts';
import { doorFeature } from './door.feature.ts';
import { locked } from './lock.ts';
import type { Steadiness } from './rows/steady-selection.ts';

const features: readonly Feature[] = [...rooms, doorFeature];

/** Who may read what, over all rooms. A frozen account changes nothing, unless a mutation's rule says that it may. */
export const permissions: Permissions = merged(features);

/** What storefronts' answers are put together of, over all rooms. */
export const steadiness: Steadiness = {
  fields: Object.fromEntries(
    features.flatMap(({ steady = {} }) => Object.keys(steady)).map((type) => [type, steadyOf(type)]),
  ),
  permissions,
};

function steadyOf(type: string): SteadyFields[string] {
  return Object.assign({}, ...features.map(({ steady }) => steady?.[type])) as SteadyFields[string];
}

/** What the front door serves: every field behind its rule. */
export async function lockedSchema(): Promise<GraphQLSchema> {
  return withFreshMutations(withAudit(withNamedTypes(locked(withPlainFields(await openSchema()), permissions))));
}

/** type-graphql wants one. What subscriptions tell comes from the database, where all processes find it. */
const ofNoUse = (): never => {
  throw new Error('no subscription is told by its topics');
};
const NO_PUB_SUB = { publish: ofNoUse, subscribe: ofNoUse };

/** The schema as the rooms give it, without rules: for printing, never for serving. */
export function openSchema(): Promise<GraphQLSchema> {
  const resolvers = features.flatMap((feature) => feature.resolvers) as unknown as NonEmptyArray<Function>; // oxlint-disable-line typescript/no-unsafe-function-type
  return buildSchema({ resolvers, pubSub: NO_PUB_SUB, validate: false, skipCheck: true }); // Apollo checks it, too
}

/** Under their rules like all others. */
function withPlainFields(schema: GraphQLSchema): GraphQLSchema {
  for (const { plain = {} } of features)
    for (const [type, fields] of Object.entries(plain))
      for (const [field, resolve] of Object.entries(fields))
        (schema.getType(type) as GraphQLObjectType).getFields()[field]!.resolve = resolve as GraphQLFieldResolver<
          unknown,
          Call
        >;
  return schema;
}

/** Rows name their type. type-graphql would look for instances of its own classes, and asynchronously. */
function withNamedTypes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (row: { readonly __typename: string }) => row.__typename;
  }
  return schema;
}

/** One request may hold several mutations, one after the other: none may answer with what was read before it, or before its own change. */
function withFreshMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (!resolve) continue;
    field.resolve = async (source, args, call: Call, info) => {
      forgetLoaded(call);
      try {
        return await resolve(source, args, call, info);
      } finally {
        forgetLoaded(call);
      }
    };
  }
  return schema;
}

function merged(all: readonly Feature[]): Permissions {
  const result: Record<string, Record<string, Rule>> = {};
  for (const { name, permissions: own } of all) {
    for (const [type, rules] of Object.entries(own)) {
      for (const [field, rule] of Object.entries(rules)) {
        const fields = (result[type] ??= {});
        if (fields[field]) throw new Error(`${name} gives ${type}.${field} a second rule`);
        fields[field] = type === 'Mutation' && !rule.evenFrozen ? and(rule, isNotFrozen) : rule;
      }
    }
  }
  return result;
}
