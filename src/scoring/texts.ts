import type { SubjectKind } from '../kernel/subject.ts';
import type { Condition } from './policy.ts';

/** The languages that grades are explained in. */
export type Locale = 'en' | 'zh-CN';

/** Any language tag to one that we speak: Chinese for zh and its regions, else English. */
export const localeOf = (asked: string | null | undefined): Locale =>
  asked !== null && asked !== undefined && /^zh(-|$)/i.test(asked.slice(0, 35)) ? 'zh-CN' : 'en';

/** What a posting kind is called: as a heading, and after a number. The Chinese takes its measure word with it. */
interface KindText {
  readonly en: { readonly label: string; readonly one: string; readonly many: string };
  readonly 'zh-CN': { readonly label: string; readonly counted: string };
}

const text = (label: string, one: string, many: string, zhLabel: string, zhCounted: string): KindText => ({
  en: { label, one, many },
  'zh-CN': { label: zhLabel, counted: zhCounted },
});

const REVIEWS: Readonly<Record<string, KindText>> = {
  REVIEW_5: text('5-star reviews', '5-star review', '5-star reviews', '五星评价', '条五星评价'),
  REVIEW_4: text('4-star reviews', '4-star review', '4-star reviews', '四星评价', '条四星评价'),
  REVIEW_3: text('3-star reviews', '3-star review', '3-star reviews', '三星评价', '条三星评价'),
  REVIEW_2: text('2-star reviews', '2-star review', '2-star reviews', '二星评价', '条二星评价'),
  REVIEW_1: text('1-star reviews', '1-star review', '1-star reviews', '一星评价', '条一星评价'),
};

const MERCHANT: Readonly<Record<string, KindText>> = {
  ORDER_DELIVERED: text(
    'Delivered on time, no complaint',
    'order delivered on time and without complaint',
    'orders delivered on time and without complaint',
    '按时送达且无投诉',
    '笔订单按时送达且无投诉',
  ),
  LATE_DELIVERY: text('Late deliveries', 'late delivery', 'late deliveries', '延迟送达', '笔订单延迟送达'),
  ORDER_COMPLAINED: text(
    'Delivered, then complained about',
    'delivered order with a complaint',
    'delivered orders with a complaint',
    '送达后被投诉',
    '笔订单送达后被投诉',
  ),
  LATE_HANDOVER: text(
    'Late hand-overs to the carrier',
    'late hand-over to the carrier',
    'late hand-overs to the carrier',
    '延迟发货',
    '笔订单延迟发货',
  ),
  CANCELLED_BY_SELLER: text(
    'Cancelled by the seller',
    'order cancelled by the seller',
    'orders cancelled by the seller',
    '卖家取消订单',
    '笔订单被卖家取消',
  ),
  DISPUTE_LOST: text('Disputes lost', 'dispute lost', 'disputes lost', '纠纷败诉', '起纠纷败诉'),
  RATING_POSITIVE: text('Positive ratings', 'positive rating', 'positive ratings', '好评', '个好评'),
  RATING_NEGATIVE: text('Negative ratings', 'negative rating', 'negative ratings', '差评', '个差评'),
  INSPECTION_FAILED: text(
    'Inspections failed',
    'failed inspection',
    'failed inspections',
    '抽检不合格',
    '次抽检不合格',
  ),
  COUNTERFEIT_PROVEN: text(
    'Counterfeits proven',
    'proven case of counterfeit goods',
    'proven cases of counterfeit goods',
    '售假属实',
    '起售假属实',
  ),
  PAID_FOR_REVIEWS: text(
    'Reviews paid for',
    'proven case of reviews paid for',
    'proven cases of reviews paid for',
    '花钱买评价属实',
    '起花钱买评价属实',
  ),
  ...REVIEWS,
};

