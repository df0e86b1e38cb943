/**
 * What needs a second person, for any room from this floor up. A room names its action once, when its file is loaded:
 *
 *     const penalty = proposable<PenaltyInput>('PENALIZE_FAKE_REVIEWS', async (tx, call, { input, proposedBy, note }) => {
 *       …does it, with `proposedBy` as the one who decided and `call.actor` as the one who agreed…
 *       return [globalId('ReversalReceipt', merchantId, receiptId)]; // of what came of it
 *     }, (input) => ({ …what was asked for, as the API says it }));
 *
 * and where one person may not decide alone, its mutation leaves a proposal instead of acting:
 *
 *     const proposalId = await penalty.propose(tx, call, { input, summary: 'Voids 214 reviews.', note });
 *
 * `approveProposal` of another person then carries the action out, in the transaction that decides it: once, or, if it is refused,
 * not at all, and the proposal stays open. So whatever was checked when it was proposed is to be checked again by the action.
 */
import type { Call } from '../access/call.ts';
import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { addProposal } from './approval.queries.ts';

/** What was proposed, by whom and why. */
export interface Proposed<Input> {
  readonly id: string;
  readonly input: Input;
  readonly proposedBy: string;
  readonly note: string;
}

/** Does what was proposed, as of the call that approves it. The ids, as the API gives them, of what came of it. */
export type CarryOut<Input> = (tx: Tx, call: Call, proposed: Proposed<Input>) => Promise<readonly string[]>;

export interface NewProposal<Input> {
  readonly input: Input; // kept as JSON
  readonly summary: string; // for staff: what would be done, in a sentence
  readonly note: string;
}

export interface Proposable<Input> {
  /** Leaves a proposal; its id. */
  propose(tx: Tx, call: Pick<Call, 'actor' | 'now'>, proposal: NewProposal<Input>): Promise<string>;
}

/** What was asked for as the API says it, with the ids that it gives: whoever is to agree looks at it. */
export type Shown<Input> = (input: Input) => unknown;

const actions = new Map<string, { readonly carryOut: CarryOut<never>; readonly shown: Shown<never> }>();

/** `input` comes as JSON gave it back: a date is a text by then. */
export function proposable<Input>(action: string, carryOut: CarryOut<Input>, shown: Shown<Input>): Proposable<Input> {
  if (actions.has(action)) throw new Error(`two rooms propose ${action}`);
  actions.set(action, { carryOut, shown });
  return {
    propose: async (tx, { actor, now }, { input, summary, note }) => {
      const id = newId(now);
      await addProposal(tx, { id, action, input, summary, note, proposedBy: actor.name, proposedAt: new Date(now) });
      return id;
    },
  };
}

/** By the name that the proposal was left under, with the input that it was left with. */
export function actionOf(action: string): { readonly carryOut: CarryOut<unknown>; readonly shown: Shown<unknown> } {
  const found = actions.get(action);
  if (found) return found as { carryOut: CarryOut<unknown>; shown: Shown<unknown> };
  throw new Error(`no room carries out ${action}`);
}
