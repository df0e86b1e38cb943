import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import { currentDeadline, underLastOf, type Deadline } from '../db/deadline.ts';
import { isOutcomeUnknown } from '../db/failures.ts';
import { inTransaction } from '../db/tx.ts';
import type { Envelope, Outcome } from './event.ts';
import { keyOf } from './inbox.ts';
import { intakeOf } from './intake.ts';
import { takeIn } from './take-in.ts';

/**
 * Requests that come while another is looked up and waits for its locks are taken in together, by the next transaction: they would wait for
 * each other on the busiest merchants anyway, and what they have in common is locked, read and written once. Each gets its own outcomes, as
 * if it had come alone.
 */
export const takeInTogether = (db: Call['db'], envelopes: readonly Envelope[], now: number): Promise<Outcome[]> =>
  new Promise((resolve, reject) => {
    const within = AsyncLocalStorage.snapshot();
    gateOf(db.pool).add({ db, envelopes, now, deadline: currentDeadline(), within, resolve, reject });
  });

interface Waiting {
  readonly db: Call['db'];
  readonly envelopes: readonly Envelope[];
  readonly now: number;
  readonly deadline: Deadline | undefined;
  readonly within: (work: () => void) => void; // the request's own trace
  readonly resolve: (outcomes: Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** In a transaction of several requests. Where all that wait go together, nobody is left to look things up while they have their locks. */
const MOST_EVENTS = 1_000;
/** Whatever waits longer for its locks waits for what others may not need. */
const PATIENCE_MS = 250;

/** One transaction at a time passes; once it has its locks, or has waited for them long enough, the next begins. */
class Gate {
  #waiting: Waiting[] = []; // in the order of coming
  #isTaken = false;

  add(request: Waiting): void {
    this.#waiting.push(request);
    this.#next();
  }

  #next(): void {
    if (this.#isTaken || this.#waiting.length === 0) return;
    const { some, rest } = firstOf(this.#waiting);
    this.#waiting = rest;
    const pass = this.#enter();
    some[0]!.within(() => void takeSome(some, pass).finally(pass));
  }

  /** To be called when it has passed; to do so again does nothing. */
  #enter(): () => void {
    this.#isTaken = true;
    let hasPassed = false;
    const pass = () => {
      if (hasPassed) return;
      hasPassed = true;
      clearTimeout(timer);
      this.#isTaken = false;
      this.#next();
    };
    const timer = setTimeout(pass, PATIENCE_MS);
    return pass;
  }
}

const gates = new WeakMap<Pool, Gate>();

function gateOf(pool: Pool): Gate {
  let gate = gates.get(pool);
  if (!gate) gates.set(pool, (gate = new Gate()));
  return gate;
}

/** As many as go together: of two that bring the same event, the second waits to be told what became of it. */
function firstOf(waiting: readonly Waiting[]): { some: Waiting[]; rest: Waiting[] } {
  const [first, ...others] = waiting as [Waiting, ...Waiting[]];
  if (others.length === 0) return { some: [first], rest: [] };
  const some = [first];
  const rest: Waiting[] = [];
  const keys = new Set(first.envelopes.map(keyOf));
  let events = first.envelopes.length;
  for (const request of others) {
    const own = request.envelopes.map(keyOf);
    const fits = events + own.length <= MOST_EVENTS && !own.some((key) => keys.has(key));
    (fits ? some : rest).push(request);
    for (const key of own) keys.add(key); // of one that stays, too: what comes after it is not to overtake it
    if (fits) events += own.length;
  }
  return { some, rest };
}

async function takeSome(requests: readonly Waiting[], pass: () => void): Promise<void> {
  for (const { deadline, reject } of requests) if (deadline?.over) reject(deadline.over);
  const wanted = requests.filter(({ deadline }) => !deadline?.over);
  if (wanted.length === 0) return;
  try {
    const outcomes = await takeAll(wanted, pass);
    let from = 0;
    for (const { envelopes, resolve } of wanted) resolve(outcomes.slice(from, (from += envelopes.length)));
  } catch (error) {
    if (wanted.length === 1 || isOutcomeUnknown(error)) for (const { reject } of wanted) reject(error);
    else for (const request of wanted) await takeSome([request], pass); // the fault of one is not that of all
  }
}

/** `now`: none of them was asked for later. */
function takeAll(requests: readonly Waiting[], pass: () => void): Promise<Outcome[]> {
  const [{ db }] = requests as [Waiting];
  const now = requests.reduce((latest, request) => Math.max(latest, request.now), 0);
  const deadlines = new Set(requests.flatMap(({ deadline }) => deadline ?? []));
  const envelopes = requests.flatMap((request) => request.envelopes);
  const turn = { earlier: async () => {}, isReady: pass };
  return underLastOf(deadlines, () => inTransaction(db.pool, (tx) => takeIn(tx, envelopes, intakeOf(db, now), turn)));
}