const BUYER: Readonly<Record<string, KindText>> = {
  ORDER_KEPT: text(
    'Orders paid and kept',
    'order paid and kept',
    'orders paid and kept',
    '付款且未退货',
    '笔订单付款且未退货',
  ),
  REVIEW_CONFIRMED: text(
    'Reviews that others confirmed',
    'review that others confirmed',
    'reviews that others confirmed',
    '评价得到他人印证',
    '条评价得到他人印证',
  ),
  LATE_PAYMENT: text('Late payments', 'late payment', 'late payments', '延迟付款', '笔订单延迟付款'),
  UNPAID_ORDER: text('Unpaid orders', 'unpaid order', 'unpaid orders', '未付款', '笔订单未付款'),
  UNFOUNDED_CLAIM: text(
    'Unfounded claims and abusive returns',
    'unfounded claim or abusive return',
    'unfounded claims or abusive returns',
    '无理索赔或恶意退货',
    '次无理索赔或恶意退货',
  ),
  CHARGEBACK_LOST: text('Chargebacks lost', 'chargeback lost', 'chargebacks lost', '拒付败诉', '笔拒付败诉'),
  FAKE_REVIEW_PROVEN: text(
    'Fake reviews proven',
    'proven case of fake reviews',
    'proven cases of fake reviews',
    '虚假评价属实',
    '起虚假评价属实',
  ),
};

const PRODUCT: Readonly<Record<string, KindText>> = {
  ORDER_DELIVERED: text(
    'Delivered, no complaint about the product',
    'order delivered without complaint about the product',
    'orders delivered without complaint about the product',
    '送达且商品无投诉',
    '笔订单送达且商品无投诉',
  ),
  ORDER_COMPLAINED: text(
    'Refunded as defective or not as described',
    'order refunded as defective or not as described',
    'orders refunded as defective or not as described',
    '因瑕疵或描述不符退款',
    '笔订单因瑕疵或描述不符退款',
  ),
  ...REVIEWS,
};

const KINDS: Readonly<Record<SubjectKind, Readonly<Record<string, KindText>>>> = {
  MERCHANT,
  BUYER,
  PRODUCT,
  CARRIER: {},
  SUPPLIER: {},
};

function textOf(subject: SubjectKind, kind: string): KindText {
  const found = KINDS[subject][kind];
  if (!found) throw new RangeError(`${subject}.${kind} has no name in texts.ts`);
  return found;
}

/** A posting kind's heading. */
export const kindLabel = (subject: SubjectKind, kind: string, locale?: string | null): string =>
  textOf(subject, kind)[localeOf(locale)].label;

/** "3 late deliveries", "3 笔订单延迟送达". */
export function countedKind(subject: SubjectKind, kind: string, count: number, locale: Locale): string {
  const names = textOf(subject, kind);
  if (locale === 'zh-CN') return `${whole(count)} ${names['zh-CN'].counted}`;
  return `${whole(count)} ${count === 1 ? names.en.one : names.en.many}`;
}

const CONDITION_NAMES: Readonly<Record<Condition, Readonly<Record<Locale, string>>>> = {
  SANCTION_ACTIVE: { en: 'While a sanction is active', 'zh-CN': '处罚生效期间' },
  SANCTION_RESTRICTION: { en: 'While restricted by a sanction', 'zh-CN': '受限处罚期间' },
  SANCTION_SUSPENSION: { en: 'While suspended by a sanction', 'zh-CN': '暂停处罚期间' },
  SANCTION_REMOVAL: { en: 'Removed by a sanction', 'zh-CN': '已被清退' },
  QUALIFICATION_MISSING: { en: 'While a required qualification is missing', 'zh-CN': '缺少必备资质期间' },
  QUALIFICATION_EXPIRED: { en: 'While a qualification has expired', 'zh-CN': '资质过期期间' },
};

/** What holds a level down, as the beginning of a sentence. */
export const conditionName = (condition: Condition, locale: Locale): string => CONDITION_NAMES[condition][locale];

/** Whom a subject deals with. */
export const counterpartyNames = (subject: SubjectKind): { one: string; many: string; zh: string } =>
  subject === 'BUYER'
    ? { one: 'merchant', many: 'merchants', zh: '商家' }
    : { one: 'buyer', many: 'buyers', zh: '买家' };

const wholeFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const signedFormat = new Intl.NumberFormat('en', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});

/** 1,204 */
export const whole = (count: number): string => wholeFormat.format(count);
/** +12.3 */
export const signed = (points: number): string => signedFormat.format(points);
/** "1 day", "2 days". */
export const counted = (count: number, one: string, many: string): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
