import { Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { purseOf } from './budget/callers.ts';
import { MOST_POINTS } from './cost/charge.ts';
import { spendingOf } from './cost/spending.ts';
import { RateLimitView } from './rate-limit.schema.ts';

@Resolver()
export class RateLimitResolver {
  @Query(() => RateLimitView, { description: 'My budget, and what of it this request takes.' })
  rateLimit(@Ctx() call: Call): RateLimitView {
    const allowance = purseOf(call)?.allowance;
    const limit = allowance?.maximum ?? MOST_POINTS;
    const spending = spendingOf(call);
    return {
      limit,
      remaining: Math.max(0, Math.floor(spending?.available ?? limit)),
      restoreRate: allowance?.restoreRate ?? 0,
      cost: spending?.requested ?? 0,
    };
  }
}
