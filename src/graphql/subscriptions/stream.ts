import { execute, type ExecutionResult, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Call } from '../../access/call.ts';
import { noteRefused } from '../../audit/noted.ts';
import type { Rule } from '../../access/rules.ts';
import { Deadline, underDeadline } from '../../db/deadline.ts';
import type { FollowedChange } from '../../disclosure/followed-change.ts';
import { mayHave } from '../../disclosure/follow.ts';
import type { Following } from '../../disclosure/following.ts';
import { purseOf } from '../budget/callers.ts';
import { throttled } from '../budget/throttled.ts';
import { requestedPoints } from '../cost/points.ts';
import { denialOf } from '../lock.ts';
import type { Operation } from './operations.ts';
import type { Asking, Standing } from './standing.ts';

/** As it is sent: `data`, and `errors` in the shape of all errors. */
export type Told = { readonly data?: unknown; readonly errors?: readonly GraphQLFormattedError[] };

export interface Subscribed {
  readonly asking: Asking; // what was shown when it was opened
  readonly operation: Operation;
  readonly variables: Record<string, unknown>;
  readonly source: Following;
}

export interface Served {
  readonly schema: GraphQLSchema;
  readonly rule: Rule; // of the field
  readonly standing: Standing;
  readonly timeoutMs: number;
  readonly told: (error: unknown) => readonly GraphQLFormattedError[];
  readonly noteRefused: (call: Call) => void;
}

/** Who reads may do so no more, whatever it is subscribed to: all that it has open ends. */
export class NoLonger extends Error {
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super('who subscribed may read no more', { cause });
    this.cause = cause;
  }
}

/** An answer for each event: only once it is certain that who subscribed may still have it. */
export class Stream implements AsyncIterableIterator<Told, undefined> {
  readonly subscribed: Subscribed;
  /** Answers that were given. */
  given = 0;
  readonly #served: Served;

  constructor(subscribed: Subscribed, served: Served) {
    this.subscribed = subscribed;
    this.#served = served;
  }

  /** What it throws ends it: a refusal, or `NoLonger`. */
  async next(): Promise<IteratorResult<Told, undefined>> {
    const { source } = this.subscribed;
    source.isSending = false;
    for (;;) {
      const event = await source.next();
      if (event.done) return { done: true, value: undefined };
      try {
        const told = await this.#told(event.value);
        if (!told) continue;
        this.given++;
        source.isSending = true;
        return { done: false, value: told };
      } catch (error) {
        source.end(null);
        throw error;
      }
    }
  }

  async return(): Promise<IteratorResult<Told, undefined>> {
    this.subscribed.source.end(null);
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Told, undefined>> {
    await this.return();
    throw error;
  }

  /** Ends it if who subscribed may read no more, though there is no event. */
  async recheck(): Promise<void> {
    try {
      await this.#call();
    } catch (error) {
      this.subscribed.source.end(error as NoLonger);
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Null: it is not for who subscribed. */
  async #told(change: FollowedChange): Promise<Told | null> {
    const { operation, variables, source } = this.subscribed;
    const call = await this.#call();
    if (!(await this.#refusalsNoted(call, () => mayHave(call, source, change)))) return null;
    this.#charge(call);
    return sharedAnswer(call, change, JSON.stringify([operation.hash, operation.name, variables]), () =>
      this.#answer(call, change),
    );
  }

  async #call(): Promise<Call> {
    const { standing, rule } = this.#served;
    let call: Call;
    try {
      call = await standing(this.subscribed.asking);
    } catch (error) {
      throw new NoLonger(error);
    }
    const denial = denialOf(rule, call);
    if (!denial) return call;
    const { field } = this.subscribed.operation;
    if (call.actor.role === 'PARTNER')
      noteRefused(call, `Subscription.${field}`, String(denial.extensions['code']), undefined);
    this.#served.noteRefused(call);
    throw new NoLonger(denial);
  }

  async #refusalsNoted<Result>(call: Call, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      this.#served.noteRefused(call);
    }
  }

  /** What was done cannot be given back, so it is only begun while there is enough. */
  #charge(call: Call): void {
    const purse = purseOf(call);
    if (!purse) return;
    const { operation, variables } = this.subscribed;
    const { budgets, caller, allowance } = purse;
    const points = requestedPoints(operation.plan, variables);
    const available = budgets.left(caller, allowance);
    if (available < points) {
      const retryMs = ((points - available) * 1000) / allowance.restoreRate;
      throw throttled(allowance, { isGranted: false, available, retryMs }, points);
    }
    budgets.charge(caller, allowance, points);
  }

  async #answer(call: Call, change: FollowedChange): Promise<Told> {
    const { schema, timeoutMs, told } = this.#served;
    const { operation, variables } = this.subscribed;
    const { document, name, run } = operation;
    const deadline = new Deadline(timeoutMs);
    try {
      return await underDeadline(deadline, async () => {
        const quick = await run?.(change, call, variables);
        if (quick && !quick.errors && quick.data != null) return { data: quick.data };
        const { data, errors }: ExecutionResult = await execute({
          schema,
          document,
          rootValue: change,
          contextValue: call,
          variableValues: variables,
          operationName: name,
        });
        return { data, ...(errors && { errors: errors.flatMap(told) }) };
      });
    } finally {
      deadline.clear();
    }
  }
}

const answersOf = new WeakMap<Call, WeakMap<FollowedChange, Map<string, Promise<Told>>>>();

/** Of the same call, the same question about the same change has the same answer. */
function sharedAnswer(call: Call, change: FollowedChange, question: string, work: () => Promise<Told>): Promise<Told> {
  let ofCall = answersOf.get(call);
  if (!ofCall) answersOf.set(call, (ofCall = new WeakMap()));
  let ofChange = ofCall.get(change);
  if (!ofChange) ofCall.set(change, (ofChange = new Map()));
  let answer = ofChange.get(question);
  if (!answer) ofChange.set(question, (answer = work()));
  return answer;
}
