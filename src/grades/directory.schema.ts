import { ArgsType, Field } from 'type-graphql';
import { graphqlEnum } from '../schema/enum.ts';
import { GradeLevelEnum } from '../schema/grade-level.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import type { Level } from '../scoring/levels.ts';
import type { MerchantOrder } from './directory.ts';

export const MerchantOrderEnum = graphqlEnum<MerchantOrder>('MerchantOrder', 'How merchants are listed.', {
  SCORE_DESC: 'The most trusted first, by the cautious score that levels are cut on; those not rated last.',
  RATING_DESC: 'The highest average of stars first; those without a counted review last.',
  NAME: "By name, or by the platform's own id where no name was told.",
});

@ArgsType()
export class DirectoryArgs extends ForwardPageArgs {
  @Field(() => [GradeLevelEnum], {
    nullable: true,
    description:
      'Only merchants of these levels, as of the last thing that was entered about them, or of the start of the day.',
  })
  level?: Level[] | null;

  @Field(() => MerchantOrderEnum, { nullable: true, description: 'SCORE_DESC, if not given.' })
  orderBy?: MerchantOrder | null;
}
