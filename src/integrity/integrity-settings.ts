import type { EvidenceCode } from '../detection/llr.ts';

/** When a review is held. `atOnce`: as it comes in; `lookingBack`: by a scan, though it counted until then. */
export interface HoldingRule {
  readonly holds: boolean;
  readonly heldFrom: number; // probability
  readonly heldFamilies: number; // families of evidence that must speak against it
}

/** When orders are voided without a person: by the thresholds of reviews. No order is held, so people get the time to look first. */
export interface BrushingRule {
  readonly voidsByItself: boolean;
  readonly waitHours: number; // that a suspicion has been open
}

/** How doubt is weighed and what follows from it: data with versions. */
export interface IntegritySettings {
  readonly baseRate: number; // of reviews, the share of fakes before anything is known of them
  readonly voidProposedFrom: number;
  readonly voidProposedFamilies: number;
  readonly voidsByItself: boolean; // a scan voids what it proposes to void, without a person
  readonly brushing: BrushingRule;
  readonly atOnce: HoldingRule;
  readonly lookingBack: HoldingRule;
  readonly claimMinutes: number; // how long a claim of a moderator keeps others away
  readonly weights: Readonly<Partial<Record<EvidenceCode, readonly (readonly [from: number | null, llr: number])[]>>>; // null: −∞
}
