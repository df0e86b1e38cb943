import type { SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy, KindRule } from './compiled.ts';
import { term } from './decay.ts';
import { gapOf, scoreOf, totalsOf, type Balance } from './grade.ts';
import { slotOf } from './kinds.ts';
import { BANDS, type Band } from './levels.ts';
import type { Cap } from './policy.ts';
import { conditionName, counted, countedKind, counterpartyNames, localeOf, whole, type Locale } from './texts.ts';

/** Beyond this many deals a level is out of reach by deals alone. */
const MOST_DEALS = 2 ** 40;
const FOR_EVER = { firstDay: 0, lastDay: Number.MAX_SAFE_INTEGER };

/** What lifts a subject to its next level. */
export interface NextLevel {
  readonly level: Band;
  readonly points: number; // of the low score still missing to that level's cut; 0 where only a gate or evidence is missing
  readonly deals: number | null; // good deals with new counterparties that get there; null where no number of them does
  readonly days: number; // of trading that must also pass
  readonly suggestion: (locale?: string | null) => string;
}

/** Null at the top. For who is not rated: the least that brings a first grade, and the level that it would be. */
export function nextLevel(policy: CompiledPolicy, balance: Balance, at: number): NextLevel | null {
  const current = scoreOf(policy, balance, at);
  if (current.level === 'AAA') return null;
  const isFirst = current.level === 'NOT_RATED';
  const goal = isFirst ? 'D' : betterThan(current.level);
  const days = daysMissing(policy, withGoodDeals(policy, balance, at, 1), goal);
  const deals = fewestDeals((count) => {
    const then = withGoodDeals(policy, balance, at, count);
    return hasReached(policy, days === 0 ? then : { ...then, ...FOR_EVER }, at, goal);
  });
  const level = isFirst ? firstLevel(policy, withGoodDeals(policy, balance, at, deals ?? 0), at) : goal;
  const cut = policy.ladder.find((rung) => rung.level === level)!.cut;
  const points = Math.max(0, cut - current.lowScore);
  const gap = { level, points, deals, days, isFirst, cap: current.cap };
  return { level, points, deals, days, suggestion: (asked) => suggest(policy, gap, asked) };
}

/** The balance after `count` more good deals at `at`, each of ordinary value and with a counterparty of its own. */
export function withGoodDeals(policy: CompiledPolicy, balance: Balance, at: number, count: number): Balance {
  const rule = goodDealOf(policy);
  if (!rule || count === 0) return balance;
  const slot = slotOf(rule.kind.code);
  const each = Number(term({ ...AN_ORDINARY_DEAL, kind: rule.kind.code, occurredAt: at }, policy));
  return {
    ...balance,
    terms: balance.terms.with(slot, balance.terms[slot]! + count * each),
    counts: balance.counts.with(slot, balance.counts[slot]! + count),
    counterparties: balance.counterparties + count,
    firstDay: Math.min(balance.firstDay ?? at, at),
    lastDay: Math.max(balance.lastDay ?? at, at),
  };
}

const AN_ORDINARY_DEAL = {
  counterparty: null,
  amount: null,
  currency: null,
  reliability: null,
  experience: null,
  isPurchase: true,
  pairRank: 0,
  isHeld: false,
  sign: 1,
} as const;

/** The subject's own good deal: an order delivered, or paid and kept. */
const goodDealOf = ({ rules }: CompiledPolicy): KindRule | undefined =>
  rules.find(({ kind, mass, isBad }) => kind.isDeal && !kind.isReview && !isBad && mass > 0);

const betterThan = (level: Band): Band => BANDS[BANDS.indexOf(level) - 1]!;

function hasReached(policy: CompiledPolicy, balance: Balance, at: number, goal: Band): boolean {
  const { level } = scoreOf(policy, balance, at);
  return level !== 'NOT_RATED' && BANDS.indexOf(level) <= BANDS.indexOf(goal);
}

