import 'reflect-metadata'; // before any decorator runs
import { auditFeature } from './audit/audit.feature.ts';
import { buyersFeature } from './buyers/buyers.feature.ts';
import { casesFeature } from './cases/cases.feature.ts';
import { disclosureFeature } from './disclosure/disclosure.feature.ts';
import type { Feature } from './feature.ts';
import { excusesFeature } from './grades/excuses.feature.ts';
import { foldingsAt } from './grades/foldings.ts';
import { gradesFeature } from './grades/grades.feature.ts';
import { policiesFeature } from './grades/policies.feature.ts';
import { inquiriesFeature } from './inquiries/inquiries.feature.ts';
import { intakeFeature } from './intake/intake.feature.ts';
import { suspicionsFeature } from './integrity/suspicions.feature.ts';
import { merchantsFeature } from './merchants/merchants.feature.ts';
import { ordersFeature } from './orders/orders.feature.ts';
import { partnersFeature } from './partners/partners.feature.ts';
import { pointsFeature } from './points/points.feature.ts';
import { productsFeature } from './products/products.feature.ts';
import { reviewsFeature } from './reviews/reviews.feature.ts';
import { rewardsFeature } from './rewards/rewards.feature.ts';
import { adjustPointsFeature } from './sanctions/adjust-points.feature.ts';
import { approvalFeature } from './sanctions/approval.feature.ts';
import { sanctionsFeature } from './sanctions/sanctions.feature.ts';
import { inspectionsFeature } from './vetting/inspections.feature.ts';
import { qualificationsFeature } from './vetting/qualifications.feature.ts';
import { webhooksFeature } from './webhooks/webhooks.feature.ts';

/** The rooms that the front door opens, lower floors first. */
export const features: readonly Feature[] = [
  auditFeature,
  partnersFeature,
  inquiriesFeature,
  merchantsFeature,
  buyersFeature,
  pointsFeature,
  productsFeature,
  ordersFeature,
  reviewsFeature,
  suspicionsFeature(foldingsAt),
  gradesFeature,
  policiesFeature,
  excusesFeature,
  qualificationsFeature,
  inspectionsFeature,
  sanctionsFeature,
  approvalFeature,
  adjustPointsFeature,
  rewardsFeature,
  casesFeature,
  disclosureFeature,
  webhooksFeature,
  intakeFeature,
];
