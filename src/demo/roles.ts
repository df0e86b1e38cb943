import type { Tongue } from './wares.ts';

/** A merchant whose part is written beforehand. Days are of the window: 0 its first, 730 its end. */
export interface Role {
  readonly name: string;
  readonly tongue: Tongue;
  readonly category: string;
  /** Of all orders. */
  readonly share: number;
  /** See `Merchant.trouble`. */
  readonly trouble: number;
  readonly opens: number;
  readonly closes: number;
}

const role = (
  name: string,
  tongue: Tongue,
  category: string,
  share: number,
  trouble: number,
  opens = 0,
  closes = 730,
): Role => ({ name, tongue, category, share, trouble, opens, closes });

/** m-0001 and on, in this order. The first seven are named in the documentation. */
export const ROLES: readonly Role[] = [
  role('Tidewater Books', 'en', 'books', 0.18, 0),
  role('Alder & Finch Kitchen', 'en', 'kitchen', 0.025, 0.2),
  role('Bargain Junction', 'en', 'electronics', 0.012, 0.75),
  role('Juniper Lane Tea', 'en', 'tea', 0.04, 0.02),
  role('幸运星数码', 'zh', 'electronics', 0.004, 0.6, 420),
  role('Brightway Devices', 'en', 'electronics', 0.006, 0.85, 640),
  role('Fresh Start Pottery', 'en', 'garden', 0.0002, 0.1, 722),
  role('Citywide Devices', 'en', 'electronics', 0.02, 0.85, 0, 632),
  role('墨香文具旗舰店', 'zh', 'stationery', 0.14, 0.005),
  role('云栖茶行', 'zh', 'tea', 0.11, 0.01),
  role('小满生活服饰', 'zh', 'clothing', 0.08, 0.05),
  role('Copper Yard Outdoors', 'en', 'sports', 0.03, 0.04),
];

/** Where in `ROLES` the parts of the schemes are. */
export const PART = {
  slanderTarget: 3,
  brusher: 4,
  whitewasherAfter: 5,
  newcomer: 6,
  whitewasherBefore: 7,
  oscillator: 11,
} as const;
