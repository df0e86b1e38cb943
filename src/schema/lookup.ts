import { ArgsType, Field, ID } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectRow } from './subject.ts';

/** How a subject is named: by our id or by the platform's. */
@ArgsType()
export class LookupArgs {
  @Field(() => ID, { nullable: true, description: 'The id that this API gave. Exactly one of the two is needed.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: "The platform's own id. Exactly one of the two is needed." })
  externalId?: string | null;
}

type Find<Row> = (call: Call, key: string) => Promise<Row | null>;

/** The subject that is named; null when there is none or the caller may not see it. */
export async function lookUp<Row extends SubjectRow>(
  call: Call,
  type: Row['__typename'],
  { id, externalId }: LookupArgs,
  byId: Find<Row>,
  byExternalId: Find<Row>,
): Promise<Row | null> {
  if (id != null && externalId == null) return byId(call, idsOf(type, id)[0]);
  if (id == null && externalId != null) return byExternalId(call, externalId);
  throw new Refusal('INVALID', 'ID_OR_EXTERNAL_ID', 'Give either `id` or `externalId`: exactly one of the two.');
}
