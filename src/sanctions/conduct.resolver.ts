import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { saveConduct } from './conduct.commands.ts';
import { conductInForce, conductOf } from './conduct.loaders.ts';
import { ConductPolicyView, SaveConductPolicyInput, SaveConductPolicyPayload } from './conduct.schema.ts';
import type { ConductVersion } from './conduct.ts';

@Resolver(() => ConductPolicyView)
export class ConductResolver {
  @Query(() => ConductPolicyView, { description: 'The rules of measures that hold now. They are public.' })
  async conductPolicy(@Ctx() { sql, now }: Call): Promise<ConductPolicyView> {
    return viewOf(await conductInForce(sql, now));
  }

  @Mutation(() => SaveConductPolicyPayload, {
    description:
      'Puts other rules of measures in force; or proposes them, where one person could decide more alone than before.',
  })
  saveConductPolicy(
    @Arg('input', () => SaveConductPolicyInput, { description: 'The rules, and why.' }) input: SaveConductPolicyInput,
    @Ctx() call: Call,
  ): Promise<SaveConductPolicyPayload> {
    return asUserErrors(async () => {
      const { version, proposal } = await saveConduct(call, { ...input, activeFrom: input.activeFrom ?? null });
      const saved = version === null ? null : await conductOf(call, version);
      return { policy: saved && viewOf(saved), proposal };
    });
  }
}

const viewOf = ({ version, conduct }: ConductVersion): ConductPolicyView => ({ version, document: conduct });
