import { AuditEvent } from './audit/audit-event.ts';
import { Buyer } from './buyers/buyer.ts';
import { Appeal } from './cases/appeal.ts';
import { Penalty } from './cases/penalty.ts';
import { BulkExport } from './disclosure/bulk-export.ts';
import { SignedGrade } from './disclosure/signed-grade.ts';
import { Receipt } from './evidence/receipt.ts';
import { Excuse } from './grades/excuse.ts';
import { PolicyVersion } from './grades/policy-version.ts';
import { Consent } from './inquiries/consent.ts';
import { GradeInquiry } from './inquiries/inquiry.ts';
import { Suspicion } from './integrity/suspicion.ts';
import { Merchant } from './merchants/merchant.ts';
import { Order } from './orders/order.ts';
import { ApiKey } from './partners/api-key.ts';
import { AccountFreeze } from './partners/freeze.ts';
import { Partner } from './partners/partner.ts';
import { Product } from './products/product.ts';
import { Review, ReviewReply, ReviewReport, ReviewVoid } from './reviews/review.ts';
import { Proposal } from './sanctions/proposal.ts';
import { Sanction } from './sanctions/sanction.ts';
import { Inspection } from './vetting/inspection.ts';
import { Qualification } from './vetting/qualification.ts';
import { WebhookDelivery } from './webhooks/webhook-delivery.ts';
import { WebhookEndpoint } from './webhooks/webhook-endpoint.ts';

/** Every table that is read through the ORM. The others (ledger, balances, inbox) are read and written by prepared statements alone. */
export const entities = [
  AuditEvent,
  Partner,
  ApiKey,
  AccountFreeze,
  Consent,
  GradeInquiry,
  Merchant,
  Buyer,
  Product,
  Order,
  Review,
  ReviewReply,
  ReviewVoid,
  ReviewReport,
  Suspicion,
  Receipt,
  PolicyVersion,
  Excuse,
  Sanction,
  Proposal,
  Qualification,
  Inspection,
  Penalty,
  Appeal,
  BulkExport,
  SignedGrade,
  WebhookEndpoint,
  WebhookDelivery,
];
