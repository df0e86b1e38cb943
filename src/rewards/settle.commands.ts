import type { Reader, Tx } from '../db/tx.ts';
import { orderPlaces, reviewPlaces, type FactPlace } from '../evidence/changed-facts.ts';
import { lockHolders } from '../points/lock.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { Holder } from '../points/transfer.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { factsAt, type Facts } from './facts.ts';
import { streaksWith } from './facts.queries.ts';
import { bookGrants, counts, turn } from './grants.ts';
import { brokenStreaks, grantsOf, type GrantRow } from './grants.queries.ts';
import { ruleBook, type RuleBook } from './rules.loaders.ts';
import { streaksCompletedBy } from './streaks.ts';
import { isAbout, ruleNamed, wantsOf, type Want } from './wants.ts';

/**
 * Makes the books say what facts are worth now: what is wanted and was never booked is decided and booked; what is booked and not wanted
 * any more is taken back; what was taken back and is wanted again is given again.
 */
export async function settleFacts(tx: Tx, now: number, changed: readonly FactPlace[]): Promise<void> {
  const rules = await ruleBook(tx, now);
  const places = await withStreaks(tx, distinct(changed), rules);
  const before = await look(tx, now, places, rules);
  const holders = before.wants.map(({ happening }): Holder => {
    const { payee, subjectId } = happening;
    return { subjectKind: payee, subjectId };
  });
  if (holders.length === 0 && (await turned(tx, before.grants, before.facts, rules)).length === 0) return;
  const closed = await lockHolders(
    tx,
    now,
    holders,
    before.grants.map(({ subjectId }) => subjectId),
  );
  const { wants, grants, facts } = await look(tx, now, places, rules); // again, now that nobody else can book
  await turn(tx, now, await turned(tx, grants, facts, rules));
  await bookGrants(tx, now, wants.filter(isOf(holders)), closed);
}

/** Who came to want something in between is looked at by whoever changed the fact. */
const isOf = (holders: readonly Holder[]) => {
  const locked = new Set(holders.map(({ subjectId }) => subjectId));
  return ({ happening }: Want) => locked.has(happening.subjectId);
};

const distinct = (places: readonly FactPlace[]): FactPlace[] => [
  ...new Map(places.map(({ placeId, id, kind }) => [id, { placeId, id, kind }])).values(),
];

/** With an order comes the one that completed its streak. */
async function withStreaks(tx: Tx, places: readonly FactPlace[], rules: RuleBook): Promise<FactPlace[]> {
  const orders = places.filter(({ kind }) => kind === 'ORDER');
  const found = orders.length > 0 ? await streaksWith(tx, orders, rules.streakKeys) : [];
  return distinct([...places, ...orderPlaces(found.map(({ placeId, id }) => ({ merchantId: placeId, id })))]);
}

interface Seen {
  readonly facts: Facts;
  readonly grants: readonly GrantRow[];
  readonly wants: readonly Want[]; // never booked so far
}

async function look(tx: Tx, now: number, places: readonly FactPlace[], rules: RuleBook): Promise<Seen> {
  const facts = await factsAt(tx, now, places);
  const grants = await grantsOf(tx, facts.parties);
  const known = new Set(grants.map(grantKey));
  const wants = [
    ...facts.happenings.flatMap((happening) => wantsOf(happening, rules.at(happening.occurredAt))),
    ...(await streaksCompletedBy(tx, facts.orders, rules)),
  ];
  return { facts, grants, wants: wants.filter((want) => !known.has(wantKey(want))) };
}

const grantKey = ({ subjectId, factId, rule }: Pick<GrantRow, 'subjectId' | 'factId' | 'rule'>) =>
  `${subjectId} ${factId} ${rule}`;
const wantKey = ({ happening, rule }: Want) => `${happening.subjectId} ${happening.fact.id} ${rule.key}`;

/** The grants that count and should not, and those that should and do not; by the rules by which they were booked. */
export async function turned(
  on: Reader,
  grants: readonly GrantRow[],
  { happenings, orders }: Facts,
  rules: RuleBook,
): Promise<GrantRow[]> {
  const byFact = Map.groupBy(happenings, ({ fact, subjectId }) => `${subjectId} ${fact.id}`);
  const streaks = grants.filter(({ version, rule }) => ruleNamed(rules.of(version), rule)?.event === 'ON_TIME_STREAK');
  const broken = new Set((streaks.length > 0 ? await brokenStreaks(on, streaks) : []).map(grantKey));
  const known = new Set(orders.map(({ id }) => id));
  return grants.filter((grant) => {
    const rule = ruleNamed(rules.of(grant.version), grant.rule)!;
    const isWanted =
      rule.event === 'ON_TIME_STREAK'
        ? known.has(grant.factId) && !broken.has(grantKey(grant))
        : (byFact.get(`${grant.subjectId} ${grant.factId}`) ?? []).some((happening) => isAbout(rule, happening));
    return isWanted !== counts(grant);
  });
}

/**
 * For whoever voids reviews and orders: takes back at once, in the same transaction, what they gave, also when it is spent already, and the
 * streaks that the orders are in. For whoever restores them: the exact inverse; what they never gave so far they give a moment later. Call
 * it when they are written. It locks the accounts of all whom they concern, so call it before any points are booked. How many points moved.
 */
export async function settleAtOnce(
  tx: Tx,
  now: number,
  reviews: readonly ReviewFact[],
  orders: readonly OrderState[] = [],
): Promise<number> {
  const places = [...reviewPlaces(reviews), ...(await placesOf(tx, now, orders))];
  const { parties } = await factsAt(tx, now, places);
  await lockHolders(
    tx,
    now,
    [],
    parties.map(({ subjectId }) => subjectId),
  );
  const facts = await factsAt(tx, now, places); // again, now that nobody else can book
  const grants = await grantsOf(tx, facts.parties);
  return grants.length === 0 ? 0 : turn(tx, now, await turned(tx, grants, facts, await ruleBook(tx, now)));
}

/** With those that completed their streaks. */
const placesOf = async (tx: Tx, now: number, orders: readonly OrderState[]): Promise<FactPlace[]> =>
  orders.length === 0 ? [] : withStreaks(tx, orderPlaces(orders), await ruleBook(tx, now));
