import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType('RateLimit', {
  simpleResolvers: true,
  description:
    'How much the caller may still ask for: a bucket of points, shared by all servers, that refills by itself.',
})
export class RateLimitView {
  @Field(() => Int, { description: 'Points that a full bucket holds, and the most that one request may cost.' })
  limit!: number;

  @Field(() => Int, {
    description: 'Points that are left, this request paid for; what it turns out not to need comes back. 0 or more.',
  })
  remaining!: number;

  @Field(() => Int, {
    description: 'Points that come back each second; 0 where nobody is limited, and `limit` holds for each request.',
  })
  restoreRate!: number;

  @Field(() => Int, { description: 'Points that this request is charged with. 1 or more.' })
  cost!: number;
}
