import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isPreset, parseRules, type Rules } from '../scoring/preset-rules.ts';
import { addStep } from './activation.queries.ts';
import { checkCurrencies } from './currencies.ts';
import { DEFAULT_POLICY_KEY } from './policies.loaders.ts';
import { addVersion, lastVersion } from './policies.queries.ts';
import { PolicyVersion } from './policy-version.ts';

export interface SavePolicyDraft {
  readonly document: unknown;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Keeps rules as the next version of their policy. Nobody is graded by them until they are activated. */
export async function savePolicyDraft(call: Call, input: SavePolicyDraft): Promise<PolicyVersion> {
  const note = checkedNote(input.note);
  const rules = checkedRules(input.document);
  const id = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'savePolicyDraft', input, () => addDraft(tx, call, rules, note)),
  );
  return call.em.findOneOrFail(PolicyVersion, { id });
}

/** As the document says it, in its one normal form. The paths of complaints begin at the input. */
function checkedRules(document: unknown): Rules {
  try {
    const rules = parseRules(document);
    if (!isKeepable(rules))
      throw invalid('the document: has a character that is none: a NUL, or half a surrogate pair', []);
    if (isPreset(rules) && rules.key === DEFAULT_POLICY_KEY)
      throw invalid('key: the policy that applies where none is named keeps standings', ['key']);
    return rules;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.kind, error.code, error.message, ['document', ...(error.field ?? [])]);
  }
}

const invalid = (message: string, field: string[]): Refusal => new Refusal('INVALID', 'POLICY_INVALID', message, field);

/** As `jsonb` demands. JSON writes what is half a pair, or none, as an escape. */
const isKeepable = (rules: Rules): boolean => !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f]..)/.test(JSON.stringify(rules));

export async function addDraft(
  tx: Tx,
  { actor, now }: Pick<Call, 'actor' | 'now'>,
  rules: Rules,
  note: string,
): Promise<string> {
  checkCurrencies(rules);
  const { key, subjectKind } = rules;
  const [id, recordedAt] = [newId(now), new Date(now)];
  const version = (await lastVersion(tx, subjectKind, key)) + 1;
  const draft = {
    id,
    key,
    version,
    subjectKind,
    document: rules,
    state: 'DRAFT',
    activeFrom: null,
    note,
    recordedAt,
  } as const;
  if (!(await addVersion(tx, draft))) throw takenMeanwhile();
  await addStep(tx, {
    policyId: id,
    kind: 'SAVED',
    actor: actor.name,
    note,
    activeFrom: null,
    at: recordedAt,
  });
  return id;
}

/** Somebody has saved a version of this number since we looked: to be tried again, as after a failed serialization. */
const takenMeanwhile = (): Error => Object.assign(new Error('the version is taken'), { code: '40001' });
