import { globalId } from '../../src/kernel/global-id.ts';
import type { Database } from '../../src/db/database.ts';
import type { Api, Asker } from '../kit/api.ts';
import { bearer, callWith, createKey, mutate } from '../partners/kit.ts';

export const EVERYTHING = {
  subjectKinds: ['MERCHANT', 'BUYER', 'PRODUCT'],
  purposes: ['CREDIT_DECISION', 'ONBOARDING', 'DISPLAY'],
  pullsPerDay: 10_000,
  burst: 5_000,
};
const SCOPES = ['grades:read', 'grades:history', 'ratings:read', 'reviews:read'];

/** Someone who asks for grades. */
export interface APartner {
  readonly id: string;
  readonly key: string;
  /** As one of its machines, for a purpose; null: without a word about it. */
  readonly ask: (query: string, variables?: object, purpose?: string | null) => ReturnType<typeof callWith>;
  readonly setTerms: (terms: Partial<typeof EVERYTHING>) => Promise<void>;
}

export async function aPartner(
  api: Api,
  name: string,
  terms: Partial<typeof EVERYTHING> = {},
  scopes: readonly string[] = SCOPES,
): Promise<APartner> {
  const agreed = { ...EVERYTHING, ...terms };
  const { id } = (await mutate(api, 'ADMIN', 'createPartner', 'partner { id }', { name, terms: agreed })).partner;
  const { secret } = await createKey(api, { role: 'PARTNER', partnerId: id, name, scopes });
  const ask: APartner['ask'] = (query, variables = {}, purpose = 'CREDIT_DECISION') =>
    callWith(api, { ...bearer(secret), ...(purpose !== null && { 'credence-purpose': purpose }) }, query, variables);
  const setTerms = async (more: Partial<typeof EVERYTHING>) => {
    const next = { ...agreed, ...more };
    const { userErrors } = await mutate(api, 'ADMIN', 'setPartnerTerms', 'partner { id }', {
      partnerId: id,
      terms: next,
    });
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  };
  return { id, key: secret, ask, setTerms };
}

export const CONSENT =
  'consent { id status purpose grantedAt grantedBy proof until endedAt endedBy partner { id name } }';

/** What a consent is answered with; the mutations know no note. */
// oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
export async function consenting(api: Api, asker: Asker, name: string, input: Record<string, unknown>): Promise<any> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { ${CONSENT} userErrors { code field } } }`;
  const { data, errors } = await api.ask(asker, query, { input });
  return errors ? { code: errors[0]!.extensions['code'] } : data.it;
}

let next = 0;
/** A buyer's own word. */
export const grant = (api: Api, buyer: string, partnerId: string, more: Record<string, unknown> = {}) =>
  consenting(api, ['BUYER', `buyer:${buyer}`], 'grantConsent', {
    partnerId,
    purpose: 'CREDIT_DECISION',
    idempotencyKey: `consent-${next++}`,
    ...more,
  });

export const withdraw = (api: Api, buyer: string, consentId: string, more: Record<string, unknown> = {}) =>
  consenting(api, ['BUYER', `buyer:${buyer}`], 'withdrawConsent', {
    consentId,
    idempotencyKey: `consent-${next++}`,
    ...more,
  });

export async function idOfBuyer({ pool }: Database, externalId: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('select id from buyer where external_id = $1', [externalId]);
  return globalId('Buyer', rows[0]!.id);
}

export const INQUIRIES = `query ($externalId: String!) { subject: merchant(externalId: $externalId) { gradeInquiries(first: 50) {
  nodes { partner { name } purpose operation taken at asOf subjectKind } } } }`;

/** Who asked about whom, as those see it whom it concerns; and by which codes an operation was refused. */
export const inquiriesOn = (api: Api, db: Database) => ({
  inquiriesAbout: async (externalId: string, kind = 'merchant', asker: Asker = 'ADMIN') =>
    (await api.ask(asker, INQUIRIES.replace('merchant', kind), { externalId })).data.subject?.gradeInquiries.nodes,
  refusals: async (operation: string): Promise<string[]> => {
    const { rows } = await db.pool.query<{ code: string }>(
      `select distinct code from audit_event where operation = $1 and outcome = 'REFUSED' order by code`,
      [operation],
    );
    return rows.map(({ code }) => code);
  },
});
