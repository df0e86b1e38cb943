import { ROLES, type Role } from './role.ts';

/** A bucket of points that refills by itself: what a caller may ask for at once, and in the long run. */
export interface Allowance {
  readonly maximum: number; // points that a full bucket holds
  readonly restoreRate: number; // points that come back each second
}

export type Allowances = Readonly<Record<Role, Allowance>>;

/** About 160 pages of a shop at once, and 33 a second for as long as one likes, for each address without a token. */
export const DEFAULT_ALLOWANCES: Allowances = {
  PUBLIC: { maximum: 10_000, restoreRate: 2_000 },
  BUYER: { maximum: 5_000, restoreRate: 500 },
  MERCHANT: { maximum: 10_000, restoreRate: 1_000 },
  PARTNER: { maximum: 20_000, restoreRate: 2_000 },
  PLATFORM: { maximum: 100_000, restoreRate: 20_000 },
  MODERATOR: { maximum: 50_000, restoreRate: 5_000 },
  ADMIN: { maximum: 50_000, restoreRate: 5_000 },
  AUDITOR: { maximum: 50_000, restoreRate: 5_000 },
};

/** A bucket is one number: the instant, in ms, at which it will be full again. An instant that has passed: it is full. */
export const available = ({ maximum, restoreRate }: Allowance, fullAt: number, now: number): number =>
  maximum - (Math.max(0, fullAt - now) * restoreRate) / 1000;

/** How long it takes for so many points to come back. */
export const restoreMs = ({ restoreRate }: Allowance, points: number): number => (points * 1000) / restoreRate;

const ONE = /^([A-Z]+)=(\d{1,9}):(\d{1,9})$/;

/** "PUBLIC=10000:2000,BUYER=…": maximum and restore rate by role; "none": nobody is limited. Roles that are left out keep theirs. */
export function parseAllowances(text: string): Allowances | null {
  if (text === 'none') return null;
  return { ...DEFAULT_ALLOWANCES, ...Object.fromEntries(text.split(',').map((part) => allowanceOf(part.trim()))) };
}

function allowanceOf(part: string): [Role, Allowance] {
  const [, name, maximum, restoreRate] = ONE.exec(part) ?? [];
  const role = ROLES.find((each) => each === name);
  if (role && Number(maximum) > 0 && Number(restoreRate) > 0)
    return [role, { maximum: Number(maximum), restoreRate: Number(restoreRate) }];
  throw new Error(`"${part}" is no budget; give ROLE=MAXIMUM:RESTORED_PER_SECOND, such as PUBLIC=10000:2000`);
}
