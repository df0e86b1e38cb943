/** An amount of money. */
export interface Worth {
  readonly amount: number; // minor units of the currency
  readonly currency: string;
}

/** What `part` of so many points is worth, where all of them together are worth that much. What is left of a minor unit goes. */
export function worthOfPart(whole: { readonly points: number; readonly worth: Worth }, part: number): Worth {
  const amount = Number((BigInt(part) * BigInt(whole.worth.amount)) / BigInt(whole.points));
  return { amount, currency: whole.worth.currency };
}
