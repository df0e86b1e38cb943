import { BANDS } from '../scoring/levels.ts';
import { PAYEES, type Rewards } from './rules.ts';

/**
 * Whether anybody could come by more than before, or lose more: whatever is not plainly less counts as more. One person may stop what gives
 * too much, and say the same in other words.
 */
export const givesMore = (before: Rewards, after: Rewards): boolean =>
  after.earning.some((rule) => isMore(before.earning, rule, 'points')) ||
  after.campaigns.some((campaign) => isMore(before.campaigns, campaign, 'factor')) ||
  after.privileges.some((rule) => !before.privileges.some((was) => isSame(was, rule))) ||
  !isSame(byKey(before.penalties), byKey(after.penalties)) ||
  PAYEES.some(
    (payee) =>
      (after.mostADay[payee] ?? Infinity) > (before.mostADay[payee] ?? Infinity) ||
      BANDS.some((band) => (after.multipliers[payee][band] ?? 1) > (before.multipliers[payee][band] ?? 1)),
  ) ||
  isWorthMore(before.redeeming, after.redeeming);

/** Whether there was no such rule, or one that gave less of `size`, or that differed in something else. */
function isMore<Size extends string, Rule extends { readonly key: string } & Record<Size, number>>(
  before: readonly Rule[],
  rule: Rule,
  size: Size,
): boolean {
  const was = before.find(({ key }) => key === rule.key);
  return !was || rule[size] > was[size] || !isSame({ ...was, [size]: 0 }, { ...rule, [size]: 0 });
}

const isWorthMore = (before: Rewards['redeeming'], after: Rewards['redeeming']): boolean =>
  Object.entries(after.currencies).some(([currency, worth]) => {
    const was = before.currencies[currency];
    return !was || BigInt(worth.amount) * BigInt(was.points) > BigInt(was.amount) * BigInt(worth.points);
  });

const byKey = <Rule extends { readonly key: string }>(rules: readonly Rule[]): Rule[] =>
  rules.toSorted((a, b) => (a.key < b.key ? -1 : 1));

/** But for the words in which it is told. Both are in their normal form, with their fields in one order. */
const isSame = (a: unknown, b: unknown): boolean => wordless(a) === wordless(b);
const wordless = (value: unknown): string =>
  JSON.stringify(value, (field, inner: unknown) => (field === 'texts' ? undefined : inner));
