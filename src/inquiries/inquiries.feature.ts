import type { Feature } from '../feature.ts';
import { consentById } from './consents.loaders.ts';
import { ConsentsResolver } from './consents.resolver.ts';
import { inquiryById } from './inquiries.loaders.ts';
import { inquiryPermissions } from './inquiries.permissions.ts';
import { InquiriesResolver, PartnerQuotaResolver, SubjectInquiriesResolver } from './inquiries.resolver.ts';

export const inquiriesFeature: Feature = {
  name: 'inquiries',
  resolvers: [ConsentsResolver, InquiriesResolver, SubjectInquiriesResolver, PartnerQuotaResolver],
  permissions: inquiryPermissions,
  nodes: { Consent: consentById, GradeInquiry: inquiryById },
};
