import type { SubjectKind } from '../kernel/subject.ts';
import { asList, asObject, asOneOf, asRecord, asWhole, refuse, type Fields, type Path } from './checks.ts';
import { kindsOf } from './kinds.ts';
import { BANDS, CUT_BANDS } from './levels.ts';
import { CONDITIONS, type Cap, type Policy, type ReasonTexts } from './policy.ts';
import { namesIn, placeholdersOf } from './reason-texts.ts';

/** What a policy may leave out. */
export const OPTIONS = ['caps', 'reasonTexts', 'approval', 'noticeDays'] as const;
const MOST_NOTICE_DAYS = 366;
const MOST_CHARACTERS = 300;

/** Those of the optional fields that are given, checked. */
export function parseOptions(
  fields: Fields,
  subjectKind: SubjectKind,
): Pick<Policy, 'caps' | 'reasonTexts' | 'approval' | 'noticeDays'> {
  const has = (name: (typeof OPTIONS)[number]) => Object.hasOwn(fields, name);
  return {
    ...(has('caps') && { caps: parseCaps(fields['caps']) }),
    ...(has('reasonTexts') && { reasonTexts: parseReasonTexts(fields['reasonTexts'], subjectKind) }),
    ...(has('approval') && { approval: parseApproval(fields['approval']) }),
    ...(has('noticeDays') && { noticeDays: asWhole(fields['noticeDays'], ['noticeDays'], 0, MOST_NOTICE_DAYS) }),
  };
}

function parseCaps(value: unknown): readonly Cap[] {
  const caps = asList(value, ['caps'], CONDITIONS.length).map((each, i) => {
    const path = ['caps', String(i)];
    const fields = asObject(each, path, ['when', 'level']);
    return {
      when: asOneOf(fields['when'], [...path, 'when'], CONDITIONS),
      level: asOneOf(fields['level'], [...path, 'level'], BANDS),
    };
  });
  caps.forEach(({ when }, i) => {
    const first = caps.findIndex((each) => each.when === when);
    if (first < i) refuse(['caps', String(i), 'when'], `has a cap already, caps.${first}`);
  });
  return caps;
}

function parseApproval(value: unknown): NonNullable<Policy['approval']> {
  const { persons } = asObject(value, ['approval'], ['persons']);
  return { persons: asWhole(persons, ['approval', 'persons'], 1, 2) === 2 ? 2 : 1 };
}

function parseReasonTexts(value: unknown, subjectKind: SubjectKind): ReasonTexts {
  const fields = asObject(value, ['reasonTexts'], [], ['en', 'zh-CN']);
  const codes = [
    ...kindsOf(subjectKind).map(({ key }) => key),
    ...CUT_BANDS.map((band) => `GATE_${band}`),
    ...CONDITIONS.map((condition) => `CAP_${condition}`),
    'NOT_ENOUGH_EVIDENCE',
  ];
  return Object.fromEntries(
    Object.entries(fields).map(([locale, texts]) => [locale, parseTexts(texts, ['reasonTexts', locale], codes)]),
  );
}

function parseTexts(value: unknown, path: Path, codes: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(asRecord(value, path)).map(([code, template]) => {
      if (!codes.includes(code)) refuse([...path, code], 'is no reason');
      return [code, parseTemplate(template, [...path, code], code)];
    }),
  );
}

function parseTemplate(value: unknown, path: Path, code: string): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MOST_CHARACTERS)
    refuse(path, `must be a text of 1 to ${MOST_CHARACTERS} characters`);
  if (/\p{Cc}/u.test(value)) refuse(path, 'must have no control characters');
  const known = placeholdersOf(code);
  const unknown = namesIn(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    refuse(path, `must not have {${unknown}} in it; there are ${known.map((name) => `{${name}}`).join(', ')}`);
  return value;
}
