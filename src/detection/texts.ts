import { localeOf, type Locale } from '../scoring/texts.ts';
import type { EvidenceRow } from './evidence.ts';
import type { EvidenceCode } from './llr.ts';

/** What a code says, with {observed} and {expected} where readers want the numbers, and (s) unless one was observed. */
type Words = Readonly<Record<Locale, string>>;
const words = (en: string, zh: string): Words => ({ en, 'zh-CN': zh });

const TEXTS: Readonly<Record<EvidenceCode, Words>> = {
  NO_PURCHASE: words('No paid order stands behind it', '没有对应的已付款订单'),
  REFUNDED_AT_ONCE: words('The order was paid back at once', '订单付款后即全额退款'),
  BEFORE_DELIVERY: words('Written before the delivery', '在签收之前评价'),
  OWN_SHOP: words("Comes from the merchant's own device, payment or address", '来自商家自己的设备、支付方式或地址'),
  SHARED_DEVICE: words(
    'Device shared with {observed} other reviewer(s) of the merchant',
    '与该商家另外 {observed} 位评价者共用设备',
  ),
  SHARED_PAYMENT: words(
    'Payment instrument shared with {observed} other reviewer(s) of the merchant',
    '与该商家另外 {observed} 位评价者共用支付方式',
  ),
  SHARED_ADDRESS: words(
    'Address shared with {observed} other reviewer(s) of the merchant; {expected} would be ordinary',
    '与该商家另外 {observed} 位评价者共用网络地址（正常约 {expected} 位）',
  ),
  BURST: words(
    '{observed} review(s) in a week; its deliveries lead to expect {expected}',
    '一周内 {observed} 条评价（按发货量预计 {expected} 条）',
  ),
  BURST_OF_NEWCOMERS: words(
    '{observed} review(s) by newcomers in a week; {expected} would be ordinary',
    '一周内 {observed} 条新用户评价（正常约 {expected} 条）',
  ),
  FAR_FROM_CONSENSUS: words(
    'Says {observed} where reliable reviewers say {expected}, from −1 to 1',
    '评价为 {observed}，可靠评价者的共识为 {expected}（−1 至 1）',
  ),
  EXTREME_STARS: words('As extreme as can be', '极端评分'),
  NEW_REVIEWER: words('Reviewer known for {observed} day(s)', '评价者注册 {observed} 天'),
  RELIABILITY: words('Reviewer’s reliability is {observed}', '评价者可靠度为 {observed}'),
  TOO_MANY_A_DAY: words('{observed} review(s) by this reviewer in a day', '该评价者一天内发表 {observed} 条评价'),
  PROVEN_FAKES: words(
    'Other reviews of its author that were proven fake: {observed}',
    '其作者另有 {observed} 条评价已被证实为虚假',
  ),
  NEAR_DUPLICATE: words(
    'Nearly the text of another reviewer: {observed} alike',
    '与他人评价文字几乎相同（相似度 {observed}）',
  ),
  MUTUAL_RATING: words("Merchant and buyer praise, or blame, each other's shops", '商家与买家互相评价对方的店铺'),
  SURGE: words(
    '{observed} like-minded review(s) in a week; {expected} would be ordinary',
    '一周内 {observed} 条同向评价（正常约 {expected} 条）',
  ),
  SURGE_OF_NEWCOMERS: words(
    'Unusually many newcomers among the {observed} like-minded review(s) of that week',
    '该周 {observed} 条同向评价中新用户异常多',
  ),
  SURGE_OF_SLEEPERS: words(
    'Unusually many long silent reviewers among the {observed} like-minded review(s) of that week',
    '该周 {observed} 条同向评价中久未活动的用户异常多',
  ),
  SURGE_OUT_OF_HABIT: words(
    'The reviewers of that week say what they do not say elsewhere: {observed} apart',
    '该周的评价者与其平时评价不一致（差距 {observed}）',
  ),
  AGAINST_THE_REST: words('Against what all others say: {observed} apart', '与其他所有评价相左（差距 {observed}）'),
  BLAME_WITHOUT_CAUSE: words(
    '{observed} review(s) blame the merchant for orders that went well; {expected} would be ordinary',
    '{observed} 条差评对应的订单并无任何问题（正常约 {expected} 条）',
  ),
  CO_REVIEW: words(
    'Others who review the same merchants in step, and reviewed this one too: {observed}',
    '另有 {observed} 位步调一致的评价者同期评价了该商家',
  ),
  DENSE_BLOCK: words('Part of a group that reviews the same merchants at once', '属于同时评价同一批商家的密集群体'),
  ALIKE_ORDERS: words(
    '{observed} pair(s) of alike orders within hours; {expected} would be ordinary',
    '数小时内有 {observed} 对相同订单（正常约 {expected} 对）',
  ),
  NO_CARRIER: words(
    '{observed} order(s) delivered without a carrier; {expected} would be ordinary',
    '{observed} 笔订单无物流记录即签收（正常约 {expected} 笔）',
  ),
  RUSHED_DELIVERY: words(
    '{observed} order(s) delivered within hours; {expected} would be ordinary',
    '{observed} 笔订单数小时内签收（正常约 {expected} 笔）',
  ),
  PAID_BACK_OUTSIDE: words(
    'Orders of which the money went back past the marketplace, or once they were praised: {observed}',
    '在平台外返款，或好评后全额退款的订单：{observed} 笔',
  ),
  SHARED_TRACES: words(
    '{observed} order(s) from devices, cards or addresses that several of its buyers share; {expected} would be ordinary',
    '{observed} 笔订单来自多名买家共用的设备、支付方式或地址（正常约 {expected} 笔）',
  ),
  OWN_NETWORK: words(
    '{observed} order(s) by buyers who buy from nobody else; {expected} would be ordinary',
    '{observed} 笔订单来自只在该店购买的买家（正常约 {expected} 笔）',
  ),
};

/** A row in words, for people who decide and people who are told why. */
export function evidenceText({ code, observed, expected }: EvidenceRow, locale?: string | null): string {
  return TEXTS[code][localeOf(locale)]
    .replace('{observed}', shown(observed))
    .replace('{expected}', shown(expected))
    .replace('(s)', observed === 1 ? '' : 's');
}

/** Whole numbers as they are, others with two digits. */
const shown = (value: number | null): string =>
  value === null ? '?' : Number.isInteger(value) ? String(value) : String(Number(value.toFixed(2)));
