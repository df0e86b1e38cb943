/** X codes are metals, tests and units of account, but for the moneys of currency unions. */
const UNION_MONEYS = new Set(['XAF', 'XCD', 'XCG', 'XOF', 'XPF']);
const CURRENCIES = new Set(
  Intl.supportedValuesOf('currency').filter((code) => !code.startsWith('X') || UNION_MONEYS.has(code)),
);

/** Whether it is the code of a money, by ISO 4217: EUR. Of moneys that are no more, none. */
export const isCurrency = (code: string): boolean => CURRENCIES.has(code);
