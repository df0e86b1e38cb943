import { asList, asObject, asOneOf, asRecord, asText, asWhole, refuse, type Path } from '../scoring/checks.ts';
import { CUT_BANDS, type Band } from '../scoring/levels.ts';
import { parseEarning, parsePenalties } from './rules-parse-events.ts';
import { asFactor, keysApart, MOST_POINTS, parseKey, parseTexts, TEXT } from './rules-parse-parts.ts';
import { parsePrivileges } from './rules-parse-privileges.ts';
import { PAYEES, type Campaign, type Payee, type Redeeming, type Rewards } from './rules.ts';

const MOST_CAMPAIGNS = 100;
const MOST_CURRENCIES = 200;
const MOST_AMOUNT = 1_000_000_000; // minor units

/** A rewards document as it came from outside, checked and in its one normal form; or a Refusal that names the JSON path. */
export function parseRewards(document: unknown): Rewards {
  const fields = asObject(
    document,
    [],
    ['earning', 'mostADay', 'multipliers', 'campaigns', 'penalties', 'redeeming', 'privileges'],
    ['sources'],
  );
  const earning = parseEarning(fields['earning'], ['earning']);
  const penalties = parsePenalties(fields['penalties'], ['penalties']);
  keysApart([...earning.map(({ key }) => ['earning', key]), ...penalties.map(({ key }) => ['penalties', key])]);
  return {
    earning,
    mostADay: parseMostADay(fields['mostADay'], ['mostADay']),
    multipliers: parseMultipliers(fields['multipliers'], ['multipliers']),
    campaigns: parseCampaigns(
      fields['campaigns'],
      earning.map(({ key }) => key),
    ),
    penalties,
    redeeming: parseRedeeming(fields['redeeming'], ['redeeming']),
    privileges: parsePrivileges(fields['privileges'], ['privileges']),
    sources: parseSources(fields['sources'] ?? {}),
  };
}

function parseMostADay(value: unknown, path: Path): Rewards['mostADay'] {
  const fields = asObject(value, path, PAYEES);
  const most = (payee: Payee) =>
    fields[payee] === null ? null : asWhole(fields[payee], [...path, payee], 1, MOST_POINTS);
  return { MERCHANT: most('MERCHANT'), BUYER: most('BUYER') };
}

function parseMultipliers(value: unknown, path: Path): Rewards['multipliers'] {
  const fields = asObject(value, path, PAYEES);
  const of = (payee: Payee): Partial<Record<Band, number>> => {
    const levels = asObject(fields[payee], [...path, payee], [], [...CUT_BANDS, 'D']);
    return Object.fromEntries(
      Object.entries(levels).map(([level, factor]) => [level, asFactor(factor, [...path, payee, level], 0)]),
    );
  };
  return { MERCHANT: of('MERCHANT'), BUYER: of('BUYER') };
}

function parseCampaigns(value: unknown, rules: readonly string[]): readonly Campaign[] {
  const campaigns = asList(value, ['campaigns'], MOST_CAMPAIGNS).map((each, i) =>
    parseCampaign(each, ['campaigns', String(i)], rules),
  );
  keysApart(campaigns.map(({ key }) => ['campaigns', key]));
  return campaigns;
}

function parseCampaign(value: unknown, path: Path, rules: readonly string[]): Campaign {
  const fields = asObject(value, path, ['key', 'from', 'until', 'factor', 'texts'], ['rules']);
  const from = asInstant(fields['from'], [...path, 'from']);
  const until = asInstant(fields['until'], [...path, 'until']);
  if (until <= from) refuse([...path, 'until'], 'must be later than `from`');
  const named = fields['rules'] ?? null;
  return {
    key: parseKey(fields['key'], [...path, 'key']),
    from,
    until,
    factor: asFactor(fields['factor'], [...path, 'factor'], 1),
    rules:
      named === null
        ? null
        : asList(named, [...path, 'rules'], rules.length).map((rule, i) =>
            asOneOf(rule, [...path, 'rules', String(i)], rules),
          ),
    texts: parseTexts(fields['texts'], [...path, 'texts']),
  };
}

/** In its normal form it is a number; it may be written as a text of RFC 3339 in UTC. */
function asInstant(value: unknown, path: Path): number {
  if (typeof value === 'number') return asWhole(value, path, Date.UTC(1995, 0, 1), Date.UTC(2200, 0, 1));
  const text = asText(value, path, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, '2026-11-11T00:00:00Z');
  const at = Date.parse(text);
  if (Number.isNaN(at)) refuse(path, 'is no instant');
  return asWhole(at, path, Date.UTC(1995, 0, 1), Date.UTC(2200, 0, 1));
}

function parseRedeeming(value: unknown, path: Path): Redeeming {
  const fields = asObject(value, path, ['minimum', 'step', 'currency', 'currencies']);
  const worth = Object.entries(asRecord(fields['currencies'], [...path, 'currencies']));
  if (worth.length > MOST_CURRENCIES) refuse([...path, 'currencies'], `must have at most ${MOST_CURRENCIES}`);
  const currencies = Object.fromEntries(
    worth.map(([code, each]) => {
      const at = [...path, 'currencies', code];
      if (!/^[A-Z]{3}$/.test(code)) refuse(at, 'must be named by a code of ISO 4217 like EUR');
      const { points, amount } = asObject(each, at, ['points', 'amount']);
      return [
        code,
        {
          points: asWhole(points, [...at, 'points'], 1, MOST_POINTS),
          amount: asWhole(amount, [...at, 'amount'], 1, MOST_AMOUNT),
        },
      ];
    }),
  );
  return {
    minimum: asWhole(fields['minimum'], [...path, 'minimum'], 1, MOST_POINTS),
    step: asWhole(fields['step'], [...path, 'step'], 1, MOST_POINTS),
    currency: asOneOf(fields['currency'], [...path, 'currency'], Object.keys(currencies)),
    currencies,
  };
}

const parseSources = (value: unknown): Rewards['sources'] =>
  Object.fromEntries(
    Object.entries(asRecord(value, ['sources'])).map(([what, source]) => [
      what,
      asText(source, ['sources', what], TEXT, 'where the number was seen'),
    ]),
  );
