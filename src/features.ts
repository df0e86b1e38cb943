import 'reflect-metadata'; // before any decorator runs
import { buyersFeature } from './buyers/buyers.feature.ts';
import type { Feature } from './feature.ts';
import { excusesFeature } from './grades/excuses.feature.ts';
import { gradesFeature } from './grades/grades.feature.ts';
import { policiesFeature } from './grades/policies.feature.ts';
import { intakeFeature } from './intake/intake.feature.ts';
import { merchantsFeature } from './merchants/merchants.feature.ts';
import { ordersFeature } from './orders/orders.feature.ts';
import { productsFeature } from './products/products.feature.ts';
import { reviewsFeature } from './reviews/reviews.feature.ts';

/** The rooms that the front door opens, lower floors first. */
export const features: readonly Feature[] = [
  merchantsFeature,
  buyersFeature,
  productsFeature,
  ordersFeature,
  reviewsFeature,
  gradesFeature,
  policiesFeature,
  excusesFeature,
  intakeFeature,
];
