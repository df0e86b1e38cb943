import type { Call } from '../access/call.ts';
import { keptBeside, rememberedLoader } from '../access/loader.ts';
import type { Reader } from '../db/tx.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import { totalsOf, type Balance, type Totals } from '../scoring/grade.ts';
import { kindsOf } from '../scoring/kinds.ts';
import { conditionsAt } from '../evidence/conditions.ts';
import { startOf } from '../evidence/fold.ts';
import { pastBalance } from '../evidence/past.ts';
import { balanceRows, cardRows, type BalanceRow, type CardRow } from './balances.queries.ts';
import type { ActivePolicy } from './policies.loaders.ts';

type Find<Row> = (sql: Reader, subjectIds: readonly string[], policyId: string) => Promise<Row[]>;

type OfSubject<Row> = (call: Call, subjectId: string) => Awaitable<Row | null>;

const MOST_POLICIES = 8;

/** A row for each subject, under each policy; remembered until the subject moves. */
function rememberedUnder<Row extends { readonly subjectId: string }>(
  find: Find<Row>,
  most: number,
): (policyId: string) => OfSubject<Row> {
  const under = new Map<string, OfSubject<Row>>();
  const subjectOf = ({ subjectId }: Row) => subjectId;
  return (policyId) => {
    let rows = under.get(policyId);
    if (!rows) {
      rows = rememberedLoader<string, Row>({
        find: (sql, subjectIds) => find(sql, subjectIds, policyId),
        keyOf: subjectOf,
        subjectOf,
        isBySubject: true,
        most,
      });
      if (under.size >= MOST_POLICIES) under.delete(under.keys().next().value!);
      under.set(policyId, rows);
    }
    return rows;
  };
}

const cardsOf = rememberedUnder(cardRows, 100_000); // of one policy: some 25 MB
const balancesOf = rememberedUnder(balanceRows, 10_000); // of one policy: some 15 MB

/** What a storefront shows of a subject now; null while nothing is known of it. Grade and rating share it, so that both cost one statement. */
export const cardOf = (call: Call, subject: Known, policy: ActivePolicy): Awaitable<CardRow | null> =>
  keptBeside(call, subject, policy.id, findCard);

const findCard = (call: Call, { id }: Known, policyId: string): Awaitable<CardRow | null> =>
  cardsOf(policyId)(call, id);

/** A subject, best as the row that was found of it: what is remembered is kept beside that. */
export interface Known {
  readonly id: string;
}

/** A subject's totals now, and the balance that they are of when it is asked for. */
export interface Standing {
  readonly totals: Totals;
  balance(): Promise<Balance>;
}

export function standingOf(call: Call, subject: Known, policy: ActivePolicy): Awaitable<Standing> {
  const card = cardOf(call, subject, policy);
  return card instanceof Promise
    ? card.then((found) => standingBy(call, subject.id, policy, found))
    : standingBy(call, subject.id, policy, card);
}

function standingBy(call: Call, subjectId: string, policy: ActivePolicy, card: CardRow | null): Awaitable<Standing> {
  if (!card) return standingAt(policy, nothingIn(kindsOf(policy.subjectKind)));
  if (card.good === null) return balanceOf(call, subjectId, policy).then((balance) => standingAt(policy, balance));
  return new CurrentStanding(call, subjectId, policy, card);
}

export const standingAt = ({ policy }: ActivePolicy, balance: Balance): Standing => ({
  totals: totalsOf(policy, balance),
  balance: () => Promise.resolve(balance),
});

/** By the card alone, unless more is asked for. */
class CurrentStanding implements Standing {
  readonly totals: Totals;
  readonly #call: Call;
  readonly #subjectId: string;
  readonly #policy: ActivePolicy;

  constructor(call: Call, subjectId: string, policy: ActivePolicy, card: CardRow) {
    const { good, bad, deals, counterparties, firstDay, lastDay, conditions } = card;
    const totals = {
      good: good!,
      bad: bad!,
      deals: deals!,
      counterparties,
      firstDay: startOf(firstDay),
      lastDay: startOf(lastDay),
    };
    this.totals = conditions ? { ...totals, conditions: conditionsAt(conditions, call.now, call.now) } : totals;
    this.#call = call;
    this.#subjectId = subjectId;
    this.#policy = policy;
  }

  balance(): Promise<Balance> {
    return balanceOf(this.#call, this.#subjectId, this.#policy);
  }
}

/** All that is counted of a subject now; null while nothing is known of it. */
export const tallyOf = async (call: Call, subjectId: string, policy: ActivePolicy): Promise<BalanceRow | null> =>
  balancesOf(policy.id)(call, subjectId);

/** A subject's standing now. */
export async function balanceOf(call: Call, subjectId: string, policy: ActivePolicy): Promise<Balance> {
  const row = await tallyOf(call, subjectId, policy);
  const layout = kindsOf(policy.subjectKind);
  if (!row) return nothingIn(layout);
  // A policy that came into force a moment ago may have no standings yet. They are a projection of the ledger.
  if (!row.terms && row.counts.some((count) => count > 0))
    return pastBalanceOf(call, subjectId, policy, call.now, call.now);
  return {
    terms: padded(row.terms ?? [], layout),
    counts: padded(row.counts, layout),
    counterparties: row.counterparties,
    firstDay: startOf(row.firstDay),
    lastDay: startOf(row.lastDay),
    ...(row.conditions && { conditions: conditionsAt(row.conditions, call.now, call.now) }),
  };
}

/** A subject's standing as it was: what had happened by `asOf`, as far as it was known at `knownAt`. */
export const pastBalanceOf = (
  { sql }: Call,
  subjectId: string,
  { id, policy }: ActivePolicy,
  asOf: number,
  knownAt: number,
): Promise<Balance> => pastBalance(sql, { subjectId, policyId: id, policy, knownAt }, asOf);

const nothingIn = (layout: readonly unknown[]): Balance => ({
  terms: zeros(layout),
  counts: zeros(layout),
  counterparties: 0,
  firstDay: null,
  lastDay: null,
});

const zeros = (layout: readonly unknown[]): number[] => layout.map(() => 0);

/** Rows of an older version know fewer kinds. */
const padded = (values: readonly number[], layout: readonly unknown[]): readonly number[] =>
  values.length === layout.length ? values : layout.map((_, slot) => values[slot] ?? 0);
