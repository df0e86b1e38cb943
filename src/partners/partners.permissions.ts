import {
  and,
  each,
  eachOfConnection,
  isAdmin,
  isFresh,
  isModerator,
  isPartner,
  isPlatform,
  isStaff,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const found = open('It is found by ADMIN alone.');
/** A partner finds no other. */
const itself = or(isPartner, isAdmin);
const ofHolder = open('A freeze is found by staff, and while it lasts by whom it concerns.');

export const partnerPermissions = {
  Query: { partners: or(isPlatform, isAdmin), apiKeys: isAdmin, frozenAccounts: isStaff },
  Mutation: {
    ...each(['createPartner', 'setPartnerTerms', 'createApiKey', 'rotateApiKey'], and(isAdmin, isFresh)),
    revokeApiKey: isAdmin, // what ends a danger must not wait
    ...each(['freezeSubject', 'unfreezeSubject'], isModerator),
  },
  Partner: {
    ...each(['id', 'name'], open('Whoever is asked for consent, or about whom somebody asked, may know by whom.')),
    ...each(['note', 'createdBy', 'createdAt'], isAdmin),
    terms: itself,
  },
  PartnerTerms: {
    ...each(['subjectKinds', 'purposes', 'pullsPerDay', 'burst', 'termsSetAt'], itself),
    ...each(['termsSetBy', 'termsNote'], isAdmin),
  },
  ...eachOfConnection('Partner', open('It is found by ADMIN, and by the marketplace, which asks buyers for consent.')),
  ApiKey: {
    ...each(['id', 'role', 'partner', 'name', 'scopes', 'allowedAddresses', 'lifetimeDays', 'secrets'], found),
    ...each(['note', 'createdBy', 'createdAt', 'lastUsedAt', 'revokedAt', 'revokedBy', 'revokeNote'], found),
  },
  ApiKeySecret: each(['prefix', 'note', 'madeBy', 'madeAt', 'expiresAt'], found),
  ...eachOfConnection('ApiKey', found),
  AccountFreeze: {
    ...each(['subject', 'ground', 'frozenAt', 'unfrozenAt'], ofHolder),
    ...each(['note', 'frozenBy', 'unfrozenBy', 'unfreezeNote'], isStaff),
  },
  ...eachOfConnection('AccountFreeze', isStaff),
  CreatePartnerPayload: each(['partner', 'userErrors'], isAdmin),
  SetPartnerTermsPayload: each(['partner', 'userErrors'], isAdmin),
  CreateApiKeyPayload: each(['apiKey', 'secret', 'userErrors'], isAdmin),
  RotateApiKeyPayload: each(['apiKey', 'secret', 'userErrors'], isAdmin),
  RevokeApiKeyPayload: each(['apiKey', 'userErrors'], isAdmin),
  FreezeSubjectPayload: each(['freeze', 'userErrors'], isModerator),
  UnfreezeSubjectPayload: each(['freeze', 'userErrors'], isModerator),
} satisfies Permissions;
