/** What a caller is to the marketplace. */
export const ROLES = ['PUBLIC', 'BUYER', 'MERCHANT', 'PARTNER', 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'] as const;
export type Role = (typeof ROLES)[number];
