import type { SubjectKind } from '../kernel/subject.ts';
import type { Condition, Mass } from './policy.ts';
import { conditionName, counted, counterpartyNames, kindLabel, whole } from './texts.ts';

/** A value that is not what it was; undefined where there is or was none. */
export interface Change {
  readonly was: unknown;
  readonly is: unknown;
  readonly of: { readonly subjectKind: SubjectKind };
}

type Sentence = (change: Change, first: string, second: string) => string;

interface Wording {
  readonly pattern: RegExp; // of the path; its groups are the sentence's `first` and `second`
  readonly en: Sentence;
  readonly zh: Sentence;
}

const numberFormat = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
const written = (value: unknown, none: string): string => {
  if (value === undefined) return none;
  if (typeof value === 'number') return numberFormat.format(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};
const percent = (value: unknown): string => `${numberFormat.format(Number(value) * 100)} %`;

/** "… is 5 (before: 4)." */
const nowIs = (english: string, chinese: string, form: (value: unknown, none: string) => string = written) => ({
  en: ({ is, was }: Change) => `${english} ${form(is, 'none')} (before: ${form(was, 'none')}).`,
  zh: ({ is, was }: Change) => `${chinese}${form(is, '无')}（此前 ${form(was, '无')}）。`,
});

/** How a policy comes to its grade. */
const METHODS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  POSTERIOR: ['a score of the house’s own', '本平台评分'],
  LEVELS: ['levels by points', '积分等级'],
  STANDARDS: ['standards for rates', '指标标准'],
  STARS: ['an average of stars', '星级均值'],
};
const methodInEnglish = (method: unknown): string => METHODS[String(method)]![0];
const methodInChinese = (method: unknown): string => METHODS[String(method)]![1];

const massInEnglish = (mass: unknown): string => {
  if (mass === undefined) return 'nothing';
  const side = mass as Mass;
  if ('good' in side) return `${written(side.good, '')} for`;
  const { times, most } = side.repeat ?? {};
  const growth = side.repeat ? `, each time ${written(times, '')} times as much, up to ${written(most, '')}` : '';
  return `${written(side.bad, '')} against${growth}`;
};
const massInChinese = (mass: unknown): string => {
  if (mass === undefined) return '不计';
  const side = mass as Mass;
  if ('good' in side) return `正面 ${written(side.good, '')}`;
  const { times, most } = side.repeat ?? {};
  const growth = side.repeat ? `，每再犯一次乘以 ${written(times, '')}，最高 ${written(most, '')}` : '';
  return `负面 ${written(side.bad, '')}${growth}`;
};

const days = (value: unknown) => counted(Number(value), 'day', 'days');
const orders = (value: unknown) => counted(Number(value ?? 0), 'completed order', 'completed orders');
const people = ({ of }: Change, value: unknown) => {
  const { one, many } = counterpartyNames(of.subjectKind);
  return counted(Number(value ?? 0), `different ${one}`, `different ${many}`);
};
const peopleInChinese = ({ of }: Change, value: unknown) =>
  `${whole(Number(value ?? 0))} 个不同的${counterpartyNames(of.subjectKind).zh}`;

const halfLife = (pattern: RegExp, english: string, chinese: string): Wording => ({
  pattern,
  en: ({ is, was }) => `${english} fades by half in ${days(is)} (before: ${days(was)}).`,
  zh: ({ is, was }) => `${chinese}每 ${written(is, '')} 天减半（此前 ${written(was, '')} 天）。`,
});

