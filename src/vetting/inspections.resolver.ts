import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import { MerchantView, type MerchantRow } from '../merchants/merchants.schema.ts';
import { productById } from '../products/products.loaders.ts';
import { ProductView, type ProductRow } from '../products/products.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { asUserErrors } from '../schema/user-error.ts';
import type { Inspection } from './inspection.ts';
import { annulInspection, recordInspection } from './inspections.commands.ts';
import { inspectionsOf } from './inspections.loaders.ts';
import {
  AnnulInspectionInput,
  AnnulInspectionPayload,
  InspectionView,
  RecordInspectionInput,
  RecordInspectionPayload,
} from './inspections.schema.ts';

@Resolver(() => MerchantView)
export class MerchantInspectionsResolver {
  @FieldResolver(() => [InspectionView], {
    description: 'Inspections that found something wrong, the latest first. For the merchant itself and for the house.',
  })
  inspections(@Root() { id }: MerchantRow, @Ctx() call: Call): Promise<readonly Inspection[]> {
    return inspectionsOf(call, id);
  }
}

@Resolver(() => InspectionView)
export class InspectionsResolver {
  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { merchantId, id }: Inspection): string {
    return globalId('Inspection', merchantId, id);
  }

  @FieldResolver(() => ProductView, { nullable: true, description: 'What was inspected; null: not one product.' })
  product(@Root() { productId }: Inspection, @Ctx() call: Call): Promise<ProductRow | null> | null {
    return productId ? productById(call, productId) : null;
  }

  @Mutation(() => RecordInspectionPayload, {
    description: 'Says what an inspection found wrong. It counts against the merchant as the policy weighs it.',
  })
  recordInspection(
    @Arg('input', () => RecordInspectionInput, { description: 'Whose, and what.' }) input: RecordInspectionInput,
    @Ctx() call: Call,
  ): Promise<RecordInspectionPayload> {
    const { productId = null, inspectedAt = null } = input;
    return asUserErrors(async () => ({
      inspection: await recordInspection(call, { ...input, productId, inspectedAt }),
    }));
  }

  @Mutation(() => AnnulInspectionPayload, {
    description: 'Takes an inspection back that was wrong: exactly, as if it had never been. It stays on record.',
  })
  annulInspection(
    @Arg('input', () => AnnulInspectionInput, { description: 'Which, and why.' }) input: AnnulInspectionInput,
    @Ctx() call: Call,
  ): Promise<AnnulInspectionPayload> {
    return asUserErrors(async () => ({ inspection: await annulInspection(call, input) }));
  }
}
