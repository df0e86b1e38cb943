import { ArgsType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Family } from '../detection/llr.ts';
import { ReversalReceiptView } from '../reviews/receipts.schema.ts';
import type { ReceiptRow } from '../reviews/receipts.loaders.ts';
import type { Review } from '../reviews/review.ts';
import { ReviewView } from '../reviews/reviews.schema.ts';
import { graphqlEnum } from '../schema/enum.ts';
import { NodeView } from '../schema/node.ts';
import { connectionType, ForwardPageArgs } from '../schema/page.ts';
import { DateTimeScalar } from '../schema/scalars.ts';
import { RefusalView, UserErrorView } from '../schema/user-error.ts';
import type { Suspicion, SuspicionKind, SuspicionStatus } from './suspicion.ts';

export const SuspicionStatusEnum = graphqlEnum<SuspicionStatus>('SuspicionStatus', 'What became of a doubt.', {
  OPEN: 'Nobody has decided it.',
  CONFIRMED: 'Its reviews or orders were penalized, or a person found it right.',
  DISMISSED: 'A person found nothing wrong.',
});

export const SuspicionKindEnum = graphqlEnum<SuspicionKind>('SuspicionKind', 'What a doubt is about.', {
  REVIEW: 'One review.',
  RING: 'Reviews of one merchant by reviewers that act together.',
  BRUSHING: 'Orders that a merchant seems to have placed with itself.',
});

export const EvidenceFamilyEnum = graphqlEnum<Family>('EvidenceFamily', 'Kinds of ground to doubt on.', {
  IDENTITY: 'Who is behind it: devices, payment instruments, addresses.',
  BEHAVIOUR: 'How and when it was done.',
  TEXT: 'What it says.',
  GRAPH: 'With whom it was done.',
});

/** What staff see of a suspicion: ids of people and no more of them. */
@ObjectType('Suspicion', {
  implements: NodeView,
  simpleResolvers: true,
  description:
    'A doubt about reviews or orders of one merchant, with its evidence. It is no finding: a person decides.',
})
export class SuspicionView
  extends NodeView
  implements Pick<Suspicion, 'kind' | 'status' | 'probability' | 'openedAt' | 'updatedAt'>
{
  @Field(() => SuspicionKindEnum, { description: 'What it is about.' })
  kind!: SuspicionKind;

  @Field(() => SuspicionStatusEnum, { description: 'What became of it.' })
  status!: SuspicionStatus;

  @Field(() => Float, {
    description: 'How probable it is that what it is about is fake, 0 to 1: the base rate and all its evidence.',
  })
  probability!: number;

  @Field(() => DateTimeScalar, { description: 'When it was first found.' })
  openedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last found.' })
  updatedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided; null while it is open.' })
  decidedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Who decided it; null while it is open.' })
  decidedBy?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was dismissed; null while it is open, and where a penalty says why.',
  })
  decisionNote?: string | null;
}

export const SuspicionConnection = connectionType<Suspicion>('Suspicion', () => SuspicionView);

@ObjectType('EvidenceRow', { simpleResolvers: true, description: 'One ground to doubt, or to trust.' })
export class EvidenceRowView {
  @Field(() => EvidenceFamilyEnum, { description: 'Its kind. Nothing is voided on one kind alone.' })
  family!: Family;

  @Field(() => String, { description: 'Which ground: stable, in SCREAMING_SNAKE_CASE.' })
  code!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'What was seen, in the unit that `text` tells; null where it is no number.',
  })
  observed!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'What honest conduct would show; null where nothing is expected.',
  })
  expected!: number | null;

  @Field(() => Float, {
    description:
      'What it weighs, in nats: above 0 it speaks for a fake, below 0 against. They add up to the probability.',
  })
  logLikelihoodRatio!: number;
}

@ObjectType('CollusionRing', { simpleResolvers: true, description: 'Reviewers that act as one, and on whom.' })
export class CollusionRingView {
  @Field(() => Float, { description: 'Of all pairs of members, the share that reviewed in step: 0 to 1.' })
  density!: number;
}

