import { MOST_REVIEWS } from '../../cases/penalty-checks.ts';
import { MAX_PAGE_SIZE } from '../../kernel/page.ts';

type Args = Readonly<Record<string, unknown>>;

/**
 * What a field costs beside the one point for each object that it gives. Lists with `first` or `last` and those that answer a
 * list of ids need no `size`; others hold as many rows as is said here.
 */
export interface Price {
  /** Points for the work behind the field, however little of its answer is asked for. */
  readonly own?: number | ((args: Args) => number);
  readonly size?: number | ((args: Args) => number);
}

/** Of a list about which nothing is said. */
export const USUAL_SIZE = 10;
export const MUTATION_POINTS = 10;
/** A look at the schema, whatever it asks of it: Apollo limits its depth. */
export const INTROSPECTION_POINTS = 50;

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
/** What is more than a penalty may have is refused for that, which costs nothing. */
const penalized = (reviewIds: unknown): number => 5 * Math.min(MOST_REVIEWS, lengthOf(reviewIds));
const input = (args: Args): Args =>
  typeof args['input'] === 'object' && args['input'] !== null ? (args['input'] as Args) : {};

/** A past moment is worked out from the ledger, and rules other than those in force from its facts. */
const grade: Price = {
  own: ({ asOf, knownAt, policy }) => (asOf == null && knownAt == null ? 0 : 10) + (policy == null ? 0 : 5),
};
const rating: Price = { own: ({ asOf }) => (asOf == null ? 0 : 5) };

const DAY_MS = 86_400_000;
const MAX_DAYS = 3_660;
const gradeHistory: Price = {
  own: 10,
  size: ({ from, to }) => {
    const days = (Date.parse(String(to)) - Date.parse(String(from))) / DAY_MS + 1;
    return Number.isNaN(days) ? 0 : Math.min(Math.max(days, 0), MAX_DAYS);
  },
};
/** Made and written down. */
const gradeCredential: Price = { own: ({ policy }) => 10 + (policy == null ? 0 : 5) };
const totals = { grade, rating, gradeHistory, gradeCredential };

/** By type and field. A field that is not here costs what it gives. */
export const PRICES: Readonly<Record<string, Readonly<Record<string, Price>>>> = {
  Query: {
    merchantDirectory: { own: 10 },
    gradeChanges: { own: 5 },
    _service: { own: INTROSPECTION_POINTS },
    _entities: { size: ({ representations }) => lengthOf(representations) },
    previewPenalty: { own: ({ reviewIds }) => 20 + penalized(reviewIds) },
  },
  Mutation: {
    ingestEvents: { own: (args) => Math.ceil(lengthOf(input(args)['events']) / 10) },
    penalizeFakeReviews: { own: (args) => penalized(input(args)['reviewIds']) },
    backtestPolicy: { own: 2_000 }, // grades everybody, twice
    activatePolicy: { own: 100 }, // and with it the standings of everybody
    shadowPolicy: { own: 100 },
    startBulkExport: { own: 1_000 }, // grades everybody
  },
  Merchant: totals,
  Product: totals,
  Buyer: { grade, gradeHistory, gradeCredential },
  PointsAccount: { statement: { own: 100 } }, // up to 10,000 entries
  GradeInquiry: { adverseActionNote: { own: 20 } }, // a grade of the past, with its reasons
  CreditGrade: { next: { own: 2 }, reasons: { own: 2, size: 4 } },
  PolicyVersion: { changes: { own: 5 }, document: { own: 2 } },
  Policy: { document: { own: 2 } },
};

/** As far as the arguments say; null where they do not. */
export function sizeByArguments(args: Args): number | null {
  if (args['first'] != null) return pageSize(args['first']);
  if (args['last'] != null) return pageSize(args['last']);
  const ids = args['externalIds'] ?? args['ids'];
  return ids == null ? null : Array.isArray(ids) ? ids.length : 1;
}

/** A size that is none is refused when it is read: here it is enough that it makes no nonsense of the sum. */
const pageSize = (value: unknown): number =>
  typeof value === 'number' && value >= 0 ? Math.min(value, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
