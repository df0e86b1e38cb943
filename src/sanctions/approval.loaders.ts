import type { Call } from '../access/call.ts';
import { loader } from '../access/loader.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { Proposal, type ProposalState } from './proposal.ts';

/** Null for those who may not see it. */
export const proposalById = loader(
  async ({ em }, ids: readonly string[]) =>
    (await em.find(Proposal, { id: [...ids] })).map((row) => Object.assign(row, { __typename: 'Proposal' as const })),
  ({ id }) => id,
);

/** The last one first. */
export async function proposalsByPage(
  { em }: Call,
  state: ProposalState | null,
  args: PageArguments,
): Promise<Connection<Proposal>> {
  const page = pageOf(args, ['uuid']);
  const after = page.after?.[0] as string | undefined;
  const rows = await em.find(
    Proposal,
    {
      ...(after !== undefined && { id: { $lt: after } }),
      ...(state !== null && { decision: state === 'OPEN' ? null : state }),
    },
    { orderBy: { id: 'desc' }, limit: page.size + 1 },
  );
  return connectionOf(rows, page, ({ id }) => [id]);
}
