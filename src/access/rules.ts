import { ownId, isHouse as isOfTheHouse, isStaff as isOfStaff, type Actor, type Role } from './actor.ts';

/**
 * Who may read a field or call it. Rules look at the actor and, where it matters whose row it is, at the parent; never at the
 * arguments, and never in the database: which rows are found is up to the entities' `visible` filters.
 */
export interface Rule {
  /** As `schema/permissions.txt` shows it. */
  readonly name: string;
  /** Why everybody may; null where not everybody may. */
  readonly openBecause: string | null;
  readonly allows: (actor: Actor, parent: object) => boolean;
}

/** By type and field. Every field of every type needs a rule, or the server does not start. */
export type Permissions = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

/** The only way to let everybody in. */
export function open(reason: string): Rule {
  if (reason.trim() === '') throw new Error('an open field needs a reason');
  return { name: 'open', openBecause: reason, allows: () => true };
}

/** The same rule for several fields. */
export const each = <const Field extends string>(fields: readonly Field[], rule: Rule): Record<Field, Rule> =>
  Object.fromEntries(fields.map((field) => [field, rule])) as Record<Field, Rule>;

/** The four shapes of a list by pages: `name` + Connection and Edge, each field under the rule. */
export const eachOfConnection = (name: string, rule: Rule): Permissions => ({
  [`${name}Connection`]: each(['edges', 'nodes', 'pageInfo'], rule),
  [`${name}Edge`]: each(['cursor', 'node'], rule),
});

const only = (name: string, allows: Rule['allows']): Rule => ({ name, openBecause: null, allows });
const hasRole = (name: string, ...roles: Role[]): Rule => only(name, ({ role }) => roles.includes(role));

export const isSignedIn = only('isSignedIn', ({ role }) => role !== 'PUBLIC');
export const isBuyer = hasRole('isBuyer', 'BUYER');
export const isMerchant = hasRole('isMerchant', 'MERCHANT');
export const isPlatform = hasRole('isPlatform', 'PLATFORM');
/** MODERATOR, ADMIN or AUDITOR: those who may read everything. */
export const isStaff = only('isStaff', (actor) => isOfStaff(actor));
/** Those who may judge: MODERATOR or ADMIN. */
export const isModerator = hasRole('isModerator', 'MODERATOR', 'ADMIN');
export const isAdmin = hasRole('isAdmin', 'ADMIN');
/** PLATFORM or staff. */
export const isHouse = only('isHouse', (actor) => isOfTheHouse(actor));

/** The row at hand is the actor's own: its column `column` holds the id of the buyer or merchant that calls. */
export const isOwn = (kind: 'BUYER' | 'MERCHANT', column = 'id'): Rule =>
  only(`isOwn(${kind} ${column})`, (actor, parent) => {
    const id = ownId(actor, kind);
    return id !== null && (parent as Readonly<Record<string, unknown>>)[column] === id;
  });

export const or = (...rules: readonly [Rule, Rule, ...Rule[]]): Rule =>
  only(`or(${namesOf(rules)})`, (actor, parent) => rules.some((rule) => rule.allows(actor, parent)));

export const and = (...rules: readonly [Rule, Rule, ...Rule[]]): Rule =>
  only(`and(${namesOf(rules)})`, (actor, parent) => rules.every((rule) => rule.allows(actor, parent)));

const namesOf = (rules: readonly Rule[]): string => rules.map(({ name }) => name).join(', ');