function firstLevel(policy: CompiledPolicy, balance: Balance, at: number): Band {
  const { level } = scoreOf(policy, balance, at);
  return level === 'NOT_RATED' ? 'D' : level;
}

/** Days that the gates up to the goal still ask for. */
function daysMissing(policy: CompiledPolicy, balance: Balance, goal: Band): number {
  const { ladder } = policy;
  const totals = totalsOf(policy, balance);
  const upToGoal = ladder.slice(0, ladder.findIndex((rung) => rung.level === goal) + 1);
  return Math.max(0, ...upToGoal.map(({ gate }) => (gate && gapOf(gate, totals)?.days) ?? 0));
}

/** The least count that is enough, where more is never worse; null if none is. */
function fewestDeals(isEnough: (count: number) => boolean): number | null {
  if (isEnough(0)) return 0;
  let enough = 1;
  while (!isEnough(enough)) {
    enough *= 2;
    if (enough > MOST_DEALS) return null;
  }
  let tooFew = enough === 1 ? 0 : enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

interface Gap {
  readonly level: Band;
  readonly points: number;
  readonly deals: number | null;
  readonly days: number;
  readonly isFirst: boolean;
  readonly cap: Cap | null; // that holds the level down now
}

function suggest(policy: CompiledPolicy, gap: Gap, asked: string | null | undefined): string {
  const locale = localeOf(asked);
  if (gap.cap && gap.deals === null) return untilLifted(gap.cap, locale);
  return locale === 'zh-CN' ? suggestInChinese(policy, gap) : suggestInEnglish(policy, gap);
}

/** No number of orders gets beyond a cap. */
const untilLifted = ({ when, level }: Cap, locale: Locale): string =>
  locale === 'zh-CN'
    ? `${conditionName(when, locale)}，等级最高为 ${level}；新订单无法改变。`
    : `${conditionName(when, locale)}: at best ${level}, whatever number of further orders.`;

function suggestInEnglish(policy: CompiledPolicy, { level, points, deals, days, isFirst }: Gap): string {
  const goal = isFirst ? `a first grade, ${level}` : level;
  const rule = goodDealOf(policy);
  if (deals === null || !rule)
    return `${goal} is ${points.toFixed(1)} points away; no number of further orders alone gets there.`;
  const { one } = counterpartyNames(policy.subjectKind);
  const orders = `${more(countedKind(policy.subjectKind, rule.kind.key, deals, 'en'))}, ${deals === 1 ? '' : 'each '}with a new ${one}`;
  const time = counted(days, 'more day of trading', 'more days of trading');
  const needs = [...(deals === 0 ? [] : [orders]), ...(days === 0 ? [] : [time])];
  const isPlural = needs.length > 1 || deals > 1 || (deals === 0 && days > 1);
  return `${needs.join(', and ')}${deals === 0 ? '' : ','} ${isPlural ? 'lead' : 'leads'} to ${goal}.`;
}

function suggestInChinese(policy: CompiledPolicy, { level, points, deals, days, isFirst }: Gap): string {
  const goal = isFirst ? `获得首个等级 ${level}` : `升至 ${level}`;
  const rule = goodDealOf(policy);
  if (deals === null || !rule) return `距${goal} 还差 ${points.toFixed(1)} 分，仅靠新订单无法达到。`;
  const kind: SubjectKind = policy.subjectKind;
  const orders = `再有 ${countedKind(kind, rule.kind.key, deals, 'zh-CN')}（每笔对应一个新${counterpartyNames(kind).zh}）`;
  const needs = [...(deals === 0 ? [] : [orders]), ...(days === 0 ? [] : [`再交易 ${whole(days)} 天`])];
  return `${needs.join('，并')}，即可${goal}。`;
}

/** "3 orders" → "3 more orders". */
const more = (countedThing: string): string => countedThing.replace(' ', ' more ');
