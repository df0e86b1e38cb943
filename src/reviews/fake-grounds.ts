import type { VoidGround } from './review.ts';

/** On these a review is a proven fake, which counts against its author. The others are breaches of the rules. */
export const FAKE_GROUNDS: readonly VoidGround[] = [
  'FAKE_PURCHASED',
  'FAKE_COMPETITOR',
  'INSIDER',
  'COLLUSION_RING',
  'EXTORTION',
];
