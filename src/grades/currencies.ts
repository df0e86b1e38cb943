import { isCurrency } from '../kernel/currency.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isPreset, type Rules } from '../scoring/preset-rules.ts';

/** Refuses new rules that name a money there is none of: amounts in it would never come. Versions kept before are read as they are. */
export function checkCurrencies(rules: Rules): void {
  const odd = currenciesIn(rules).find(({ currency }) => !isCurrency(currency));
  if (odd)
    throw new Refusal(
      'INVALID',
      'CURRENCY_UNKNOWN',
      `${odd.path.join('.')}: ${odd.currency} is no currency by ISO 4217 such as CNY.`,
      ['document', ...odd.path],
    );
}

function currenciesIn(rules: Rules): { currency: string; path: string[] }[] {
  if (!isPreset(rules))
    return Object.keys(rules.value.referenceAmounts).map((currency) => ({
      currency,
      path: ['value', 'referenceAmounts', currency],
    }));
  if (rules.method !== 'STANDARDS') return [];
  return rules.metrics.flatMap((metric, i) =>
    metric.unit === 'MONEY' ? [{ currency: metric.currency, path: ['metrics', String(i), 'currency'] }] : [],
  );
}
