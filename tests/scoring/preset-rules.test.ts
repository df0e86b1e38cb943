import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/grades/presets.ts';
import { parseRules } from '../../src/scoring/preset-rules.ts';
import type { Refusal } from '../../src/kernel/refusal.ts';
import { documentOf, PRESET_NAMES } from './preset-kit.ts';

type Path = readonly (string | number)[];

/** The document with the value at a path replaced; undefined takes the key away. */
function changed(document: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const inner = changed((document as Record<string, unknown>)[key], rest, value);
  if (Array.isArray(document)) return document.with(Number(key), inner);
  const { [key]: _, ...others } = document as Record<string, unknown>;
  return inner === undefined ? others : { ...others, [key]: inner };
}

const refusalOf = (document: unknown): Refusal => {
  try {
    parseRules(document);
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('the document was not refused');
};

describe('a preset', () => {
  it.each(PRESET_NAMES)('%s is a valid policy under the name of its file, shipped with the house', (name) => {
    const document = documentOf(name);

    expect(parseRules(document)).toMatchObject({ key: name, subjectKind: 'MERCHANT', method: document['method'] });
    expect(PRESETS).toContainEqual(document);
  });

  it.each(PRESET_NAMES)('%s says beside each number where it is from, and when it was seen there', (name) => {
    const { sources, ...rules } = documentOf(name) as { sources: Record<string, { date: string }> };
    const cited = [...JSON.stringify(rules).matchAll(/\{"value":[^}]*"source":"([^"]+)"\}/g)].map(
      ([, source]) => source!,
    );
    const numbers = [...JSON.stringify(rules).matchAll(/"value":/g)];

    expect(cited.length).toBeGreaterThan(4);
    expect(cited).toHaveLength(numbers.length);
    expect([...new Set(cited)].toSorted()).toEqual(Object.keys(sources).toSorted()); // none is missing, none is idle
  });

  it.each([
    ['ebay-seller-standards', ['method'], 'MAGIC', 'method'],
    ['ebay-seller-standards', ['method'], 'LEVELS', 'lookBack'],
    ['ebay-seller-standards', ['key'], 'default', 'key'],
    ['ebay-seller-standards', ['subjectKind'], 'BUYER', 'subjectKind'],
    ['ebay-seller-standards', ['extra'], 1, 'extra'],
    ['ebay-seller-standards', ['label', 'zh-CN'], undefined, 'label.zh-CN'],
    ['ebay-seller-standards', ['sources', 'standards', 'mark'], 'X', 'sources.standards.mark'],
    ['ebay-seller-standards', ['sources', 'standards', 'date'], 'lately', 'sources.standards.date'],
    ['ebay-seller-standards', ['sources', 'standards', 'url'], 'javascript:alert(1)', 'sources.standards.url'],
    ['ebay-seller-standards', ['lookBack', 'days', 'source'], 'nowhere', 'lookBack.days.source'],
    ['ebay-seller-standards', ['lookBack', 'days', 'value'], 0, 'lookBack.days.value'],
    ['ebay-seller-standards', ['lookBack', 'elseDays', 'value'], 30, 'lookBack.elseDays.value'],
    ['ebay-seller-standards', ['lookBack'], null, 'metrics.0.windowDays'],
    ['ebay-seller-standards', ['minimum', 'level'], 'C', 'minimum.level'],
    ['ebay-seller-standards', ['metrics', 0, 'faults', 0], 'BAD_LUCK', 'metrics.0.faults.0'],
    ['ebay-seller-standards', ['metrics', 0, 'faults'], [], 'metrics.0.faults'],
    ['ebay-seller-standards', ['metrics', 1, 'key'], 'transaction_defect_rate', 'metrics.1.key'],
    ['ebay-seller-standards', ['metrics', 5, 'windowDays'], { value: 7, source: 'own' }, 'metrics.5.windowDays'],
    ['ebay-seller-standards', ['standard'], 'average', 'standard'],
    ['ebay-seller-standards', ['bands', 0, 'level'], 'D', 'bands.1.level'],
    ['ebay-seller-standards', ['bands', 0, 'level'], 'NOT_RATED', 'bands.0.level'],
    ['ebay-seller-standards', ['bands', 1, 'key'], 'top_rated', 'bands.1.key'],
    ['ebay-seller-standards', ['bands', 2, 'limits'], { transactions: { value: 1, source: 'own' } }, 'bands.2.limits'],
    ['ebay-seller-standards', ['bands', 0, 'limits', 'luck'], { value: 1, source: 'own' }, 'bands.0.limits.luck'],
    [
      'ebay-seller-standards',
      ['bands', 0, 'limits', 'late_shipment_rate', 'value'],
      3,
      'bands.0.limits.late_shipment_rate.value',
    ],
    [
      'ebay-seller-standards',
      ['bands', 0, 'limits', 'late_shipment_rate', 'counterparties'],
      3,
      'bands.0.limits.late_shipment_rate.events',
    ],
    [
      'ebay-seller-standards',
      ['bands', 0, 'limits', 'tracking_rate', 'counterparties'],
      3,
      'bands.0.limits.tracking_rate.counterparties',
    ],
    ['taobao-levels', ['sameBuyerCap', 'value'], 0, 'sameBuyerCap.value'],
    ['taobao-levels', ['stars', 'goodFrom', 'value'], 2, 'stars.goodFrom'],
    ['taobao-levels', ['points', 'bad'], undefined, 'points.bad'],
    ['taobao-levels', ['ranks', 3, 'atLeast', 'value'], 41, 'ranks.3.atLeast'],
    ['taobao-levels', ['ranks', 19, 'level'], 'B', 'ranks.19.level'],
    ['taobao-levels', ['ranks'], [], 'ranks'],
    ['trustpilot-stars', ['prior', 'reviews', 'value'], 0, 'prior.reviews.value'],
    ['trustpilot-stars', ['prior', 'stars', 'value'], 6, 'prior.stars.value'],
    ['trustpilot-stars', ['halfLifeDays', 'value'], 0.5, 'halfLifeDays.value'],
    ['trustpilot-stars', ['bands', 1, 'atLeast', 'value'], 5, 'bands.1.atLeast'],
    ['trustpilot-stars', ['bands', 8, 'atLeast', 'value'], 1.2, 'bands.8.atLeast'],
  ] as const)('%s is refused with %j = %j, at %s', (name, path, value, at) => {
    const refusal = refusalOf(changed(documentOf(name), path, value));

    expect(refusal).toMatchObject({ kind: 'INVALID', code: 'POLICY_INVALID' });
    expect(refusal.field?.join('.')).toBe(at);
  });

  it('is told from a policy of the house by its method, which that may name too', () => {
    const house = documentOf('default-merchant');

    expect(parseRules({ ...house, method: 'POSTERIOR' })).toEqual(parseRules(house));
    expect(parseRules(house)).not.toHaveProperty('method');
  });

  it.each([null, 3, 'LEVELS', [], { method: ['LEVELS'] }])('%j is refused and breaks nothing', (document) => {
    expect(refusalOf(document)).toMatchObject({ code: 'POLICY_INVALID' });
  });
});
