import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { BatchRejected, ingestEvents } from './ingest.commands.ts';
import { IngestEventsInput, IngestEventsPayload, SubmitReviewInput, SubmitReviewPayload } from './intake.schema.ts';
import { submitReview } from './submit-review.commands.ts';

@Resolver()
export class IntakeResolver {
  @Mutation(() => IngestEventsPayload, {
    description:
      'Takes events in: each once, whole or not at all, in any order. What it accepts is counted when it answers.',
  })
  ingestEvents(
    @Arg('input', () => IngestEventsInput, { description: 'The batch.' }) input: IngestEventsInput,
    @Ctx() call: Call,
  ): Promise<IngestEventsPayload> {
    const { events, onError } = input;
    return asUserErrors(
      () => ingestEvents(call, { events, onError: onError ?? 'REJECT_FAILED' }),
      (refusal) => ({
        accepted: 0,
        waiting: 0,
        duplicates: 0,
        rejected: refusal instanceof BatchRejected ? refusal.rejected : [],
      }),
    ) as Promise<IngestEventsPayload>;
  }

  @Mutation(() => SubmitReviewPayload, { description: 'Reviews an own, delivered order: once. It counts at once.' })
  submitReview(
    @Arg('input', () => SubmitReviewInput, { description: 'The review.' }) input: SubmitReviewInput,
    @Ctx() call: Call,
  ): Promise<SubmitReviewPayload> {
    return asUserErrors(async () => ({
      review: await submitReview(call, {
        order: input.order,
        stars: input.stars,
        dimensions: input.dimensions ?? [],
        text: input.text ?? null,
        incentivized: input.incentivized ?? false,
        idempotencyKey: input.idempotencyKey,
      }),
    }));
  }
}
