import { fromUnits, toUnits } from '../scoring/fixed.ts';
import type { ReviewStatus, Verification } from './review.ts';

/** A review as it is taken in, before and after it is weighed. Gains and weights are in units of 1e-8. */
export interface ReviewFact {
  readonly merchantId: string;
  readonly id: string;
  readonly externalId: string | null;
  readonly orderId: string | null;
  readonly authorId: string;
  readonly productId: string | null;
  readonly stars: number;
  readonly valence: number; // w
  readonly dimensions: readonly (number | null)[]; // in the order of DIMENSIONS
  readonly text: string | null;
  readonly channel: string;
  readonly incentivized: boolean;
  readonly occurredAt: number;
  readonly isNetworkRating: boolean;
  readonly amount: number | null; // of its order
  readonly currency: string | null;
  isPurchase: boolean; // its order was paid
  verification: Verification;
  status: ReviewStatus;
  reliability: number;
  experience: number;
  agreeGain: number;
  disagreeGain: number;
  experienceGain: number;
  consensusGain: number;
  weightGain: number;
  retractedAt: number | null;
}

export const UNWEIGHED = {
  reliability: 0,
  experience: 0,
  agreeGain: 0,
  disagreeGain: 0,
  experienceGain: 0,
  consensusGain: 0,
  weightGain: 0,
  retractedAt: null,
} as const;

export const valenceUnits = (w: number): number => toUnits(w);
export const valenceOf = ({ valence }: Pick<ReviewFact, 'valence'>): number => fromUnits(valence);
