import { asList, asObject, asOneOf, asRecord, asText, asWhole, refuse, type Path } from '../scoring/checks.ts';
import { LADDER_KINDS, SANCTION_KINDS, type Conduct, type Ground, type LadderRung } from './conduct.ts';

const MOST_STRIKES = 10_000;
const MOST_DAYS = 3_660;
const MOST_POINTS = 1_000_000_000;
const MOST_GROUNDS = 200;
const MOST_STEPS = 50;
const MOST_APPEAL_HOURS = 90 * 24;
const LEAST_APPEAL_DAYS = 183; // six months: Digital Services Act, art. 20 (1)
/** One line of a text for people. */
const TEXT = /^[^\p{Cc}]{1,500}$/u;

/** A conduct document as it came from outside, checked and in its one normal form; or a Refusal that names the JSON path. */
export function parseConduct(document: unknown): Conduct {
  const fields = asObject(
    document,
    [],
    ['strikeDays', 'appealDays', 'appealHours', 'grounds', 'steps', 'secondPerson'],
    ['sources'],
  );
  return {
    strikeDays: asWhole(fields['strikeDays'], ['strikeDays'], 1, MOST_DAYS),
    appealDays: asWhole(fields['appealDays'], ['appealDays'], LEAST_APPEAL_DAYS, MOST_DAYS),
    appealHours: asWhole(fields['appealHours'], ['appealHours'], 1, MOST_APPEAL_HOURS),
    grounds: parseGrounds(fields['grounds']),
    steps: parseSteps(fields['steps']),
    secondPerson: parseSecondPerson(fields['secondPerson']),
    sources: parseSources(fields['sources'] ?? {}),
  };
}

function parseGrounds(value: unknown): Conduct['grounds'] {
  const grounds = Object.entries(asRecord(value, ['grounds']));
  if (grounds.length === 0) refuse(['grounds'], 'must name at least one ground');
  if (grounds.length > MOST_GROUNDS) refuse(['grounds'], `must have at most ${MOST_GROUNDS}, not ${grounds.length}`);
  return Object.fromEntries(
    grounds.map(([code, ground]) => {
      const path = ['grounds', code];
      if (!/^[A-Z][A-Z_]{1,39}$/.test(code)) refuse(path, 'must be named like LATE_DISPATCH');
      return [code, parseGround(ground, path)];
    }),
  );
}

function parseGround(value: unknown, path: Path): Ground {
  const fields = asObject(value, path, ['first', 'further', 'most', 'texts']);
  const first = asWhole(fields['first'], [...path, 'first'], 0, MOST_STRIKES);
  const texts = asObject(fields['texts'], [...path, 'texts'], ['en', 'zh-CN']);
  const text = (locale: 'en' | 'zh-CN') => asText(texts[locale], [...path, 'texts', locale], TEXT, 'a sentence');
  return {
    first,
    further: asWhole(fields['further'], [...path, 'further'], 0, MOST_STRIKES),
    most: asWhole(fields['most'], [...path, 'most'], first, MOST_STRIKES),
    texts: { en: text('en'), 'zh-CN': text('zh-CN') },
  };
}

function parseSteps(value: unknown): readonly LadderRung[] {
  const steps = asList(value, ['steps'], MOST_STEPS).map((each, i) => parseStep(each, ['steps', String(i)]));
  if (steps.length === 0) refuse(['steps'], 'must have at least one step');
  steps.forEach((step, i) => {
    const below = steps[i - 1];
    if (below && step.at <= below.at)
      refuse(['steps', String(i), 'at'], `must be greater than ${below.at}, the step's below`);
    if (below && SANCTION_KINDS.indexOf(step.kind) < SANCTION_KINDS.indexOf(below.kind))
      refuse(['steps', String(i), 'kind'], `must not be milder than ${below.kind}, the step's below`);
  });
  return steps;
}

function parseStep(value: unknown, path: Path): LadderRung {
  const fields = asObject(value, path, ['at', 'kind'], ['days', 'points', 'publicNotice']);
  const kind = asOneOf(fields['kind'], [...path, 'kind'], LADDER_KINDS);
  const { days = null, points = 0, publicNotice = false } = fields;
  if (days !== null && kind !== 'RESTRICTION' && kind !== 'SUSPENSION') refuse([...path, 'days'], `a ${kind} has none`);
  if (typeof publicNotice !== 'boolean') refuse([...path, 'publicNotice'], 'must be true or false');
  const cost = asWhole(points, [...path, 'points'], 0, MOST_POINTS);
  if (kind === 'POINTS_DEDUCTION' && cost === 0) refuse([...path, 'points'], 'must be at least 1');
  if (kind === 'WARNING' && cost > 0) refuse([...path, 'points'], 'must be 0: a warning costs nothing');
  return {
    at: asWhole(fields['at'], [...path, 'at'], 1, MOST_STRIKES),
    kind,
    days: days === null ? null : asWhole(days, [...path, 'days'], 1, MOST_DAYS),
    points: cost,
    publicNotice,
  };
}

function parseSecondPerson(value: unknown): Conduct['secondPerson'] {
  const path = ['secondPerson'];
  const fields = asObject(value, path, ['kinds', 'pointsAbove', 'reviewsAbove']);
  const kinds = asList(fields['kinds'], [...path, 'kinds'], SANCTION_KINDS.length).map((kind, i) =>
    asOneOf(kind, [...path, 'kinds', String(i)], SANCTION_KINDS),
  );
  return {
    kinds: [...new Set(kinds)],
    pointsAbove: asWhole(fields['pointsAbove'], [...path, 'pointsAbove'], 0, MOST_POINTS),
    reviewsAbove: asWhole(fields['reviewsAbove'], [...path, 'reviewsAbove'], 0, 10_000),
  };
}

const parseSources = (value: unknown): Conduct['sources'] =>
  Object.fromEntries(
    Object.entries(asRecord(value, ['sources'])).map(([what, source]) => [
      what,
      asText(source, ['sources', what], TEXT, 'where the number was seen'),
    ]),
  );
