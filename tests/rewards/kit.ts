import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { movePrivileges } from '../../src/rewards/privileges.job.ts';
import preset from '../../src/rewards/presets/rewards.json' with { type: 'json' };
import { settleRewards } from '../../src/rewards/settle.job.ts';
import type { Api, Asker } from '../kit/api.ts';
import { NOW } from '../kit/events.ts';

export const DAY_MS = 86_400_000;
// oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
export type Given = any;

export const merchant = (externalId: string): Asker => ['MERCHANT', `merchant:${externalId}`];
export const buyer = (externalId: string): Asker => ['BUYER', `buyer:${externalId}`];

/** The worker's two jobs, once. */
export const settle = ({ pool }: Database, now = NOW): Promise<void> => settleRewards(pool).run(now);
export const keepPrivileges = ({ pool }: Database, now = NOW): Promise<void> => movePrivileges(pool).run(now);

const ACCOUNT = 'points { balance pending entries(first: 100) { nodes { amount kind reason bookedAt expiresAt } } }';
const PRIVILEGES = 'privileges { key label source since until }';

export function rewardsOn(api: Api) {
  const of = async (kind: 'merchant' | 'buyer', externalId: string, fields: string): Promise<Given> =>
    (
      await api.ask('PLATFORM', `query ($id: String!) { it: ${kind}(externalId: $id) { id ${fields} } }`, {
        id: externalId,
      })
    ).data.it;
  const send = async (asker: Asker, mutation: string, input: object): Promise<Given> => {
    const { data, errors } = await api.ask(asker, mutation, { input: { idempotencyKey: randomUUID(), ...input } });
    return errors ? { code: errors[0]!.extensions['code'] } : data.it;
  };
  const propose = (document: object, more: object = {}, asker: Asker = 'ADMIN'): Promise<Given> =>
    send(
      asker,
      `mutation ($input: SaveRewardsPolicyInput!) { it: saveRewardsPolicy(input: $input) {
         policy { version document } proposal { id action summary input } userErrors { code field message } } }`,
      { document, note: 'A test.', ...more },
    );
  const approve = (proposalId: string, asker: Asker = ['ADMIN', 'merchant:carol']): Promise<Given> =>
    send(
      asker,
      'mutation ($input: ApproveProposalInput!) { it: approveProposal(input: $input) { userErrors { code } } }',
      { proposalId, note: 'Agreed.' },
    );
  return {
    of,
    send,
    points: async (kind: 'merchant' | 'buyer', externalId: string): Promise<Given> =>
      (await of(kind, externalId, ACCOUNT)).points,
    privileges: async (kind: 'merchant' | 'buyer', externalId: string): Promise<Given> =>
      (await of(kind, externalId, PRIVILEGES)).privileges,
    propose,
    approve,
    /** With another ADMIN who agrees, where one is needed. */
    save: async (document: object, more: object = {}, asker: Asker = 'ADMIN'): Promise<Given> => {
      const { proposal, ...saved } = await propose(document, more, asker);
      if (proposal) await approve(proposal.id);
      return saved;
    },
    reply: (asker: Asker, reviewId: string): Promise<Given> =>
      send(
        asker,
        'mutation ($input: ReplyToReviewInput!) { it: replyToReview(input: $input) { userErrors { code } } }',
        { reviewId, text: 'Thank you for telling us.' },
      ),
  };
}

/** The rules that come with the house, with something else instead. */
export const rulesWith = (more: Partial<typeof preset>): typeof preset => ({ ...preset, ...more });
export { preset };

/** Without caps and multipliers, so that each fact gives what its rule says. */
export const plainRules = rulesWith({
  earning: preset.earning.map(({ mostADay: _day, mostACounterparty: _pair, ...rule }: Given) => rule),
  mostADay: { BUYER: null, MERCHANT: null } as Given,
  multipliers: { BUYER: {}, MERCHANT: {} } as Given,
});

/** So many points each balance and what is pending comes to by the grants that count, and what the books say. */
export async function grantsAndBooks({ pool }: Database): Promise<{ grants: Given[]; books: Given[] }> {
  const grants = await pool.query(
    `select subject_id as id, sum(points)::int as points from reward_grant where revision % 2 = 0 and points <> 0 group by 1 order by 1`,
  );
  const books = await pool.query(
    `select subject_id as id, (balance + pending)::int as points from points_account where balance + pending <> 0 order by 1`,
  );
  return { grants: grants.rows.filter(({ points }) => points !== 0), books: books.rows };
}
