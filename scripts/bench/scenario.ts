export interface Setting {
  readonly dir: string; // for files and databases; removed afterwards
  readonly orders: number; // of the generated history
}

/** One figure beside its limit. */
export interface Result {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  readonly limit: string;
  readonly isMet: boolean;
  /** The least and the most of its rounds, where it has some. */
  readonly spread?: readonly [least: number, most: number];
}

export type Scenario = (setting: Setting) => Promise<Result[]>;

export const atMost = (name: string, figure: number, unit: string, limit: number): Result => ({
  name,
  figure,
  unit,
  limit: `≤ ${limit}`,
  isMet: figure <= limit,
});

export const atLeast = (name: string, figure: number, unit: string, limit: number): Result => ({
  name,
  figure,
  unit,
  limit: `≥ ${limit}`,
  isMet: figure >= limit,
});
