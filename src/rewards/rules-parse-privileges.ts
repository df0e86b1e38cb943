import { asList, asObject, asOneOf, asWhole, refuse, type Path } from '../scoring/checks.ts';
import { BANDS } from '../scoring/levels.ts';
import { CONDITIONS } from '../scoring/policy.ts';
import { keysApart, MOST_DAYS, parseKey, parseTexts } from './rules-parse-parts.ts';
import { PAYEES, type PrivilegeRule, type Way } from './rules.ts';

const MOST_PRIVILEGES = 100;
const MOST_WAYS = 20;
const MOST_BALANCE = 2_147_483_647;

export function parsePrivileges(value: unknown, path: Path): readonly PrivilegeRule[] {
  const privileges = asList(value, path, MOST_PRIVILEGES).map((each, i) => parsePrivilege(each, [...path, String(i)]));
  keysApart(privileges.map(({ key }) => ['privileges', key]));
  return privileges;
}

function parsePrivilege(value: unknown, path: Path): PrivilegeRule {
  const fields = asObject(value, path, ['key', 'for', 'anyOf', 'texts'], ['graceDays', 'withdrawnWhile']);
  const listOf = <T extends string>(field: string, choices: readonly T[]): T[] => [
    ...new Set(
      asList(fields[field] ?? [], [...path, field], choices.length).map((each, i) =>
        asOneOf(each, [...path, field, String(i)], choices),
      ),
    ),
  ];
  const holders = listOf('for', PAYEES);
  if (holders.length === 0) refuse([...path, 'for'], 'must name somebody');
  const anyOf = asList(fields['anyOf'], [...path, 'anyOf'], MOST_WAYS).map((each, i) =>
    parseWay(each, [...path, 'anyOf', String(i)]),
  );
  if (anyOf.length === 0) refuse([...path, 'anyOf'], 'must name at least one way to get it');
  return {
    key: parseKey(fields['key'], [...path, 'key']),
    for: holders,
    anyOf,
    graceDays: fields['graceDays'] == null ? 0 : asWhole(fields['graceDays'], [...path, 'graceDays'], 0, MOST_DAYS),
    withdrawnWhile: listOf('withdrawnWhile', CONDITIONS),
    texts: parseTexts(fields['texts'], [...path, 'texts']),
  };
}

function parseWay(value: unknown, path: Path): Way {
  const { level = null, points = null } = asObject(value, path, [], ['level', 'points']);
  if (level === null && points === null) refuse(path, 'must name a level, points or both');
  return {
    level: level === null ? null : asOneOf(level, [...path, 'level'], BANDS),
    points: points === null ? null : asWhole(points, [...path, 'points'], 1, MOST_BALANCE),
  };
}
