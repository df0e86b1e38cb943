import { Field, InterfaceType, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/refusal.ts';

@InterfaceType('UserError', { description: 'A "no" that the caller can act on. It is data, not an error of the API.' })
export abstract class UserErrorView {
  @Field(() => String, { description: 'Stable, in SCREAMING_SNAKE_CASE, for programs.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong and what to do about it, in English, for people.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'The path of the input at fault, outermost first; null where no one field is.',
  })
  field!: readonly string[] | null;
}

@ObjectType('Refusal', { implements: UserErrorView, simpleResolvers: true, description: 'Why nothing was changed.' })
export class RefusalView extends UserErrorView {
  readonly __typename = 'Refusal';
}

/** These are about the call as a whole, and become errors of the API in mutations too. */
const OF_THE_CALL: readonly string[] = ['UNAUTHENTICATED', 'UNAVAILABLE'];

/**
 * The payload that `work` gives; or, when it is refused, `nothing` with the refusal as its user error. `nothing` holds what a
 * payload must have beside it; all else is null.
 */
export async function asUserErrors<Payload extends object>(
  work: () => Promise<Payload>,
  nothing: Partial<Payload> | ((refusal: Refusal) => Partial<Payload>) = {},
): Promise<Partial<Payload> & { userErrors: RefusalView[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (!(error instanceof Refusal) || OF_THE_CALL.includes(error.kind)) throw error;
    const { code, message, field } = error;
    const rest = typeof nothing === 'function' ? nothing(error) : nothing;
    return { ...rest, userErrors: [{ __typename: 'Refusal', code, message, field }] };
  }
}
