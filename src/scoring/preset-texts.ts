import type { Metric } from './preset-grade.ts';
import type { Limit, Wording } from './preset-policy.ts';
import { counted, localeOf, whole, type Locale } from './texts.ts';

const percentFormat = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });
const plainFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

type Asked = string | null | undefined;

export const wordsOf = (wording: Wording, asked: Asked): string => wording[localeOf(asked)];

/** A metric's value or limit in its unit. */
export function amountText(value: number, unit: Metric['unit'], locale: Locale): string {
  if (unit === 'RATE') return percentFormat.format(value);
  if (unit === 'DAYS') return locale === 'zh-CN' ? `${whole(value)} 天` : counted(value, 'day', 'days');
  return plainFormat.format(value);
}

/** "Late shipment rate: 4.2% (21 of 500, 18 buyers); Top Rated asks for at most 3%, or no more than 5 buyers" */
export function metricText(metric: Metric, band: { readonly label: Wording }, limit: Limit, asked: Asked): string {
  const locale = localeOf(asked);
  const { label, unit, value, condition } = metric;
  const asks = amountText(limit.value, unit, locale);
  const is = `${amountText(value ?? 0, unit, locale)}${detailText(metric, locale)}`;
  if (locale === 'zh-CN') {
    return `${label[locale]}：${is}；${band.label[locale]}要求${condition === 'AT_MOST' ? '不高于' : '不低于'} ${asks}${forgivenText(limit, locale)}`;
  }
  return `${label.en}: ${is}; ${band.label.en} asks for at ${condition === 'AT_MOST' ? 'most' : 'least'} ${asks}${forgivenText(limit, locale)}`;
}

function forgivenText({ counterparties, events }: Limit, locale: Locale): string {
  if (counterparties !== null)
    return locale === 'zh-CN'
      ? `，或涉及买家不超过 ${whole(counterparties)} 个`
      : `, or no more than ${counted(counterparties, 'buyer', 'buyers')}`;
  if (events === null) return '';
  return locale === 'zh-CN'
    ? `，或不超过 ${whole(events)} 笔`
    : `, or no more than ${counted(events, 'order', 'orders')}`;
}

function detailText(
  { unit, condition, numerator, denominator, distinctCounterparties }: Metric,
  locale: Locale,
): string {
  if (unit !== 'RATE') return '';
  const against = condition === 'AT_MOST';
  if (locale === 'zh-CN') {
    const people = against ? `，涉及 ${whole(distinctCounterparties)} 个买家` : '';
    return `（${whole(denominator)} 笔中 ${whole(numerator)} 笔${people}）`;
  }
  const people = against ? `, ${counted(distinctCounterparties, 'buyer', 'buyers')}` : '';
  return ` (${whole(numerator)} of ${whole(denominator)}${people})`;
}

/** What is missing to a limit: "late shipment rate: 67 more orders without one". */
export function gapText(metric: Metric, limit: Limit, asked: Asked): string {
  const locale = localeOf(asked);
  const name = metric.label[locale];
  if (metric.unit !== 'RATE') {
    const missing = amountText(limit.value - (metric.value ?? 0), metric.unit, locale);
    return locale === 'zh-CN' ? `${name}还差 ${missing}` : `${name}: ${missing} more`;
  }
  const orders = ordersMissing(metric, limit);
  if (orders === null) {
    const asks = amountText(limit.value, 'RATE', locale);
    return locale === 'zh-CN' ? `${name}须为 ${asks}` : `${name}: must become ${asks}`;
  }
  if (locale === 'zh-CN') return `${name}：再有 ${whole(orders)} 笔无问题的订单`;
  return `${name}: ${counted(orders, 'more order', 'more orders')} with nothing wrong`;
}

/** How many more faultless orders bring a rate to its limit; null where none do. */
export function ordersMissing({ condition, numerator, denominator }: Metric, { value }: Limit): number | null {
  const isEnough = (more: number) =>
    condition === 'AT_MOST'
      ? numerator / (denominator + more) <= value
      : (numerator + more) / (denominator + more) >= value;
  const estimate =
    condition === 'AT_MOST' ? numerator / value - denominator : (value * denominator - numerator) / (1 - value);
  if (!Number.isFinite(estimate)) return null;
  let more = Math.max(0, Math.floor(estimate) - 1);
  while (!isEnough(more)) more++;
  return more;
}

export function joined(goal: Wording, gaps: readonly string[], asked: Asked): string {
  return localeOf(asked) === 'zh-CN'
    ? `${goal['zh-CN']}还需：${gaps.join('；')}。`
    : `To ${goal.en}: ${gaps.join('; ')}.`;
}

export function tooFewOrders(band: Wording, missing: number, asked: Asked): string {
  if (localeOf(asked) === 'zh-CN') return `${band['zh-CN']}：还需 ${whole(missing)} 笔订单`;
  return `${band.en}: needs ${counted(missing, 'more order', 'more orders')}`;
}

const signedFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 2, signDisplay: 'exceptZero' });

/** "Good ratings: +1,204 (1,204)" */
export function factorText(
  { label, points, count }: { readonly label: Wording; readonly points: number; readonly count: number },
  asked: Asked,
): string {
  const zh = localeOf(asked) === 'zh-CN';
  return zh
    ? `${label['zh-CN']} ${whole(count)} 条：${signedFormat.format(points)} 分`
    : `${label.en} (${whole(count)}): ${signedFormat.format(points)} points`;
}

export function pointsMissing(rank: Wording, missing: number, cap: number, asked: Asked): string {
  if (localeOf(asked) === 'zh-CN')
    return `距${rank['zh-CN']}还差 ${whole(missing)} 分；同一买家每月至多计 ${whole(cap)} 分。`;
  const points = counted(missing, 'more point leads', 'more points lead');
  return `${points} to ${rank.en}; one buyer gives at most ${whole(cap)} a month.`;
}

export function starsMissing(band: Wording, fives: number, asked: Asked): string {
  if (localeOf(asked) === 'zh-CN') return `再有 ${whole(fives)} 条五星评价，即可升至${band['zh-CN']}。`;
  return `${counted(fives, 'more five-star review leads', 'more five-star reviews lead')} to ${band.en}.`;
}

export const noRatings = (asked: Asked): string =>
  localeOf(asked) === 'zh-CN' ? '尚无有效评价' : 'Not rated yet: no review counts';
