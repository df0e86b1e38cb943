import type { EvidenceCode } from '../detection/llr.ts';

/** When a review is held. `atOnce`: as it comes in; `lookingBack`: by a scan, though it counted until then. */
export interface HoldingRule {
  readonly holds: boolean;
  readonly heldFrom: number; // probability
  readonly heldFamilies: number; // families of evidence that must speak against it
}

/** How doubt is weighed and what follows from it: data with versions. */
export interface IntegritySettings {
  readonly baseRate: number; // of reviews, the share of fakes before anything is known of them
  readonly voidProposedFrom: number;
  readonly voidProposedFamilies: number;
  readonly voidsByItself: boolean; // a scan voids what it proposes to void, without a person
  readonly atOnce: HoldingRule;
  readonly lookingBack: HoldingRule;
  readonly claimMinutes: number; // how long a claim of a moderator keeps others away
  readonly weights: Readonly<Partial<Record<EvidenceCode, readonly (readonly [from: number | null, llr: number])[]>>>; // null: −∞
}
