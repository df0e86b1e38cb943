import { busynessOf, clumpingOf, type Clumping } from './alike-orders.ts';
import { groupBy, marksWhere } from './columns.ts';
import { BASE_RATE, evidenceOf, outcomeOf, probabilityOf, type EvidenceRow, type Outcome } from './evidence.ts';
import { DEFAULT_LLRS } from './llr-default.ts';
import type { EvidenceCode, LlrTable } from './llr.ts';
import type { OrderColumns } from './order-columns.ts';
import { orderSignsOf, type OrderSigns } from './order-signs.ts';
import { surpriseOf } from './poisson.ts';

export interface MerchantSuspicion {
  readonly merchant: number;
  readonly probability: number;
  readonly outcome: Outcome; // VOID_PROPOSED: of the orders named, not of the merchant
  readonly evidence: readonly EvidenceRow[];
  readonly orders: readonly number[]; // rows of the orders that look staged
  readonly proven: readonly number[]; // of these, those that two families of evidence prove, each by itself
}

/** An order looks staged if at least so many of its signs hold. */
const STAGED = 3;
/** With fewer orders a merchant is not judged. */
const LEAST_ORDERS = 10;

/** Merchants that seem to buy from themselves (刷单), the likeliest first, each with the evidence and the orders. */
export function suspectMerchantOrders(
  orders: OrderColumns,
  { table = DEFAULT_LLRS, baseRate = BASE_RATE, from = 0.5 }: BrushingOptions = {},
): MerchantSuspicion[] {
  const signs = orderSignsOf(orders);
  const counts = countsOf(orders, signs);
  const busyness = busynessOf(orders);
  const byMerchant = groupBy(orders.merchants, orders.merchantCount);
  const found: MerchantSuspicion[] = [];
  for (let merchant = 0; merchant < orders.merchantCount; merchant++) {
    const rows = byMerchant.rows.subarray(byMerchant.starts[merchant], byMerchant.starts[merchant + 1]);
    if (rows.length < LEAST_ORDERS) continue;
    const clumping = clumpingOf(orders, rows, busyness);
    const evidence = evidenceFor(counts, merchant, clumping, table);
    const probability = probabilityOf(evidence, baseRate);
    if (probability < from) continue;
    const staged = [...rows].filter((row) => signsHeld(orders, signs, clumping, row) >= STAGED);
    const proven = staged.filter((row) => isProven(orders, signs, evidence, row));
    found.push({ merchant, probability, outcome: outcomeOf(evidence, baseRate), evidence, orders: staged, proven });
  }
  return found.toSorted((a, b) => b.probability - a.probability || a.merchant - b.merchant);
}

export interface BrushingOptions {
  readonly table?: LlrTable;
  readonly baseRate?: number;
  readonly from?: number; // least probability to report
}

const signsHeld = (orders: OrderColumns, signs: OrderSigns, clumping: Clumping, row: number): number =>
  signs.isUntracked[row]! +
  signs.isRushed[row]! +
  signs.isShared[row]! +
  signs.isOwn[row]! +
  orders.isPaidBackOutside[row]! +
  (clumping.isClumped(row) ? 1 : 0);

/**
 * That its merchant brushes proves no single order: it has honest ones, too. A crew placed this one (IDENTITY), and no goods moved or the
 * money went back (BEHAVIOUR); both speak against the merchant, too, so that on a platform that is told of no carrier no lack of one counts.
 */
function isProven(orders: OrderColumns, signs: OrderSigns, evidence: readonly EvidenceRow[], row: number): boolean {
  const speaks = (wanted: EvidenceCode): boolean =>
    evidence.some(({ code, logLikelihoodRatio }) => code === wanted && logLikelihoodRatio > 0);
  const isUnreal =
    (signs.isUntracked[row] === 1 && speaks('NO_CARRIER')) ||
    (orders.isPaidBackOutside[row] === 1 && speaks('PAID_BACK_OUTSIDE'));
  return isUnreal && signs.isCrew[row] === 1 && speaks('SHARED_TRACES');
}

/** How many orders of each merchant show a sign, out of how many; and of all. */
interface Sign {
  readonly code: EvidenceCode;
  readonly marked: Int32Array; // orders by merchant
  readonly judged: Int32Array;
  readonly markedInAll: number;
  readonly judgedInAll: number;
}

function countsOf(orders: OrderColumns, { isUntracked, isRushed, isShared, isOwn }: OrderSigns): Sign[] {
  const { merchants, merchantCount, deliveredAt, isPaidBackOutside } = orders;
  const counted = (marks: ArrayLike<number>): Int32Array => {
    const counts = new Int32Array(merchantCount);
    for (let row = 0; row < merchants.length; row++) counts[merchants[row]!]! += marks[row]!;
    return counts;
  };
  const all = counted(marksWhere(merchants.length, () => true));
  const delivered = counted(marksWhere(merchants.length, (row) => !Number.isNaN(deliveredAt[row]!)));
  const sign = (code: EvidenceCode, marks: ArrayLike<number>, judged: Int32Array): Sign => {
    const marked = counted(marks);
    return { code, marked, judged, markedInAll: sum(marked), judgedInAll: sum(judged) };
  };
  return [
    sign('NO_CARRIER', isUntracked, delivered),
    sign('RUSHED_DELIVERY', isRushed, delivered),
    sign('SHARED_TRACES', isShared, all),
    sign('OWN_NETWORK', isOwn, all),
    sign('PAID_BACK_OUTSIDE', isPaidBackOutside, all),
  ];
}

/** Each sign against its share among everybody else's orders; and how alike orders clump. */
function evidenceFor(signs: readonly Sign[], merchant: number, clumping: Clumping, table: LlrTable): EvidenceRow[] {
  const rows = signs.map(({ code, marked, judged, markedInAll, judgedInAll }) => {
    const own = judged[merchant]!;
    const seen = marked[merchant]!;
    const share = (markedInAll - seen + 0.5) / (judgedInAll - own + 1);
    const expected = Math.min(own, own * share);
    return evidenceOf(table, code, surpriseOf(seen, expected), { observed: seen, expected, detail: { of: own } });
  });
  const { seen, expected } = clumping;
  const alike = evidenceOf(table, 'ALIKE_ORDERS', surpriseOf(seen, 2 * expected + 2), { observed: seen, expected });
  return [...rows, alike].filter((row) => row !== null);
}

const sum = (counts: Int32Array): number => counts.reduce((total, each) => total + each, 0);
