import fs from 'node:fs';
import path from 'node:path';
import type { Actor, Role } from '../../src/access/actor.ts';

/** A rule as the table of permissions tells of it: "or(isOwn(BUYER id), isHouse)". */
export type Told = Several | One;
interface Several {
  readonly op: 'and' | 'or';
  readonly rules: readonly Told[];
}
interface One {
  readonly op: 'one';
  readonly name: string;
  readonly about: readonly string[];
}

/** Reads what a rule says of itself. */
export function ruleIn(text: string): Told {
  const [, name, inner] = /^(\w+)(?:\((.*)\))?$/.exec(text.trim()) ?? [];
  if (name === undefined) throw new Error(`this is no rule: ${text}`);
  if (name === 'and' || name === 'or') return { op: name, rules: partsOf(inner!).map(ruleIn) };
  return { op: 'one', name, about: inner?.split(' ') ?? [] };
}

/** Cuts at the commas that stand in no brackets. */
function partsOf(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** `schema/permissions.txt`: by "Type.field". */
export function tableOfPermissions(): ReadonlyMap<string, Told> {
  const file = path.resolve(import.meta.dirname, '../../schema/permissions.txt');
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [, field, rule] = /^(\S+)\s+(.+?)(?:\s{2}# .+)?$/.exec(line)!;
      return [field!, ruleIn(rule!)];
    }),
  );
}

/** Every simple rule within it. */
export const rulesIn = (rule: Told): readonly One[] => (rule.op === 'one' ? [rule] : rule.rules.flatMap(rulesIn));

/** Said here once more, and not taken from the code: whom the words of the table mean. */
const ROLES_OF: Readonly<Record<string, readonly Role[]>> = {
  open: ['PUBLIC', 'BUYER', 'MERCHANT', 'PARTNER', 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'],
  isSignedIn: ['BUYER', 'MERCHANT', 'PARTNER', 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'],
  isBuyer: ['BUYER'],
  isMerchant: ['MERCHANT'],
  isPartner: ['PARTNER'],
  isPlatform: ['PLATFORM'],
  isStaff: ['MODERATOR', 'ADMIN', 'AUDITOR'],
  isModerator: ['MODERATOR', 'ADMIN'],
  isAdmin: ['ADMIN'],
  isAuditor: ['AUDITOR', 'ADMIN'],
  isHouse: ['PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'],
};

/** Whether the table lets the actor read a field of a row that is its own or not. `row`: what else the row holds. */
export function isLetIn(
  rule: Told,
  actor: Actor,
  isOwn: boolean,
  row: Readonly<Record<string, unknown>> = {},
): boolean {
  if (rule.op === 'one') return isLetInBy(rule, actor, isOwn, row);
  if (rule.op === 'and') return rule.rules.every((each) => isLetIn(each, actor, isOwn, row));
  return rule.rules.some((each) => isLetIn(each, actor, isOwn, row));
}

function isLetInBy(rule: One, actor: Actor, isOwn: boolean, row: Readonly<Record<string, unknown>>): boolean {
  const [first = '', second] = rule.about;
  switch (rule.name) {
    case 'isOwn':
      return isOwn && actor.role === first;
    case 'has':
      return row[first] === second;
    case 'hasScope':
      return !actor.scopes || (actor.scopes as readonly string[]).includes(first);
    case 'openWith':
      return actor.role !== 'PARTNER' || !actor.scopes || (actor.scopes as readonly string[]).includes(first);
    case 'isHouse':
      return ROLES_OF['isHouse']!.includes(actor.role) && (!actor.scopes || actor.scopes.includes('house:read'));
    case 'isFresh':
      return actor.isFresh === true;
    case 'isNotFrozen':
      return actor.subject?.isFrozen !== true;
    default: {
      const roles = ROLES_OF[rule.name];
      if (!roles) throw new Error(`tests/access/table.ts does not know what "${rule.name}" means`);
      return roles.includes(actor.role);
    }
  }
}
