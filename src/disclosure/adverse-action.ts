import type { Call } from '../access/call.ts';
import { gradeOfSubject, type AnyGrade, type Gradable } from '../grades/grade.ts';
import { enteredReasons } from '../inquiries/exported.ts';
import type { GradeInquiry } from '../inquiries/inquiry.ts';
import { pull } from '../inquiries/pull.ts';
import { installationOf } from '../installation.ts';
import { partnerById } from '../partners/partners.loaders.ts';
import type { Level } from '../scoring/levels.ts';
import type { Reason } from '../scoring/reasons.ts';
import { complaint, statementOf, type ToldGrade } from './adverse-action-texts.ts';

/** What whoever was turned down is told of the grade that stood behind it: after 12 CFR 1002.9(b)(2), Regulation B. */
export interface AdverseActionNote extends ToldGrade {
  readonly cuts: readonly { readonly level: Level; readonly score: number }[];
  readonly complaint: string;
  readonly statement: string;
}

/** Null where nothing was decided by it, or no grade was taken out. */
export async function adverseActionNote(
  call: Call,
  inquiry: GradeInquiry,
  locale: string | null,
): Promise<AdverseActionNote | null> {
  if (inquiry.purpose === 'DISPLAY' || inquiry.policy === null) return null;
  return pull(
    call,
    { operation: 'GradeInquiry.adverseActionNote', subjectKinds: [], scope: 'grades:read' },
    async () => {
      const note = await noteOn(call, inquiry, locale);
      if (call.actor.role === 'PARTNER') await enteredReasons(call.sql, inquiry);
      return note;
    },
  );
}

/** The grade as it stood then: equal coordinates give an equal grade, for ever. */
async function noteOn(call: Call, inquiry: GradeInquiry, locale: string | null): Promise<AdverseActionNote> {
  const { subjectId: id, subjectKind: kind, asOf, knownAt, policy } = inquiry;
  const __typename = TYPES[kind]!;
  const subject: Gradable = { __typename, kind, id, externalId: '', name: null };
  const grade = await gradeOfSubject(call, subject, { asOf, knownAt, policy });
  const { name: partnerName } = (await partnerById(call, [inquiry.partnerId]))!;
  const reasons = (await principalReasons(grade)).map(({ code, text }) => ({ code, text: text(locale) }));
  const { level, score } = grade;
  const { range, cuts } = scaleOf(grade);
  const told = { partnerName, at: inquiry.at, purpose: inquiry.purpose, level, score, range, reasons };
  const where = complaint({ partnerName, url: installationOf(call).url }, locale);
  return { ...told, cuts, complaint: where, statement: `${statementOf(told, locale)}\n\n${where}` };
}

const TYPES: Partial<Readonly<Record<GradeInquiry['subjectKind'], Gradable['__typename']>>> = {
  MERCHANT: 'Merchant',
  BUYER: 'Buyer',
  PRODUCT: 'Product',
};

/** What speaks against it; where nothing does and it is not at the top, what it still lacks. */
async function principalReasons(grade: AnyGrade): Promise<readonly Pick<Reason, 'code' | 'text'>[]> {
  const against = await grade.against;
  if (against.length > 0) return against;
  const next = await grade.next;
  return next ? [{ code: `NEXT_${next.level}`, text: (locale) => next.suggestion(locale) ?? '' }] : [];
}

/** Platforms' rules have no scale: bands are all they give. */
function scaleOf({ policy }: AnyGrade): Pick<AdverseActionNote, 'range' | 'cuts'> {
  if (!('policy' in policy)) return { range: null, cuts: [] };
  const { ladder, document } = policy.policy;
  const cuts = ladder.filter(({ cut }) => Number.isFinite(cut)).map(({ level, cut }) => ({ level, score: cut }));
  return { range: { lowest: document.scale.min, highest: document.scale.max }, cuts: cuts.toReversed() };
}
