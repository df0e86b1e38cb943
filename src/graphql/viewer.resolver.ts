import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { Partner } from '../partners/partner.ts';
import { partnerById } from '../partners/partners.loaders.ts';
import { PartnerView } from '../partners/partners.schema.ts';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';
import { ViewerView } from './viewer.schema.ts';

@Resolver(() => ViewerView)
export class ViewerResolver {
  @Query(() => ViewerView, { description: 'Who I am here.' })
  viewer(@Ctx() { actor }: Call): ViewerView {
    return { role: actor.role, scopes: actor.scopes ?? [] };
  }

  @FieldResolver(() => SubjectView, {
    nullable: true,
    description:
      'The buyer or merchant that a BUYER or MERCHANT stands for; null for others, and while nothing is known of it.',
  })
  async subject(@Ctx() call: Call): Promise<SubjectRow | null> {
    const { subject } = call.actor;
    if (!subject?.id) return null;
    return subject.kind === 'BUYER' ? buyerById(call, subject.id) : merchantById(call, subject.id);
  }

  @FieldResolver(() => PartnerView, {
    nullable: true,
    description: 'The partner that a PARTNER is, with its terms and what is left of its quota; null for others.',
  })
  async partner(@Ctx() call: Call): Promise<Partner | null> {
    const { partnerId } = call.actor;
    return partnerId === undefined ? null : partnerById(call, [partnerId]);
  }
}
