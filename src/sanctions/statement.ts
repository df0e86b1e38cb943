import type { ConductVersion, SanctionKind } from './conduct.ts';
import type { Sanction } from './sanction.ts';

/** A text in the languages that decisions are explained in. */
export interface Wording {
  readonly en: string;
  readonly 'zh-CN': string;
}

/** What a decision restricts: the four fields of a statement of reasons (Digital Services Act, art. 17 (1)). */
export const RESTRICTION_TYPES = ['VISIBILITY', 'MONETARY', 'PROVISION', 'ACCOUNT'] as const;
export type RestrictionType = (typeof RESTRICTION_TYPES)[number];

/** What led to a decision (art. 17 (3) b): what somebody reported, or the house's own looking. */
export const DECISION_ORIGINS = ['NOTICE', 'OWN_INITIATIVE'] as const;
export type DecisionOrigin = (typeof DECISION_ORIGINS)[number];

/** What a decision rests on (art. 17 (3) d and e): the law, or the rules of the marketplace. */
export type DecisionBasis = 'LAW' | 'TERMS';

/** Of all grounds one says that content is against the law; the others are those of the rules of conduct. */
export const basisOf = (ground: string): DecisionBasis => (ground === 'ILLEGAL' ? 'LAW' : 'TERMS');

/** Why a decision was made, as art. 17 (3) of the Digital Services Act asks for it. Of a sanction, or of any other decision. */
export interface StatementOfReasons {
  readonly ground: string;
  readonly basis: DecisionBasis;
  readonly groundText: Wording;
  readonly conductVersion: number | null; // of the rules that have the ground; null where none has
  readonly facts: string;
  readonly origin: DecisionOrigin | null; // null: notices of such things are not kept here
  readonly automatedDetection: boolean;
  readonly automatedDecision: boolean;
  readonly restricts: readonly RestrictionType[];
  readonly effect: Wording; // what follows, in a sentence
  readonly territory: readonly string[] | null; // ISO 3166 codes; null: everywhere
  readonly startsAt: Date;
  readonly endsAt: Date | null; // null: for good, or until it is lifted
  readonly appealUntil: Date;
}

const RESTRICTS: Readonly<Record<SanctionKind, readonly RestrictionType[]>> = {
  WARNING: [],
  POINTS_DEDUCTION: ['MONETARY'],
  RESTRICTION: ['VISIBILITY'],
  SUSPENSION: ['PROVISION'],
  REMOVAL: ['ACCOUNT'],
  PUBLIC_NOTICE: [],
};

const EFFECTS: Readonly<Record<SanctionKind, Wording>> = {
  WARNING: {
    en: 'Nothing is restricted; the next time more may follow.',
    'zh-CN': '暂无限制；再次违规可能受到更重处理。',
  },
  POINTS_DEDUCTION: { en: 'Credit points are deducted.', 'zh-CN': '扣除信用积分。' },
  RESTRICTION: {
    en: 'The grade is capped, and promotion and visibility are restricted.',
    'zh-CN': '等级受限，推广与展示受到限制。',
  },
  SUSPENSION: {
    en: 'Trading or reviewing is suspended, and the grade is capped.',
    'zh-CN': '暂停交易或评价，等级受限。',
  },
  REMOVAL: { en: 'The account is removed from the marketplace.', 'zh-CN': '账户被清退出平台。' },
  PUBLIC_NOTICE: { en: 'The public is told.', 'zh-CN': '向公众公示。' },
};

/** A deduction's own effect names its points; with another measure they are one more. */
function effectOf(kind: SanctionKind, points: number): Wording {
  if (points === 0) return EFFECTS[kind];
  const cost = points === 1 ? '1 credit point is deducted.' : `${points} credit points are deducted.`;
  const deduction: Wording = { en: cost, 'zh-CN': `扣除 ${points} 信用积分。` };
  if (kind === 'POINTS_DEDUCTION') return deduction;
  return { en: `${EFFECTS[kind].en} ${deduction.en}`, 'zh-CN': `${EFFECTS[kind]['zh-CN']}${deduction['zh-CN']}` };
}

export function statementOf(
  sanction: Sanction,
  rules: ConductVersion | null,
  origin: DecisionOrigin | null,
): StatementOfReasons {
  const { ground, kind, points } = sanction;
  const restricts = [...RESTRICTS[kind], ...(points > 0 ? (['MONETARY'] as const) : [])];
  return {
    ground,
    basis: basisOf(ground),
    groundText: rules?.conduct.grounds[ground]?.texts ?? { en: ground, 'zh-CN': ground },
    conductVersion: sanction.conductVersion,
    facts: sanction.statement,
    origin,
    automatedDetection: sanction.isDetectedAutomatically,
    automatedDecision: sanction.isDecidedAutomatically,
    restricts: [...new Set(restricts)],
    effect: effectOf(kind, points),
    territory: sanction.territory ?? null,
    startsAt: sanction.imposedAt,
    endsAt: sanction.endsAt ?? null,
    appealUntil: sanction.appealUntil,
  };
}

/** Where to turn to (art. 17 (3) f). */
export const redressText = (appealUntil: Date): Wording => {
  const day = appealUntil.toISOString().slice(0, 10);
  return {
    en: `You may appeal free of charge until ${day} (UTC); somebody who had no part in the decision decides it. You may also turn to a certified out-of-court dispute settlement body, or to a court.`,
    'zh-CN': `您可在 ${day}（UTC）之前免费申诉，由未参与原决定的人员裁决；也可向经认证的庭外争议解决机构求助，或向法院起诉。`,
  };
};
