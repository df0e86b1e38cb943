import type { SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy } from './compiled.ts';
import type { Factor, GateGap, Grade, Missing } from './grade.ts';
import type { Cap } from './policy.ts';
import { ownWording } from './reason-texts.ts';
import {
  conditionName,
  counted,
  countedKind,
  counterpartyNames,
  localeOf,
  signed,
  whole,
  type Locale,
} from './texts.ts';

const MOST_REASONS = 4;
/** Fewer points than this would be shown as 0.0: no reason. */
const LEAST_POINTS = 0.05;

/** Why a grade is what it is, in a sentence. */
export interface Reason {
  readonly code: string; // a posting kind's key, GATE_ and a level, CAP_ and a condition, or NOT_ENOUGH_EVIDENCE
  readonly points: number; // that it moves; 0 for a gate and for want of evidence
  readonly text: (locale?: string | null) => string; // en or zh-CN; any other language falls back to en
}

/**
 * At most four, the most points first. A gate or a cap that binds always has a place, the last: it moves no points but holds the level.
 * Who is not rated gets one reason only, because the points of the others would tell the score.
 */
export const reasonsOf = (policy: CompiledPolicy, grade: Grade): readonly Reason[] =>
  reasonsAmong(policy, grade, ({ points }) => Math.abs(points) >= LEAST_POINTS);

/** The same of what speaks against the subject alone: what lowers its score, and what holds its level. */
export const reasonsAgainst = (policy: CompiledPolicy, grade: Grade): readonly Reason[] =>
  reasonsAmong(policy, grade, ({ points }) => points <= -LEAST_POINTS);

function reasonsAmong(policy: CompiledPolicy, grade: Grade, isReason: (factor: Factor) => boolean): readonly Reason[] {
  const subject = policy.subjectKind;
  if (grade.missing) return [inOwnWords(policy, notEnoughEvidence(subject, grade.missing))];
  const holds = [
    ...(grade.gate ? [gateReason(subject, grade.gate)] : []),
    ...(grade.cap ? [capReason(grade.cap)] : []),
  ];
  const factors = grade.factors
    .filter(isReason)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, MOST_REASONS - holds.length)
    .map((factor) => factorReason(subject, factor));
  return [...factors, ...holds].map((reason) => inOwnWords(policy, reason));
}

/** A reason as the house words it, and what a policy's own wording of it may have filled in. */
interface HouseReason extends Reason {
  readonly values: Readonly<Record<string, string>>;
}

const inOwnWords = ({ document }: CompiledPolicy, { code, points, text, values }: HouseReason): Reason => ({
  code,
  points,
  text: (asked) => ownWording(document.reasonTexts, code, localeOf(asked), values) ?? text(asked),
});

const factorReason = (subject: SubjectKind, { kind, points, count }: Factor): HouseReason => ({
  code: kind,
  points,
  values: { count: whole(count), points: signed(points) },
  text: (asked) => {
    const locale = localeOf(asked);
    const what = countedKind(subject, kind, count, locale);
    return locale === 'zh-CN' ? `${what}：${signed(points)} 分` : `${what}: ${signed(points)} points`;
  },
});

const gateReason = (subject: SubjectKind, gap: GateGap): HouseReason => ({
  code: `GATE_${gap.gate.level}`,
  points: 0,
  values: { deals: whole(gap.deals), counterparties: whole(gap.counterparties), days: whole(gap.days) },
  text: (asked) => (localeOf(asked) === 'zh-CN' ? gateInChinese(subject, gap) : gateInEnglish(subject, gap)),
});

const capReason = ({ when, level }: Cap): HouseReason => ({
  code: `CAP_${when}`,
  points: 0,
  values: { level },
  text: (asked) => {
    const condition = conditionName(when, localeOf(asked));
    return localeOf(asked) === 'zh-CN' ? `${condition}，等级最高为 ${level}` : `${condition}: at best ${level}`;
  },
});

function gateInEnglish(subject: SubjectKind, { gate, counterparties, days, deals }: GateGap): string {
  const { one, many } = counterpartyNames(subject);
  const asked = [
    ...(days === 0
      ? []
      : [
          {
            what: `after ${counted(gate.tradingDays, 'day', 'days')} of trading`,
            left: counted(days, 'day', 'days'),
            count: days,
          },
        ]),
    ...(counterparties === 0
      ? []
      : [
          {
            what: `with ${whole(gate.counterparties)} different ${gate.counterparties === 1 ? one : many}`,
            left: counted(counterparties, one, many),
            count: counterparties,
          },
        ]),
    ...(deals === 0
      ? []
      : [
          {
            what: `with ${counted(gate.deals!, 'completed order', 'completed orders')}`,
            left: counted(deals, 'order', 'orders'),
            count: deals,
          },
        ]),
  ];
  const left = asked.length === 1 ? whole(asked[0]!.count) : listed(asked.map((each) => each.left));
  return `${gate.level} ${listed(asked.map(({ what }) => what))}: ${left} to go`;
}

/** "a", "a and b", "a, b and c". */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

function gateInChinese(subject: SubjectKind, { gate, counterparties, days, deals }: GateGap): string {
  const { zh } = counterpartyNames(subject);
  const demands = [
    ...(days === 0 ? [] : [`交易满 ${whole(gate.tradingDays)} 天（还差 ${whole(days)} 天）`]),
    ...(counterparties === 0
      ? []
      : [`有 ${whole(gate.counterparties)} 个不同的${zh}（还差 ${whole(counterparties)} 个）`]),
    ...(deals === 0 ? [] : [`完成 ${whole(gate.deals!)} 笔订单（还差 ${whole(deals)} 笔）`]),
  ];
  return `升至 ${gate.level} 需${demands.join('，且')}`;
}

const notEnoughEvidence = (subject: SubjectKind, missing: Missing): HouseReason => ({
  code: 'NOT_ENOUGH_EVIDENCE',
  points: 0,
  values: { deals: whole(missing.deals), counterparties: whole(missing.counterparties) },
  text: (asked) => notRated(subject, missing, localeOf(asked)),
});

function notRated(subject: SubjectKind, { deals, counterparties }: Missing, locale: Locale): string {
  const { one, many, zh } = counterpartyNames(subject);
  if (locale === 'zh-CN') {
    const needs = [
      ...(deals === 0 ? [] : [`还需 ${whole(deals)} 笔完成的订单`]),
      ...(counterparties === 0 ? [] : [`还需 ${whole(counterparties)} 个不同的${zh}`]),
    ];
    return `尚未评级：${needs.join('，')}`;
  }
  const needs = [
    ...(deals === 0 ? [] : [counted(deals, 'more completed order', 'more completed orders')]),
    ...(counterparties === 0 ? [] : [counted(counterparties, `more ${one}`, `more ${many}`)]),
  ];
  return `Not rated yet: needs ${needs.join(' and ')}`;
}
