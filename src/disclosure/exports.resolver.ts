import { Arg, Args, Ctx, FieldResolver, Float, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Call } from '../access/call.ts';
import { PolicyVersionView } from '../grades/policies.schema.ts';
import type { PolicyVersion } from '../grades/policy-version.ts';
import { versionById } from '../grades/policy-versions.loaders.ts';
import { installationOf } from '../installation.ts';
import { recordingRefusals } from '../inquiries/pull.ts';
import { globalId, idsOf } from '../kernel/global-id.ts';
import type { Connection } from '../kernel/page.ts';
import type { Partner } from '../partners/partner.ts';
import { PartnerView } from '../partners/partners.schema.ts';
import { NODE_ID } from '../schema/node.ts';
import { asUserErrors } from '../schema/user-error.ts';
import { isUnderWay, type BulkExport } from './bulk-export.ts';
import { cursorAt } from './changes.ts';
import { linkTo, type Link } from './export-link.ts';
import { cancelBulkExport, startBulkExport } from './exports.commands.ts';
import { exportById, exportsByPage } from './exports.loaders.ts';
import {
  BulkExportConnection,
  BulkExportLinkView,
  BulkExportPayload,
  BulkExportsArgs,
  BulkExportView,
  CancelBulkExportInput,
  StartBulkExportInput,
} from './exports.schema.ts';
import { holderOf, partnerOf } from './holder.ts';

@Resolver(() => BulkExportView)
export class ExportsResolver {
  @Query(() => BulkExportView, {
    nullable: true,
    description: 'An export of your own; null when there is none of this id.',
  })
  bulkExport(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() call: Call,
  ): Promise<BulkExport | null> {
    return exportById(call, idsOf('BulkExport', id));
  }

  @Query(() => BulkExportConnection, { description: 'Exports of your own, the last first. Staff find all.' })
  bulkExports(
    @Args(() => BulkExportsArgs) { status, ...page }: BulkExportsArgs,
    @Ctx() call: Call,
  ): Promise<Connection<BulkExport>> {
    return exportsByPage(call, status ?? null, page);
  }

  @Mutation(() => BulkExportPayload, {
    description:
      'Asks for the grades of all subjects of a kind in one file. For a partner those of buyers who consent when it is written; each line counts against the quota of the day.',
  })
  startBulkExport(
    @Arg('input', () => StartBulkExportInput, { description: 'Which grades.' }) input: StartBulkExportInput,
    @Ctx() call: Call,
  ): Promise<BulkExportPayload> {
    const query = { ...input, policy: input.policy ?? null, asOf: input.asOf ?? null, levels: input.levels ?? null };
    return asUserErrors(async () => ({ export: await startBulkExport(call, query) }));
  }

  @Mutation(() => BulkExportPayload, { description: 'Ends an export that is not done yet.' })
  cancelBulkExport(
    @Arg('input', () => CancelBulkExportInput, { description: 'Which.' }) input: CancelBulkExportInput,
    @Ctx() call: Call,
  ): Promise<BulkExportPayload> {
    return asUserErrors(() =>
      recordingRefusals(call, 'cancelBulkExport', input, async () => ({ export: await cancelBulkExport(call, input) })),
    );
  }

  @FieldResolver(() => ID, NODE_ID)
  id(@Root() { id }: BulkExport): string {
    return globalId('BulkExport', id);
  }

  @FieldResolver(() => PolicyVersionView, { description: 'The rules that the grades are made by.' })
  policy(@Root() { policyId }: BulkExport, @Ctx() call: Call): Promise<PolicyVersion | null> {
    return versionById(call, policyId);
  }

  @FieldResolver(() => PartnerView, { nullable: true, description: 'The partner that asked for it; null for others.' })
  partner(@Root() { owner }: BulkExport, @Ctx() call: Call): Promise<Partner | null> {
    return partnerOf(call, owner);
  }

  @FieldResolver(() => Float, { description: 'How much of it is done, from 0 to 1.' })
  progress(@Root() each: BulkExport): number {
    if (!isUnderWay(each)) return each.status === 'DONE' || each.status === 'EXPIRED' ? 1 : 0;
    return each.subjects ? Math.min(1, each.seen / each.subjects) : 0;
  }

  @FieldResolver(() => BulkExportLinkView, {
    nullable: true,
    description: 'Where to fetch it; null unless it is done.',
  })
  link(@Root() { id, status, expiresAt }: BulkExport, @Ctx() call: Call): Link | null {
    if (status !== 'DONE' || !expiresAt || expiresAt.getTime() <= call.now) return null;
    const { url, linkSecret } = installationOf(call);
    return linkTo(url, linkSecret, id, call.now);
  }

  @FieldResolver(() => String, {
    description:
      'Give it to `gradeChanges` as `after`: what it tells is what changed since this export. A change of about the same moment may be in both.',
  })
  changesCursor(@Root() { changesAfter }: BulkExport, @Ctx() call: Call): string {
    return cursorAt(changesAfter, holderOf(call.actor));
  }
}
