import { Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { settingsRow } from './settings.commands.ts';
import type { SettingsRow } from './settings.queries.ts';
import { IntegritySettingsView } from './settings.schema.ts';

@Resolver()
export class IntegritySettingsResolver {
  @Query(() => IntegritySettingsView, { description: 'How doubt is weighed now.' })
  integritySettings(@Ctx() call: Call): Promise<SettingsRow> {
    return settingsRow(call);
  }
}
