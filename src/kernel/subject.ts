/** Whoever or whatever is graded. The order is fixed: the number is stored with every posting and standing. */
export const SUBJECT_KINDS = ['MERCHANT', 'BUYER', 'PRODUCT', 'CARRIER', 'SUPPLIER'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
