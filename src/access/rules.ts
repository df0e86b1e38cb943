import {
  ownId,
  isHouse as isOfTheHouse,
  isMarketplace,
  isStaff as isOfStaff,
  lacksScope,
  type Actor,
  type Role,
} from './actor.ts';
import type { Scope } from './scopes.ts';

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
  /** What those are told whom it does not allow, where that is more than that their role may not. */
  readonly why?: (actor: Actor, parent: object) => Denial | undefined;
  /** Of a mutation: an account that is frozen may call it, too. */
  readonly evenFrozen?: true;
}

export interface Denial {
  readonly code: string;
  readonly message: string;
}

/** By type and field. Every field of every type needs a rule, or the server does not start. */
export type Permissions = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

/** The only way to let everybody in. */
export function open(reason: string): Rule {
  if (reason.trim() === '') throw new Error('an open field needs a reason');
  return { name: 'open', openBecause: reason, allows: () => true };
}

/**
 * Open to everybody but API keys of partners that lack the scope. It looks at no row, and is asked without the shield: the field must have a
 * resolver of its own.
 */
export const openWith = (scope: Scope, reason: string): Rule => ({
  ...open(reason),
  name: `openWith(${scope})`,
  allows: (actor) => !lacksScope(actor, scope),
  why: () => scopeMissing(scope),
});

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
export const isPartner = hasRole('isPartner', 'PARTNER');
export const isPlatform = hasRole('isPlatform', 'PLATFORM');
/** MODERATOR, ADMIN or AUDITOR: those who may read everything. */
export const isStaff = only('isStaff', (actor) => isOfStaff(actor));
/** Those who may judge: MODERATOR or ADMIN. */
export const isModerator = hasRole('isModerator', 'MODERATOR', 'ADMIN');
export const isAdmin = hasRole('isAdmin', 'ADMIN');
/** AUDITOR or ADMIN: those who watch what staff do. */
export const isAuditor = hasRole('isAuditor', 'AUDITOR', 'ADMIN');
/** PLATFORM or staff; of API keys those that are good for house:read. */
export const isHouse: Rule = {
  ...only('isHouse', (actor) => isOfTheHouse(actor)),
  why: (actor) => (isMarketplace(actor) ? scopeMissing('house:read') : undefined),
};

/** Not an API key that is limited to other things. */
export const hasScope = (scope: Scope): Rule => ({
  ...only(`hasScope(${scope})`, ({ scopes }) => !scopes || scopes.includes(scope)),
  why: () => scopeMissing(scope),
});

const scopeMissing = (scope: Scope): Denial => ({
  code: 'SCOPE_MISSING',
  message: `This API key is not good for ${scope}. Use one that has this scope.`,
});

export const NOT_FRESH: Denial = {
  code: 'FRESH_SIGN_IN_REQUIRED',
  message: 'This needs a recent sign-in: sign in again, and send it with the new token.',
};
/** The person signed in a short while ago: for what would do most harm in the wrong hands. */
export const isFresh: Rule = { ...only('isFresh', (actor) => actor.isFresh === true), why: () => NOT_FRESH };

/** Open to frozen accounts as well: whom something was taken from can say that it was wrong. */
export const evenFrozen = (rule: Rule): Rule => ({ ...rule, evenFrozen: true });

/** Its account is not frozen. The front door asks this before every mutation but those that are `evenFrozen`. */
export const isNotFrozen: Rule = {
  ...only('isNotFrozen', ({ subject }) => subject?.isFrozen !== true),
  why: () => ({
    code: 'ACCOUNT_FROZEN',
    message:
      'This account is frozen: it can read what is its own, and change nothing but by an appeal. `viewer.freeze` tells why.',
  }),
};

/** The row at hand is the actor's own: its column `column` holds the id of the buyer or merchant that calls. */
export const isOwn = (kind: 'BUYER' | 'MERCHANT', column = 'id'): Rule =>
  only(`isOwn(${kind} ${column})`, (actor, parent) => {
    const id = ownId(actor, kind);
    return id !== null && (parent as Readonly<Record<string, unknown>>)[column] === id;
  });

/** What it says why is what the first of its rules says that has something to say. */
export const or = (...rules: readonly [Rule, Rule, ...Rule[]]): Rule => ({
  ...only(`or(${namesOf(rules)})`, (actor, parent) => rules.some((rule) => rule.allows(actor, parent))),
  why: (actor, parent) => rules.flatMap((rule) => rule.why?.(actor, parent) ?? [])[0],
});

/** What it says why is what the first of its rules says that does not allow. */
export const and = (...rules: readonly [Rule, Rule, ...Rule[]]): Rule => ({
  ...only(`and(${namesOf(rules)})`, (actor, parent) => rules.every((rule) => rule.allows(actor, parent))),
  why: (actor, parent) => rules.find((rule) => !rule.allows(actor, parent))?.why?.(actor, parent),
});

const namesOf = (rules: readonly Rule[]): string => rules.map(({ name }) => name).join(', ');
