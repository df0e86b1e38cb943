import {
  and,
  each,
  eachOfConnection,
  hasScope,
  isAdmin,
  isBuyer,
  isHouse,
  isOwn,
  isPartner,
  isPlatform,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const asked = open('An inquiry is found by whom it is about, by the partner that asked, and by the house.');
const given = open('A consent is found by the buyer whose it is, and by the house.');
const consenting = or(isBuyer, isPlatform);

export const inquiryPermissions = {
  Mutation: each(['grantConsent', 'withdrawConsent'], and(consenting, hasScope('consents:write'))),
  Consent: each(
    [
      'id',
      'partner',
      'purpose',
      'status',
      'grantedAt',
      'grantedBy',
      'proof',
      'until',
      'endedAt',
      'endedBy',
      'endProof',
    ],
    given,
  ),
  ...eachOfConnection('Consent', given),
  GrantConsentPayload: each(['consent', 'userErrors'], consenting),
  WithdrawConsentPayload: each(['consent', 'userErrors'], consenting),
  Merchant: { gradeInquiries: or(isOwn('MERCHANT'), isPartner, isHouse) },
  Product: { gradeInquiries: or(isOwn('MERCHANT', 'merchantId'), isPartner, isHouse) },
  Buyer: { gradeInquiries: or(isOwn('BUYER'), isPartner, isHouse) },
  GradeInquiry: each(['id', 'partner', 'subjectKind', 'purpose', 'operation', 'taken', 'at', 'asOf', 'knownAt'], asked),
  ...eachOfConnection('GradeInquiry', asked),
  Partner: { pullsLeft: or(isPartner, isAdmin) },
  PullsLeft: each(['today', 'atOnce', 'refilledAt'], or(isPartner, isAdmin)),
} satisfies Permissions;
