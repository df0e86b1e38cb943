import { describe, expect, it } from 'vitest';
import { ROLES, type Actor, type Role } from '../../src/access/actor.ts';
import * as rules from '../../src/access/rules.ts';

const an = (role: Role): Actor => ({ role, name: role, subject: null });
const buyer = (id: string | null): Actor => ({
  role: 'BUYER',
  name: 'BUYER:b-1',
  subject: { kind: 'BUYER', externalId: 'b-1', id },
});
const admitted = (rule: rules.Rule) => ROLES.filter((role) => rule.allows(an(role), {}));

describe('a rule', () => {
  it.each([
    [rules.open('for the test'), [...ROLES]],
    [rules.isSignedIn, ROLES.filter((role) => role !== 'PUBLIC')],
    [rules.isBuyer, ['BUYER']],
    [rules.isMerchant, ['MERCHANT']],
    [rules.isPlatform, ['PLATFORM']],
    [rules.isStaff, ['MODERATOR', 'ADMIN', 'AUDITOR']],
    [rules.isHouse, ['PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR']],
    [rules.isModerator, ['MODERATOR', 'ADMIN']],
    [rules.isAdmin, ['ADMIN']],
    [rules.or(rules.isBuyer, rules.isAdmin), ['BUYER', 'ADMIN']],
    [rules.and(rules.isStaff, rules.isModerator), ['MODERATOR', 'ADMIN']],
  ] as const)('$name admits who it says', (rule, roles) => {
    expect(admitted(rule)).toEqual(roles);
  });

  it('of ownership looks at whose row it is', () => {
    const isOwn = rules.isOwn('BUYER', 'authorId');

    expect(isOwn.allows(buyer('1'), { authorId: '1' })).toBe(true);
    expect(isOwn.allows(buyer('1'), { authorId: '2' })).toBe(false);
    expect(isOwn.allows(an('ADMIN'), { authorId: '1' })).toBe(false);
  });

  it('of ownership admits nobody to a row that is nobody’s', () => {
    expect(rules.isOwn('BUYER', 'authorId').allows(buyer(null), { authorId: null })).toBe(false);
    expect(rules.isOwn('BUYER', 'authorId').allows(buyer(null), {})).toBe(false);
  });

  it('of scopes looks at API keys alone', () => {
    const rule = rules.hasScope('events:write');
    const key = (scopes: Actor['scopes']): Actor => ({ ...an('PLATFORM'), ...(scopes && { scopes }) });

    expect(
      [undefined, ['events:write'] as const, ['grades:read'] as const, [] as const].map((scopes) =>
        rule.allows(key(scopes), {}),
      ),
    ).toEqual([true, true, false, false]);
    expect(rule.why?.(key([]), {})?.code).toBe('SCOPE_MISSING');
  });

  it('of freshness admits who signed in of late; of freezing, who is not frozen', () => {
    expect(rules.isFresh.allows({ ...an('ADMIN'), isFresh: true }, {})).toBe(true);
    expect(rules.isFresh.allows(an('ADMIN'), {})).toBe(false);
    const frozen: Actor = { ...buyer('1'), subject: { ...buyer('1').subject!, isFrozen: true } };
    expect(rules.isNotFrozen.allows(frozen, {})).toBe(false);
    expect(rules.isNotFrozen.allows(buyer('1'), {})).toBe(true);
  });

  it('of several says why by the first that does not admit', () => {
    const rule = rules.and(rules.isAdmin, rules.isFresh);

    expect(rule.why?.(an('ADMIN'), {})?.code).toBe('FRESH_SIGN_IN_REQUIRED');
    expect(rule.why?.(an('BUYER'), {})).toBeUndefined();
    expect(rules.and(rule, rules.isNotFrozen).why?.(an('ADMIN'), {})?.code).toBe('FRESH_SIGN_IN_REQUIRED');
  });

  it('tells in its name what it is made of', () => {
    expect(rules.or(rules.isOwn('BUYER'), rules.isHouse).name).toBe('or(isOwn(BUYER id), isHouse)');
  });

  it('cannot be opened without a reason', () => {
    expect(() => rules.open(' ')).toThrow('reason');
  });
});
