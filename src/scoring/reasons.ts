import type { SubjectKind } from '../kernel/subject.ts';
import type { CompiledPolicy } from './compiled.ts';
import type { Factor, GateGap, Grade, Missing } from './grade.ts';
import { counted, countedKind, counterpartyNames, localeOf, signed, whole, type Locale } from './texts.ts';

const MOST_REASONS = 4;
/** Fewer points than this would be shown as 0.0: no reason. */
const LEAST_POINTS = 0.05;

/** Why a grade is what it is, in a sentence. */
export interface Reason {
  readonly code: string; // a posting kind's key, GATE_ and a level, or NOT_ENOUGH_EVIDENCE
  readonly points: number; // that it moves; 0 for a gate and for want of evidence
  readonly text: (locale?: string | null) => string; // en or zh-CN; any other language falls back to en
}

/**
 * At most four, the most points first. A gate that binds always has a place, the last: it moves no points but holds the level.
 * Who is not rated gets one reason only, because the points of the others would tell the score.
 */
export function reasonsOf(policy: CompiledPolicy, grade: Grade): readonly Reason[] {
  const subject = policy.subjectKind;
  if (grade.missing) return [notEnoughEvidence(subject, grade.missing)];
  const gates = grade.gate ? [gateReason(subject, grade.gate)] : [];
  const factors = grade.factors
    .filter(({ points }) => Math.abs(points) >= LEAST_POINTS)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, MOST_REASONS - gates.length)
    .map((factor) => factorReason(subject, factor));
  return [...factors, ...gates];
}

const factorReason = (subject: SubjectKind, { kind, points, count }: Factor): Reason => ({
  code: kind,
  points,
  text: (asked) => {
    const locale = localeOf(asked);
    const what = countedKind(subject, kind, count, locale);
    return locale === 'zh-CN' ? `${what}：${signed(points)} 分` : `${what}: ${signed(points)} points`;
  },
});

const gateReason = (subject: SubjectKind, gap: GateGap): Reason => ({
  code: `GATE_${gap.gate.level}`,
  points: 0,
  text: (asked) => (localeOf(asked) === 'zh-CN' ? gateInChinese(subject, gap) : gateInEnglish(subject, gap)),
});

function gateInEnglish(subject: SubjectKind, { gate, counterparties, days }: GateGap): string {
  const { one, many } = counterpartyNames(subject);
  const time = `after ${counted(gate.tradingDays, 'day', 'days')} of trading`;
  const people = `with ${whole(gate.counterparties)} different ${gate.counterparties === 1 ? one : many}`;
  if (counterparties === 0) return `${gate.level} ${time}: ${whole(days)} to go`;
  if (days === 0) return `${gate.level} ${people}: ${whole(counterparties)} to go`;
  const toGo = `${counted(days, 'day', 'days')} and ${counted(counterparties, one, many)} to go`;
  return `${gate.level} ${time} and ${people}: ${toGo}`;
}

function gateInChinese(subject: SubjectKind, { gate, counterparties, days }: GateGap): string {
  const { zh } = counterpartyNames(subject);
  const time = `交易满 ${whole(gate.tradingDays)} 天（还差 ${whole(days)} 天）`;
  const people = `有 ${whole(gate.counterparties)} 个不同的${zh}（还差 ${whole(counterparties)} 个）`;
  const demands = [...(days === 0 ? [] : [time]), ...(counterparties === 0 ? [] : [people])];
  return `升至 ${gate.level} 需${demands.join('，且')}`;
}

const notEnoughEvidence = (subject: SubjectKind, missing: Missing): Reason => ({
  code: 'NOT_ENOUGH_EVIDENCE',
  points: 0,
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
