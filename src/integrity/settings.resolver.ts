import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { setIntegritySettings, settingsRow } from './settings.commands.ts';
import type { SettingsRow } from './settings.queries.ts';
import { IntegritySettingsView, SetIntegritySettingsInput, SetIntegritySettingsPayload } from './settings.schema.ts';

@Resolver()
export class IntegritySettingsResolver {
  @Query(() => IntegritySettingsView, { description: 'How doubt is weighed now.' })
  integritySettings(@Ctx() call: Call): Promise<SettingsRow> {
    return settingsRow(call);
  }

  @Mutation(() => SetIntegritySettingsPayload, {
    description: 'Sets how doubt is weighed from now on. What was decided before stays as it is.',
  })
  setIntegritySettings(
    @Arg('input', () => SetIntegritySettingsInput, { description: 'The document.' }) input: SetIntegritySettingsInput,
    @Ctx() call: Call,
  ): Promise<SetIntegritySettingsPayload> {
    return asUserErrors(async () => ({ settings: await setIntegritySettings(call, input) }));
  }
}
