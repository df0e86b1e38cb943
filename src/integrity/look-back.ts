import { borneOut, STANDING_OF, type BorneOut } from '../detection/borne-out.ts';
import { suspectMerchantOrders, type MerchantSuspicion } from '../detection/brushing.ts';
import type { ReviewColumns } from '../detection/columns.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import type { LlrTable } from '../detection/llr.ts';
import type { OrderColumns } from '../detection/order-columns.ts';
import type { Ring } from '../detection/rings.ts';
import { evidenceFor, signsOf, weigher } from '../detection/scan.ts';

/** So many are told of at once, which is more than a scan takes: the next one looks for the others. */
const MOST_BORNE_OUT = 5_000;

/** All that stage 2 looks at: plain columns, fit to be handed to another thread. */
export interface LookBack {
  readonly reviews: ReviewColumns;
  readonly knownSince: Float64Array; // by reviewer
  readonly isVoided: Uint8Array; // by review
  readonly weights: Float64Array; // by review: what stage 1 weighs; NaN where it has not looked
  readonly orders: OrderColumns;
  readonly table: LlrTable;
  readonly baseRate: number;
  readonly from: number; // least probability to report
  readonly standings: Uint8Array; // by review: what it has to do with consensus
  readonly until: number; // ms: what came later bears nothing out yet
}

/** A review in doubt: its own evidence of stage 2, and with whom it was written. */
export interface DoubtedReview {
  readonly row: number;
  readonly evidence: readonly EvidenceRow[];
  readonly ring: number; // in `rings`; −1 for none
}

export interface Seen {
  readonly doubted: readonly DoubtedReview[];
  /** Of the co-review graph, then the dense blocks: of a block the density is the share of its members that reviewed each target. */
  readonly rings: readonly Ring[];
  readonly brushing: readonly MerchantSuspicion[];
  readonly borneOut: readonly BorneOut[]; // reviews that are not in doubt, the first first
  readonly seconds: number; // that it took
}

/** Stage 2 over the whole window. Touches nothing. */
export function lookBack(market: LookBack): Seen {
  const { reviews, knownSince, isVoided, weights, orders, table, baseRate, from, standings, until } = market;
  const startedAt = performance.now();
  const signs = signsOf(reviews, knownSince);
  const weigh = weigher(signs, table);
  const least = Math.log(from / (1 - from)) - Math.log(baseRate / (1 - baseRate));
  const found = signs.rings.rings;
  const blocks = signs.blocks.map(({ members, targets, density }) => ({
    members: new Set(members),
    targets: new Set(targets),
    density,
  }));
  const ringOf = (row: number): number => {
    const [reviewer, subject] = [reviews.reviewers[row]!, reviews.subjects[row]!];
    if (signs.rings.fellows[row]! > 0) return signs.rings.ringOf[reviewer]!;
    if (signs.inBlock[row] === 0) return -1;
    const block = blocks.findIndex(({ members, targets }) => members.has(reviewer) && targets.has(subject));
    return block < 0 ? -1 : found.length + block;
  };
  const doubted: DoubtedReview[] = [];
  for (let row = 0; row < weights.length; row++) {
    if (isVoided[row] || weigh(row) + (weights[row]! || 0) < least) continue;
    doubted.push({ row, evidence: evidenceFor(signs, row, table), ring: ringOf(row) });
  }
  const brushing = suspectMerchantOrders(orders, { table, baseRate, from });
  const rings = [...found, ...signs.blocks.map((block) => withShare(block, reviews))];
  const undoubted = standings.slice();
  for (const { row } of doubted) undoubted[row] = STANDING_OF.NONE;
  const confirmed = borneOut(reviews, undoubted, signs.reliabilities.before, until, MOST_BORNE_OUT);
  return { doubted, rings, brushing, borneOut: confirmed, seconds: (performance.now() - startedAt) / 1000 };
}

/** A block's own density is made for peeling and has no upper end; this one is a share, as a ring's is. */
function withShare({ members, targets }: Ring, { reviewers, subjects }: ReviewColumns): Ring {
  const [who, whom] = [new Set(members), new Set(targets)];
  const pairs = new Set<string>();
  for (let row = 0; row < reviewers.length; row++)
    if (who.has(reviewers[row]!) && whom.has(subjects[row]!)) pairs.add(`${reviewers[row]}/${subjects[row]}`);
  return { members, targets, density: pairs.size / (members.length * targets.length) };
}
