import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { Qualification } from './qualification.ts';
import { stateQualification } from './qualifications.commands.ts';
import { qualificationsOf } from './qualifications.loaders.ts';
import { QualificationView, StateQualificationInput, StateQualificationPayload } from './qualifications.schema.ts';

const LIST = { description: 'What it needs, as far as that was said. For the merchant itself and for the house.' };

@Resolver(() => MerchantView)
export class MerchantQualificationsResolver {
  @FieldResolver(() => [QualificationView], LIST)
  qualifications(@Root() { id }: MerchantRow, @Ctx() call: Call): Promise<readonly Qualification[]> {
    return qualificationsOf(call, id);
  }
}

@Resolver(() => ProductView)
export class ProductQualificationsResolver {
  @FieldResolver(() => [QualificationView], LIST)
  qualifications(@Root() { id }: ProductRow, @Ctx() call: Call): Promise<readonly Qualification[]> {
    return qualificationsOf(call, id);
  }
}

@Resolver()
export class QualificationsResolver {
  @Mutation(() => StateQualificationPayload, {
    description:
      'Says how it stands with a qualification. While one is missing or has expired, grades are capped as the policy says.',
  })
  stateQualification(
    @Arg('input', () => StateQualificationInput, { description: 'Whose, which, and how it stands.' })
    input: StateQualificationInput,
    @Ctx() call: Call,
  ): Promise<StateQualificationPayload> {
    const expiresAt = input.expiresAt ?? null;
    return asUserErrors(async () => ({ qualification: await stateQualification(call, { ...input, expiresAt }) }));
  }
}
