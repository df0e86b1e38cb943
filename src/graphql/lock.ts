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
  const middleware = withoutOpenFields(gate.generate(schema) as IMiddlewareTypeMap, permissions);
  return withScopes(withRuledStreams(applyMiddleware(schema, middleware), permissions), permissions);
}

/** Fields that are open but for some API keys are asked about at once: the shield's wrapper would cost all others a promise. */
function withScopes(schema: GraphQLSchema, permissions: Permissions): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType))
    for (const [name, field] of Object.entries(type.getFields())) {
      const { resolve } = field;
      const own = permissions[type.name]?.[name];
      if (!own?.openBecause || !own.why) continue;
      if (!resolve) throw new Error(`${type.name}.${name} needs a resolver to be open but for some`);
      const denied = denialBy(own);
      field.resolve = (source, args, call: Call, info) => {
        const denial = call.actor.role === 'PARTNER' ? denied(undefined, args, call, info) : null;
        if (denial) throw denial;
        return resolve(source, args, call, info);
      };
    }
  return schema;
}

/** The shield looks at each event of a subscription, and not at who opens it. */
function withRuledStreams(schema: GraphQLSchema, { Subscription: rules = {} }: Permissions): GraphQLSchema {
  for (const [name, field] of Object.entries(schema.getSubscriptionType()?.getFields() ?? {})) {
    const { subscribe } = field;
    const own = rules[name];
    if (!subscribe || !own) throw new Error(`the subscription ${name} has no stream or no rule`);
    const denied = denialBy(own);
    field.subscribe = (source, args, call: Call, info) => {
      const denial = denied(source as undefined, args, call, info);
      if (denial) throw denial;
      return subscribe(source, args, call, info);
    };
  }
  return schema;
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
  const denied = denialBy(each);
  return rule(name, { cache: 'no_cache' })(
    (parent: object | undefined, args, call: Call, info) => denied(parent, args, call, info) ?? true,
  );
}

/** What the caller is told whom the rule does not allow; null for all others. What is worth it is noted for the audit log. */
function denialBy(each: Rule) {
  const isAudited = isForStaff(each);
  return (
    parent: object | undefined,
    args: Record<string, unknown>,
    call: Call,
    info: GraphQLResolveInfo,
  ): GraphQLError | null => {
    const error = denialOf(each, call, parent);
    if (error && (isAudited || call.actor.role === 'PARTNER'))
      noteRefused(call, nameOf(info), String(error.extensions['code']), args['input']);
    return error;
  };
}

export function denialOf({ allows, why }: Rule, { actor }: Call, parent: object = {}): GraphQLError | null {
  if (allows(actor, parent)) return null;
  return actor.role === 'PUBLIC' ? unauthenticated() : forbidden(why?.(actor, parent));
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
