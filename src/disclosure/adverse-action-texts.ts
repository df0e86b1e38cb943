import type { Purpose } from '../access/terms.ts';
import { localeOf } from '../scoring/texts.ts';
import type { Level } from '../scoring/levels.ts';

/** A grade that a partner took out, and why it was no better. */
export interface ToldGrade {
  readonly partnerName: string;
  readonly at: Date;
  readonly purpose: Purpose;
  readonly level: Level;
  readonly score: number | null;
  readonly range: { readonly lowest: number; readonly highest: number } | null;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
}

const FOR = {
  en: {
    CREDIT_DECISION: 'to decide on credit',
    ONBOARDING: 'to decide whether to do business with you',
    DISPLAY: 'to show it',
  },
  'zh-CN': { CREDIT_DECISION: '用于信贷决定', ONBOARDING: '用于决定是否与您建立业务关系', DISPLAY: '用于展示' },
} as const;

/** What somebody who was turned down can read: which grade it was, and why. */
export function statementOf(
  { partnerName, at, purpose, level, score, range, reasons }: ToldGrade,
  asked: string | null,
): string {
  const locale = localeOf(asked);
  const day = at.toISOString().slice(0, 10);
  const listed = reasons.map(({ text }, i) => `${i + 1}. ${text}`);
  if (locale === 'zh-CN') {
    const scored =
      score === null ? '' : `，评分为 ${score}${range ? `（范围 ${range.lowest} 至 ${range.highest}）` : ''}`;
    const why = listed.length > 0 ? ['主要原因：', ...listed] : ['没有不利于您的事项。'];
    return [
      `${partnerName} 于 ${day}（UTC）查询了您的等级，${FOR[locale][purpose]}。等级为 ${level}${scored}。`,
      ...why,
    ].join('\n');
  }
  const scored =
    score === null ? '' : `, with a score of ${score}${range ? ` (from ${range.lowest} to ${range.highest})` : ''}`;
  const why = listed.length > 0 ? ['The principal reasons:', ...listed] : ['Nothing speaks against you.'];
  return [
    `${partnerName} asked for your grade on ${day} (UTC), ${FOR[locale][purpose]}. It was ${level}${scored}.`,
    ...why,
  ].join('\n');
}

/** To whom one turns: about the decision, and about the facts. */
export function complaint(
  { partnerName, url }: { readonly partnerName: string; readonly url: string },
  asked: string | null,
): string {
  return localeOf(asked) === 'zh-CN'
    ? `决定由 ${partnerName} 作出：对决定有异议，请向其申诉。如认为等级所依据的事实有误，请向市场平台提出：${url}。`
    : `The decision is ${partnerName}'s: complain about it there. If you think that a fact behind the grade is wrong, appeal to the marketplace: ${url}.`;
}
