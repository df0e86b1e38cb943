import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import { NODE_ID } from '../schema/node.ts';
import type { AuditEvent } from './audit-event.ts';
import { auditTrail, placeOfEvent } from './audit.loaders.ts';
import { AuditEventConnection, AuditEventView, AuditTrailArgs } from './audit.schema.ts';

@Resolver(() => AuditEventView)
export class AuditResolver {
  @Query(() => AuditEventConnection, {
    description: 'What staff did, and what was refused to those who are not staff or may not do it; the last first.',
  })
  auditTrail(@Args(() => AuditTrailArgs) args: AuditTrailArgs, @Ctx() call: Call): Promise<Connection<AuditEvent>> {
    return auditTrail(call, args);
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: AuditEvent): string {
    return globalId('AuditEvent', id);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Its place in the hash-chained log; null: it gets it within seconds.',
  })
  logIndex(@Root() { id }: AuditEvent, @Ctx() call: Call): Promise<string | null> {
    return placeOfEvent(call, id);
  }
}
