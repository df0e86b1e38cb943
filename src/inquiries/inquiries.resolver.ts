import { Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import type { Partner } from '../partners/partner.ts';
import { partnerById } from '../partners/partners.loaders.ts';
import { PartnerView } from '../partners/partners.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { inquiriesOf, pullsLeftOf } from './inquiries.loaders.ts';
import { GradeInquiryConnection, GradeInquiryView, PullsLeftView } from './inquiries.schema.ts';
import type { GradeInquiry } from './inquiry.ts';
import type { PullsLeft } from './meter.ts';

@Resolver(() => GradeInquiryView)
export class InquiriesResolver {
  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { subjectId, id }: GradeInquiry): string {
    return globalId('GradeInquiry', subjectId, id);
  }

  @FieldResolver(() => PartnerView, { description: 'Who asked.' })
  partner(@Root() { partnerId }: GradeInquiry, @Ctx() call: Call): Promise<Partner | null> {
    return partnerById(call, [partnerId]);
  }
}

@Resolver(() => SubjectView)
export class SubjectInquiriesResolver {
  @FieldResolver(() => GradeInquiryConnection, {
    description:
      'Which partners took out what is said of it, when and what for, the last first. A partner finds its own.',
  })
  gradeInquiries(
    @Root() { id }: SubjectRow,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() call: Call,
  ): Promise<Connection<GradeInquiry>> {
    return inquiriesOf(call, id, args);
  }
}

@Resolver(() => PartnerView)
export class PartnerQuotaResolver {
  @FieldResolver(() => PullsLeftView, { description: 'What it may still take out.' })
  pullsLeft(@Root() partner: Partner, @Ctx() call: Call): Promise<PullsLeft> {
    return pullsLeftOf(call, partner);
  }
}
