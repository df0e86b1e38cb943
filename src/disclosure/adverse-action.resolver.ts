import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { LocaleArgs } from '../grades/grades.schema.ts';
import type { GradeInquiry } from '../inquiries/inquiry.ts';
import { GradeInquiryView } from '../inquiries/inquiries.schema.ts';
import { adverseActionNote, type AdverseActionNote } from './adverse-action.ts';
import { AdverseActionNoteView } from './adverse-action.schema.ts';

@Resolver(() => GradeInquiryView)
export class AdverseActionResolver {
  @FieldResolver(() => AdverseActionNoteView, {
    nullable: true,
    description:
      'Why the grade was no better, for a note on an adverse action. Null for DISPLAY, by which nothing is decided, and where no grade was taken out. That a partner was told is added to `taken`.',
  })
  adverseActionNote(
    @Root() inquiry: GradeInquiry,
    @Args(() => LocaleArgs) { locale }: LocaleArgs,
    @Ctx() call: Call,
  ): Promise<AdverseActionNote | null> {
    return adverseActionNote(call, inquiry, locale ?? null);
  }
}