/** What is said of each field, in the order in which it is told. The last takes what the others do not know. */
export const CHANGES: readonly Wording[] = [
  {
    pattern: /^method$/,
    en: ({ is, was }) => `These are rules of another kind, ${methodInEnglish(is)} (before: ${methodInEnglish(was)}).`,
    zh: ({ is, was }) => `规则种类不同：${methodInChinese(is)}（此前：${methodInChinese(was)}）。`,
  },
  {
    pattern: /^masses\.(\w+)$/,
    en: ({ is, was, of }, kind) =>
      `${kindLabel(of.subjectKind, kind, 'en')} count ${massInEnglish(is)} (before: ${massInEnglish(was)}).`,
    zh: ({ is, was, of }, kind) =>
      `“${kindLabel(of.subjectKind, kind, 'zh-CN')}”每次计${massInChinese(is)}（此前${massInChinese(was)}）。`,
  },
  halfLife(/^goodHalfLifeDays$/, 'What is good', '正面记录'),
  halfLife(/^badHalfLifeDays$/, 'What is bad', '负面记录'),
  { pattern: /^badWeight$/, ...nowIs('What is bad weighs, for each of its mass,', '负面记录的权重为 ') },
  {
    pattern: /^prior\.k$/,
    ...nowIs('The deals that a newcomer is credited with beforehand are', '新主体的先验交易数为 '),
  },
  {
    pattern: /^prior\.p0$/,
    ...nowIs('The share of good deals expected of a newcomer is', '对新主体预期的良好交易比例为 ', percent),
  },
  { pattern: /^scale\.base$/, ...nowIs('The score of a newcomer is', '新主体的起始分为 ') },
  { pattern: /^scale\.pdo$/, ...nowIs('The points that double the odds are', '使胜算翻倍的分值为 ') },
  { pattern: /^scale\.min$/, ...nowIs('The lowest score shown is', '显示的最低分为 ') },
  { pattern: /^scale\.max$/, ...nowIs('The highest score shown is', '显示的最高分为 ') },
  {
    pattern: /^cuts\.(\w+)$/,
    en: ({ is, was }, level) => `${level} begins at ${written(is, '')} points (before: ${written(was, '')}).`,
    zh: ({ is, was }, level) => `${level} 级从 ${written(is, '')} 分起（此前 ${written(was, '')} 分）。`,
  },
  {
    pattern: /^minimum\.deals$/,
    en: ({ is, was }) => `A first grade needs ${orders(is)} (before: ${written(was, '0')}).`,
    zh: ({ is, was }) => `首次评级需完成 ${written(is, '0')} 笔订单（此前 ${written(was, '0')} 笔）。`,
  },
  {
    pattern: /^minimum\.counterparties$/,
    en: (change) => `A first grade needs ${people(change, change.is)} (before: ${written(change.was, '0')}).`,
    zh: (change) => `首次评级需 ${peopleInChinese(change, change.is)}（此前 ${written(change.was, '0')} 个）。`,
  },
  {
    pattern: /^gates\.(\w+)\.counterparties$/,
    en: (change, level) => `${level} needs ${people(change, change.is)} (before: ${written(change.was, '0')}).`,
    zh: (change, level) =>
      `${level} 级需 ${peopleInChinese(change, change.is)}（此前 ${written(change.was, '0')} 个）。`,
  },
  {
    pattern: /^gates\.(\w+)\.tradingDays$/,
    en: ({ is, was }, level) => `${level} needs ${days(is ?? 0)} of trading (before: ${written(was, '0')}).`,
    zh: ({ is, was }, level) => `${level} 级需交易满 ${written(is, '0')} 天（此前 ${written(was, '0')} 天）。`,
  },
  {
    pattern: /^gates\.(\w+)\.deals$/,
    en: ({ is, was }, level) => `${level} needs ${orders(is)} (before: ${written(was, '0')}).`,
    zh: ({ is, was }, level) => `${level} 级需完成 ${written(is, '0')} 笔订单（此前 ${written(was, '0')} 笔）。`,
  },
  {
    pattern: /^caps\.(\w+)$/,
    en: ({ is, was }, when) =>
      `${conditionName(when as Condition, 'en')}, the level is at best ${written(is, 'what score and gates allow')} (before: ${written(was, 'no cap')}).`,
    zh: ({ is, was }, when) =>
      `${conditionName(when as Condition, 'zh-CN')}，等级最高为 ${written(is, '不限')}（此前 ${written(was, '不限')}）。`,
  },
  { pattern: /^value\.min$/, ...nowIs('The least that an order counts, however cheap, is', '再便宜的订单至少计 ') },
  {
    pattern: /^value\.ceiling$/,
    ...nowIs('The most that an order counts, however dear, is below', '再昂贵的订单计数上限为 '),
  },
  {
    pattern: /^value\.referenceAmounts\.(\w+)$/,
    en: ({ is, was }, currency) =>
      `An order that counts once is one of ${written(is, 'any amount')} minor units of ${currency} (before: ${written(was, 'any amount')}).`,
    zh: ({ is, was }, currency) =>
      `${currency} 的参考订单金额为 ${written(is, '不限')}（最小货币单位；此前 ${written(was, '不限')}）。`,
  },
  {
    pattern: /^reviewer\.floorPurchase$/,
    ...nowIs(
      'The share of its weight that a new reviewer’s word has after a purchase is',
      '新评价者在购买后发表的评价所占权重为 ',
      percent,
    ),
  },
  {
    pattern: /^reviewer\.floorFree$/,
    ...nowIs(
      'The share of its weight that a new reviewer’s word has without a purchase is',
      '新评价者未经购买发表的评价所占权重为 ',
      percent,
    ),
  },
  {
    pattern: /^reviewer\.experienceHalf$/,
    ...nowIs('The experience at which a reviewer is halfway to full weight is', '评价者达到一半附加权重所需的经验为 '),
  },
  {
    pattern: /^reasonTexts\.([\w-]+)\.(\w+)$/,
    en: ({ is, was }, locale, code) =>
      is === undefined
        ? `${code} has no wording of its own in ${locale} any more.`
        : `${code} is worded ${was === undefined ? '' : 'anew '}in ${locale}: “${written(is, '')}”`,
    zh: ({ is }, locale, code) =>
      is === undefined
        ? `${code} 在 ${locale} 中不再有自定义措辞。`
        : `${code} 在 ${locale} 中的措辞为：“${written(is, '')}”。`,
  },
  {
    pattern: /^approval\.persons$/,
    en: ({ is, was }) =>
      `To bring a change into force takes ${counted(Number(is), 'person', 'people')} (before: ${written(was, '')}).`,
    zh: ({ is, was }) => `变更生效需 ${written(is, '')} 人批准（此前 ${written(was, '')} 人）。`,
  },
  {
    pattern: /^noticeDays$/,
    en: ({ is, was }) => `A change is announced ${days(is)} before it begins (before: ${written(was, '')}).`,
    zh: ({ is, was }) => `变更须提前 ${written(is, '')} 天公告（此前 ${written(was, '')} 天）。`,
  },
  { pattern: /^epoch$/, ...nowIs('The instant that masses are counted from is', '质量的计时起点为 ') },
  { pattern: /^key$/, ...nowIs('Its name is', '其名称为 ') },
  {
    pattern: /^(.*)$/s,
    en: ({ is, was }, path) => `${path} is ${written(is, 'not given')} (before: ${written(was, 'not given')}).`,
    zh: ({ is, was }, path) => `${path} 为 ${written(is, '未设')}（此前 ${written(was, '未设')}）。`,
  },
];