@ObjectType('EvidencePrecision', {
  simpleResolvers: true,
  description: 'How often what a ground spoke against was confirmed, over all suspicions that were decided.',
})
export class EvidencePrecisionView {
  @Field(() => String, { description: 'The ground.' })
  code!: string;

  @Field(() => EvidenceFamilyEnum, { description: 'Its kind.' })
  family!: Family;

  @Field(() => Int, { description: 'Suspicions with it that were confirmed.' })
  confirmed!: number;

  @Field(() => Int, { description: 'Suspicions with it that were dismissed.' })
  dismissed!: number;

  @Field(() => Float, { description: 'Confirmed of all that were decided, 0 to 1.' })
  precision!: number;

  @Field(() => Float, { description: 'What it weighed on the mean, in nats.' })
  logLikelihoodRatio!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'What it would weigh by these decisions alone, in nats: the log of its share among confirmed over its share among dismissed ones. Null below 10 decisions.',
  })
  proposedLogLikelihoodRatio!: number | null;
}

@ArgsType()
export class SuspicionsArgs extends ForwardPageArgs {
  @Field(() => SuspicionStatusEnum, {
    nullable: true,
    defaultValue: 'OPEN',
    description: 'Only those of this status; null: of any.',
  })
  status?: SuspicionStatus | null;

  @Field(() => SuspicionKindEnum, { nullable: true, description: 'Only those of this kind; of any, if not given.' })
  kind?: SuspicionKind | null;
}

const KEY = 'Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer.';

@InputType({ description: 'Which suspicion one means to work on.' })
export class ClaimSuspicionInput {
  @Field(() => ID, { description: 'The suspicion.' })
  suspicionId!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which suspicion one works on no more.' })
export class ReleaseClaimInput {
  @Field(() => ID, { description: 'The suspicion.' })
  suspicionId!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which suspicion was wrong, and why.' })
export class DismissSuspicionInput {
  @Field(() => ID, { description: 'The suspicion.' })
  suspicionId!: string;

  @Field(() => String, { description: 'Why nothing is wrong: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which suspicion about orders is right, and why.' })
export class ConfirmSuspicionInput {
  @Field(() => ID, { description: 'The suspicion, of the kind BRUSHING.' })
  suspicionId!: string;

  @Field(() => String, { description: 'What proves it: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which held review is to count, and why.' })
export class ReleaseReviewInput {
  @Field(() => ID, { description: 'The review.' })
  reviewId!: string;

  @Field(() => String, { description: 'Why it may count: 1 to 2,000 characters. It is kept.' })
  note!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('ClaimSuspicionPayload', { simpleResolvers: true, description: 'What became of a claim.' })
export class ClaimSuspicionPayload {
  @Field(() => SuspicionView, { nullable: true, description: 'The suspicion; null when the claim was refused.' })
  suspicion?: Suspicion | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('ReleaseClaimPayload', { simpleResolvers: true, description: 'What became of giving a claim up.' })
export class ReleaseClaimPayload {
  @Field(() => SuspicionView, { nullable: true, description: 'The suspicion; null when that was refused.' })
  suspicion?: Suspicion | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('DismissSuspicionPayload', { simpleResolvers: true, description: 'What became of a dismissal.' })
export class DismissSuspicionPayload {
  @Field(() => SuspicionView, { nullable: true, description: 'The suspicion, dismissed; null when that was refused.' })
  suspicion?: Suspicion | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('ConfirmSuspicionPayload', { simpleResolvers: true, description: 'What became of a confirmation.' })
export class ConfirmSuspicionPayload {
  @Field(() => SuspicionView, { nullable: true, description: 'The suspicion, confirmed; null when that was refused.' })
  suspicion?: Suspicion | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}

@ObjectType('ReleaseReviewPayload', { simpleResolvers: true, description: 'What became of a release.' })
export class ReleaseReviewPayload {
  @Field(() => ReviewView, { nullable: true, description: 'The review, which counts now; null when that was refused.' })
  review?: Review | null;

  @Field(() => ReversalReceiptView, {
    nullable: true,
    description: 'Every subject that moved with it, before and after; null when it was refused.',
  })
  receipt?: ReceiptRow | null;

  @Field(() => [UserErrorView], { description: 'Why nothing was changed; empty when it was done.' })
  userErrors!: RefusalView[];
}
