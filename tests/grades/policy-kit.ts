import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { demoEvents } from '../../src/demo/demo.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { builtFoldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import preset from '../../src/grades/presets/default-merchant.json' with { type: 'json' };
import { parseCloudEvent } from '../../src/intake/cloud-events.ts';
import type { Envelope } from '../../src/intake/event.ts';
import { intakeAt, takeInBatch } from '../../src/intake/intake.ts';
import type { Api, Asker } from '../kit/api.ts';
import { HASH_SECRET, NOW } from '../kit/events.ts';

export const DAY = 86_400_000;

/** The default merchant policy with some fields otherwise. */
export const rulesWith = (fields: Record<string, unknown>): Record<string, unknown> => ({ ...preset, ...fields });

const VERSION = 'version { key version subjectKind state activeFrom activeUntil }';
const MUTATIONS = {
  save: `mutation ($input: SavePolicyDraftInput!) { it: savePolicyDraft(input: $input) { ${VERSION} userErrors { code message field } } }`,
  activate: `mutation ($input: ActivatePolicyInput!) { it: activatePolicy(input: $input) { ${VERSION} userErrors { code message field } } }`,
  shadow: `mutation ($input: ShadowPolicyInput!) { it: shadowPolicy(input: $input) { ${VERSION} userErrors { code message field } } }`,
};

export interface Changed {
  readonly version: {
    key: string;
    version: number;
    state: string;
    activeFrom: string | null;
    activeUntil: string | null;
  } | null;
  readonly userErrors: readonly { code: string; message: string; field: string[] | null }[];
}

/** Changes of policies as an administrator asks for them, each with a note and a key of its own unless given. */
export function changesOn(api: Api) {
  const ask =
    (what: keyof typeof MUTATIONS, asker: Asker) =>
    async (input: Record<string, unknown>): Promise<Changed> => {
      const variables = { input: { note: 'A test.', idempotencyKey: randomUUID(), ...input } };
      const { data, errors } = await api.ask(asker, MUTATIONS[what], variables);
      if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
      return data.it;
    };
  return {
    save: (document: unknown, more = {}) => ask('save', 'ADMIN')({ document, ...more }),
    activate: (version: number, more = {}, asker: Asker = 'ADMIN') =>
      ask('activate', asker)({ key: 'default', version, ...more }),
    shadow: (version: number, isOn: boolean, more = {}) =>
      ask('shadow', 'ADMIN')({ key: 'default', version, isOn, ...more }),
  };
}

/** Two years of a small invented marketplace: about 20 merchants and 4,000 orders. */
export async function aMarketplace({ pool }: Database): Promise<void> {
  await ensureDefaultPolicies(reader(pool), NOW);
  const until = Math.floor(NOW / DAY) * DAY;
  const events = demoEvents({ seed: 3, until, scale: 0.1 }).map((event) => parseCloudEvent(event, NOW) as Envelope);
  await takeInBatch(pool, events, intakeAt(HASH_SECRET, NOW));
}

/** What does not agree with its ledger; nothing, always. */
export const differences = async ({ pool }: Database, now = NOW): Promise<string[]> =>
  (await checkStandings(pool, builtFoldingsAt(now))).differences;
