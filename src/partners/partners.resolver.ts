import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { NODE_ID } from '../schema/node.ts';
import { ForwardPageArgs } from '../schema/page.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { Partner } from './partner.ts';
import { createPartner, setPartnerTerms } from './partners.commands.ts';
import { partnersByPage } from './partners.loaders.ts';
import {
  CreatePartnerInput,
  CreatePartnerPayload,
  PartnerConnection,
  PartnerView,
  SetPartnerTermsInput,
  SetPartnerTermsPayload,
} from './partners.schema.ts';
import { PartnerTermsView } from './terms.schema.ts';

@Resolver(() => PartnerView)
export class PartnersResolver {
  @Query(() => PartnerConnection, { description: 'Who asks for grades under agreed terms, the last first.' })
  partners(@Args(() => ForwardPageArgs) args: ForwardPageArgs, @Ctx() call: Call): Promise<Connection<Partner>> {
    return partnersByPage(call, args);
  }

  @Mutation(() => CreatePartnerPayload, { description: 'Lets a partner in. It can do nothing yet: it needs a key.' })
  createPartner(
    @Arg('input', () => CreatePartnerInput, { description: 'Who, and why.' }) input: CreatePartnerInput,
    @Ctx() call: Call,
  ): Promise<CreatePartnerPayload> {
    return asUserErrors(async () => ({ partner: await createPartner(call, { ...input, terms: input.terms ?? null }) }));
  }

  @Mutation(() => SetPartnerTermsPayload, {
    description: 'Says anew what a partner may take out, what for, and how much. It holds from its next request on.',
  })
  setPartnerTerms(
    @Arg('input', () => SetPartnerTermsInput, { description: 'Who, and what.' }) input: SetPartnerTermsInput,
    @Ctx() call: Call,
  ): Promise<SetPartnerTermsPayload> {
    return asUserErrors(async () => ({ partner: await setPartnerTerms(call, input) }));
  }

  @FieldResolver(() => PartnerTermsView, { description: 'What it has agreed to.' })
  terms(@Root() partner: Partner): Partner {
    return partner;
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: Partner): string {
    return globalId('Partner', id);
  }
}
