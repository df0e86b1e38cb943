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

  it('tells in its name what it is made of', () => {
    expect(rules.or(rules.isOwn('BUYER'), rules.isHouse).name).toBe('or(isOwn(BUYER id), isHouse)');
  });

  it('cannot be opened without a reason', () => {
    expect(() => rules.open(' ')).toThrow('reason');
  });
});
