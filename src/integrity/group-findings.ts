import type { Reader } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import type { NewFinding } from './findings.ts';
import { ringsOfReviews, type FoundRing } from './findings.queries.ts';
import type { Seen } from './look-back.ts';
import type { MarketOrders } from './read-orders.ts';
import type { MarketReviews } from './read-reviews.ts';
import { evidenceOfMarks, reviewsOfOrders } from './market.queries.ts';
import type { FactKey } from './marks.queries.ts';
import type { IntegritySettings } from './integrity-settings.ts';
import type { ProvenRows } from './proven-rows.ts';
import { codesAgainst, verdictOf, type Verdict } from './verdict.ts';

const KEYS_AT_ONCE = 5_000;

/** A review that is in doubt by all that is known of it, with the number of the ring that it was written with; −1: none. */
interface Doubt {
  readonly key: FactKey;
  readonly ring: number;
  readonly verdict: Verdict;
}

/** Findings of reviews: those of one ring about one merchant together, all others each for itself. */
export async function reviewFindings(
  on: Reader,
  seen: Seen,
  reviews: MarketReviews,
  settings: IntegritySettings,
  proven: ProvenRows,
  now: number,
): Promise<NewFinding[]> {
  const doubts = await doubtsOf(on, seen, reviews, settings, proven);
  const rings = await namedRings(on, seen, reviews, doubts, now);
  const groups = Map.groupBy(doubts, ({ key, ring }) => (ring < 0 ? key.id : `${key.merchantId}/${ring}`));
  return [...groups.values()].map((group) => findingOf(group, rings.get(group[0]!.ring) ?? null, settings));
}

/** What stage 1 found of the candidates joins what stage 2 saw; then they are judged. */
async function doubtsOf(
  on: Reader,
  { doubted }: Seen,
  { columns, idOf, subject }: MarketReviews,
  settings: IntegritySettings,
  proven: ProvenRows,
): Promise<Doubt[]> {
  const found: Doubt[] = [];
  for (let from = 0; from < doubted.length; from += KEYS_AT_ONCE) {
    const page = doubted.slice(from, from + KEYS_AT_ONCE);
    const keys = page.map(({ row }) => ({ merchantId: subject(columns.subjects[row]!), id: idOf(row) }));
    const known = new Map((await evidenceOfMarks(on, keys)).map(({ id, evidence }) => [id, evidence]));
    for (const [i, { row, evidence, ring }] of page.entries()) {
      const key = keys[i]!;
      const proof = proven.get(columns.reviewers[row]!);
      const rows = [...evidence, ...(known.get(key.id) ?? []), ...(proof ? [proof] : [])];
      const verdict = verdictOf(rows, settings, settings.lookingBack);
      if (verdict.isDoubted) found.push({ key, ring, verdict });
    }
  }
  return found;
}

/** Rings that something in doubt was written with. A ring that was found before keeps its id. */
async function namedRings(
  on: Reader,
  { rings }: Seen,
  { reviewer, subject }: MarketReviews,
  doubts: readonly Doubt[],
  now: number,
): Promise<Map<number, FoundRing>> {
  const named = new Map<number, FoundRing>();
  for (const [ring, own] of Map.groupBy(doubts, (doubt) => doubt.ring)) {
    if (ring < 0) continue;
    const [known] = await ringsOfReviews(
      on,
      own.slice(0, KEYS_AT_ONCE).map(({ key }) => key),
    );
    const { members, targets, density } = rings[ring]!;
    named.set(ring, {
      id: known?.ringId ?? newId(now),
      members: members.map(reviewer),
      targets: targets.map(subject),
      density,
    });
  }
  return named;
}

/** A group is as doubtful as the most doubtful of it, whose evidence it shows. */
function findingOf(group: readonly Doubt[], ring: FoundRing | null, { voidsByItself }: IntegritySettings): NewFinding {
  const [worst] = group.toSorted(
    (a, b) => b.verdict.probability - a.verdict.probability || (a.key.id < b.key.id ? -1 : 1),
  );
  const { probability, outcome, evidence } = worst!.verdict;
  return {
    merchantId: worst!.key.merchantId,
    kind: ring ? 'RING' : 'REVIEW',
    probability,
    outcome,
    evidence,
    codes: [...new Set(group.flatMap(({ verdict }) => codesAgainst(verdict.evidence)))],
    reviewIds: group.map(({ key }) => key.id),
    orderIds: [],
    heldIds: group.filter(({ verdict }) => verdict.isHeld).map(({ key }) => key.id),
    voidableIds: voidsByItself
      ? group.filter((each) => each.verdict.outcome === 'VOID_PROPOSED').map(({ key }) => key.id)
      : [],
    ring,
  };
}

/**
 * Findings of orders: merchants that seem to buy from themselves, with the reviews of those orders. Nothing is voided by itself but what is
 * proven, order by order: who brushes sells to honest people, too, and a shop round the corner looks much the same.
 */
export async function brushingFindings(
  on: Reader,
  { brushing }: Seen,
  { merchant, idOf }: MarketOrders,
  settings: IntegritySettings,
): Promise<NewFinding[]> {
  const found: NewFinding[] = [];
  for (const suspicion of brushing) {
    const { probability, outcome, isDoubted, isHeld, evidence } = verdictOf(
      suspicion.evidence,
      settings,
      settings.lookingBack,
    );
    if (!isDoubted || suspicion.orders.length === 0) continue;
    const merchantId = merchant(suspicion.merchant);
    const orderIds = suspicion.orders.map(idOf);
    const reviews = await reviewsOfOrders(on, merchantId, orderIds); // of few merchants, one by one
    const reviewIds = reviews.map(({ id }) => id);
    const ids = outcome === 'VOID_PROPOSED' ? suspicion.proven.map(idOf) : [];
    const proven = new Set(ids);
    const rule = settings.brushing;
    const voidsReviews = settings.voidsByItself && !rule.voidsByItself; // else they go with their orders
    found.push({
      merchantId,
      kind: 'BRUSHING',
      probability,
      outcome,
      evidence,
      codes: codesAgainst(evidence),
      reviewIds,
      orderIds,
      heldIds: isHeld ? reviewIds : [],
      voidableIds: voidsReviews ? reviews.flatMap(({ id, orderId }) => (proven.has(orderId) ? [id] : [])) : [],
      ...(rule.voidsByItself && { voidableOrders: { ids, waitHours: rule.waitHours } }),
      ring: null,
    });
  }
  return found;
}
