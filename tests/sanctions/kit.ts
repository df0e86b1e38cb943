import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { orders, take } from '../grades/fixtures.ts';
import type { Api, Asker } from '../kit/api.ts';

const SANCTION = `id kind ground imposedAt endsAt liftedAt active`;
const WHOLE = `${SANCTION} statement points strikes strikesUntil annulledAt note imposedBy approvedBy liftedBy liftNote subject { externalId }`;
const ERRORS = 'userErrors { code message field }';
const PROPOSAL = 'id action state summary input note proposedBy decidedBy decisionNote results';
const MUTATIONS = {
  imposeSanction: `mutation ($input: ImposeSanctionInput!) { it: imposeSanction(input: $input) {
    sanction { ${WHOLE} } proposal { ${PROPOSAL} } ${ERRORS} } }`,
  liftSanction: `mutation ($input: LiftSanctionInput!) { it: liftSanction(input: $input) { sanction { ${WHOLE} } ${ERRORS} } }`,
  approveProposal: `mutation ($input: ApproveProposalInput!) { it: approveProposal(input: $input) { proposal { ${PROPOSAL} } ${ERRORS} } }`,
  rejectProposal: `mutation ($input: RejectProposalInput!) { it: rejectProposal(input: $input) { proposal { ${PROPOSAL} } ${ERRORS} } }`,
};

// oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
type Given = any;

/** Measures as staff takes them, with a note and a key of its own unless given. */
export function measuresOn(api: Api) {
  const send = async (
    mutation: keyof typeof MUTATIONS,
    input: Record<string, unknown>,
    asker: Asker = 'MODERATOR',
  ): Promise<Given> => {
    const variables = { input: { note: 'A test.', idempotencyKey: randomUUID(), ...input } };
    const { data, errors } = await api.ask(asker, MUTATIONS[mutation], variables);
    return errors ? { code: errors[0]!.extensions['code'] } : data.it;
  };
  const idOf = async (type: 'merchant' | 'buyer', externalId: string): Promise<string> =>
    (await api.ask('AUDITOR', `{ it: ${type}(externalId: "${externalId}") { id } }`)).data.it.id;
  return {
    idOf,
    impose: (input: Record<string, unknown>, asker?: Asker) =>
      send(
        'imposeSanction',
        { kind: 'SUSPENSION', ground: 'LATE_DISPATCH', statement: 'Twelve of twenty late.', ...input },
        asker,
      ),
    lift: (sanctionId: string, more: Record<string, unknown> = {}, asker?: Asker) =>
      send('liftSanction', { sanctionId, ...more }, asker),
    approve: (proposalId: string, asker: Asker = 'ADMIN', more: Record<string, unknown> = {}) =>
      send('approveProposal', { proposalId, ...more }, asker),
    reject: (proposalId: string, asker: Asker = 'ADMIN', more: Record<string, unknown> = {}) =>
      send('rejectProposal', { proposalId, ...more }, asker),
  };
}

/** Shops of forty good orders, there from before a file's first test, and measures against them. */
export function shopsWith(db: Database, { idOf, impose }: ReturnType<typeof measuresOn>, shops: readonly string[]) {
  const ids = new Map<string, string>();
  beforeAll(async () => {
    for (const shop of shops) await take(db, orders(shop, 40));
    for (const shop of shops) ids.set(shop, await idOf('merchant', shop));
  });
  return {
    ids,
    uuidOf: (shop: string) => idsOf('Merchant', ids.get(shop)!)[0],
    against: (shop: string, input: Record<string, unknown> = {}, asker?: Asker) =>
      impose({ subjectId: ids.get(shop), ...input }, asker),
  };
}

/** A merchant's level; at other coordinates, if they are given in ms. */
export const levelAt = async (
  api: Api,
  externalId: string,
  { asOf, knownAt }: { asOf?: number; knownAt?: number } = {},
): Promise<string> => {
  const at = [
    ...(asOf === undefined ? [] : [`asOf: "${new Date(asOf).toISOString()}"`]),
    ...(knownAt === undefined ? [] : [`knownAt: "${new Date(knownAt).toISOString()}"`]),
  ].join(', ');
  const query = `{ merchant(externalId: "${externalId}") { grade${at && `(${at})`} { level } } }`;
  return (await api.ask(null, query)).data.merchant.grade.level;
};

/** The balance of somebody's credit points, and what the house has taken, in pairs. */
export const pointsOf = async ({ pool }: Database, id: string): Promise<number> =>
  (
    await pool.query<{ balance: number }>(
      'select coalesce((select balance from points_account where subject_id = $1), 0)::int as balance',
      [id],
    )
  ).rows[0]!.balance;

/** The kinds of the notes about somebody, in order. */
export const noteKindsOf = async ({ pool }: Database, id: string): Promise<string[]> =>
  (
    await pool.query<{ kind: string }>('select kind from note where subject_id = $1 order by created_at, id', [id])
  ).rows.map(({ kind }) => kind);
