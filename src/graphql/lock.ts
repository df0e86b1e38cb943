import { GraphQLError, isIntrospectionType, isObjectType, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { IMiddlewareTypeMap, IMiddlewareFieldMap } from 'graphql-middleware';
import type { IRules } from 'graphql-shield';
import type { Call } from '../access/call.ts';
import type { Denial, Permissions, Rule } from '../access/rules.ts';
import { noteRefused } from '../audit/noted.ts';
import { isForStaff } from './audited.ts';
import { allow, applyMiddleware, deny, rule, shield } from './shield.ts';

/**
 * The schema with a rule before every field. A field without a rule, or a rule without a field, is an error that names it: so
 * nothing can be added and forgotten. Should one slip through all the same, the shield denies it.
 */
export function locked(schema: GraphQLSchema, permissions: Permissions): GraphQLSchema {
  assertComplete(schema, permissions);
  const gate = shield(treeOf(permissions), {
    fallbackRule: deny,
    fallbackError: () => forbidden(),
    allowExternalErrors: true, // else every error of a resolver becomes "Not Authorised!"
  });
  return applyMiddleware(schema, withoutOpenFields(gate.generate(schema) as IMiddlewareTypeMap, permissions));
}

function assertComplete(schema: GraphQLSchema, permissions: Permissions): void {
  const fields = fieldsOf(schema);
  const ruled = new Set(namesIn(permissions));
  const unruled = fields.filter((field) => !ruled.has(field));
  if (unruled.length > 0) throw new Error(`no rule says who may read ${unruled.join(', ')}`);
  const known = new Set(fields);
  const stale = [...ruled].filter((field) => !known.has(field));
  if (stale.length > 0) throw new Error(`there are rules for fields that do not exist: ${stale.join(', ')}`);
}

/** "Type.field" for every field of every object type. */
export const fieldsOf = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !isIntrospectionType(type))
    .flatMap((type) =>
      Object.keys((isObjectType(type) && type.getFields()) || {}).map((field) => `${type.name}.${field}`),
    );

const namesIn = (permissions: Permissions): string[] =>
  Object.entries(permissions).flatMap(([type, rules]) => Object.keys(rules).map((field) => `${type}.${field}`));

function treeOf(permissions: Permissions): IRules {
  const made = new Map<Rule, ReturnType<typeof shieldRuleOf>>();
  return mapped(permissions, (each) => {
    if (each.openBecause) return allow;
    const known = made.get(each) ?? shieldRuleOf(each, `${made.size} ${each.name}`); // the shield wants names of its own
    made.set(each, known);
    return known;
  });
}

/** Without a cache: the shield's is by the rule's name alone, so that what holds for one row would hold for all. */
function shieldRuleOf(each: Rule, name: string) {
  const { allows, why } = each;
  const isAudited = isForStaff(each);
  return rule(name, { cache: 'no_cache' })((parent: object | undefined, args, call: Call, info) => {
    const { actor } = call;
    if (allows(actor, parent ?? {})) return true;
    const error = actor.role === 'PUBLIC' ? unauthenticated() : forbidden(why?.(actor, parent ?? {}));
    if (isAudited || actor.role === 'PARTNER')
      noteRefused(call, nameOf(info), String(error.extensions['code']), args['input']);
    return error;
  });
}

const nameOf = ({ parentType, fieldName }: GraphQLResolveInfo): string =>
  parentType.name === 'Mutation' ? fieldName : `${parentType.name}.${fieldName}`;

const unauthenticated = () =>
  new GraphQLError('This needs a bearer token in the Authorization header.', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
const NOT_YOURS: Denial = { code: 'FORBIDDEN', message: 'Your role may not do this.' };
const forbidden = ({ code, message } = NOT_YOURS) => new GraphQLError(message, { extensions: { code } });

/** An async wrapper around each leaf doubles what a list costs, so fields that are open to all get none. */
function withoutOpenFields(middleware: IMiddlewareTypeMap, permissions: Permissions): IMiddlewareTypeMap {
  const kept = Object.entries(permissions).map(([type, rules]) => {
    const fields = Object.entries(middleware[type] as IMiddlewareFieldMap);
    return [type, Object.fromEntries(fields.filter(([field]) => !rules[field]?.openBecause))] as const;
  });
  return Object.fromEntries(kept.filter(([, fields]) => Object.keys(fields).length > 0));
}

const mapped = <Value>(permissions: Permissions, value: (rule: Rule) => Value) =>
  Object.fromEntries(
    Object.entries(permissions).map(([type, rules]) => [
      type,
      Object.fromEntries(Object.entries(rules).map(([field, each]) => [field, value(each)])),
    ]),
  );
