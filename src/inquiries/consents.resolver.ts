import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Partner } from '../partners/partner.ts';
import { partnerById } from '../partners/partners.loaders.ts';
import { PartnerView } from '../partners/partners.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { stateOf, type Consent, type ConsentState } from './consent.ts';
import { grantConsent, withdrawConsent } from './consents.commands.ts';
import {
  ConsentStateEnum,
  ConsentView,
  GrantConsentInput,
  GrantConsentPayload,
  WithdrawConsentInput,
  WithdrawConsentPayload,
} from './consents.schema.ts';

@Resolver(() => ConsentView)
export class ConsentsResolver {
  @Mutation(() => GrantConsentPayload, {
    description:
      "Lets a partner take out a buyer's grade, for a purpose and a time. One that is there already, to the same partner for the same purpose, ends with it.",
  })
  grantConsent(
    @Arg('input', () => GrantConsentInput, { description: 'To whom, and what for.' }) input: GrantConsentInput,
    @Ctx() call: Call,
  ): Promise<GrantConsentPayload> {
    const { buyerId = null, until = null, proof = null } = input;
    return asUserErrors(async () => ({ consent: await grantConsent(call, { ...input, buyerId, until, proof }) }));
  }

  @Mutation(() => WithdrawConsentPayload, {
    description: 'Ends a consent. From then on the partner gets no grade by it.',
  })
  withdrawConsent(
    @Arg('input', () => WithdrawConsentInput, { description: 'Which.' }) input: WithdrawConsentInput,
    @Ctx() call: Call,
  ): Promise<WithdrawConsentPayload> {
    const { proof = null } = input;
    return asUserErrors(async () => ({ consent: await withdrawConsent(call, { ...input, proof }) }));
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { subjectId, id }: Consent): string {
    return globalId('Consent', subjectId, id);
  }

  @FieldResolver(() => PartnerView, { description: 'Who may take out the grade.' })
  partner(@Root() { partnerId }: Consent, @Ctx() call: Call): Promise<Partner | null> {
    return partnerById(call, [partnerId]);
  }

  @FieldResolver(() => ConsentStateEnum, { description: 'Where it stands.' })
  status(@Root() consent: Consent, @Ctx() { now }: Call): ConsentState {
    return stateOf(consent, now);
  }
}
