import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { SetIntegritySettingsInput } from '../integrity/settings.schema.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { setIntegritySettings } from './integrity-settings.commands.ts';
import { SetIntegritySettingsPayload } from './integrity-settings.schema.ts';

@Resolver()
export class SetIntegritySettingsResolver {
  @Mutation(() => SetIntegritySettingsPayload, {
    description:
      'Sets how doubt is weighed from now on; or proposes it, where scans might void by themselves what they did not before. What was decided before stays as it is.',
  })
  setIntegritySettings(
    @Arg('input', () => SetIntegritySettingsInput, { description: 'The document.' }) input: SetIntegritySettingsInput,
    @Ctx() call: Call,
  ): Promise<SetIntegritySettingsPayload> {
    return asUserErrors(() => setIntegritySettings(call, input));
  }
}
