// Made by `npm run client`.

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '../document.ts';
/** Where a bulk export stands. */
export type BulkExportStatus =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It can be fetched, until `expiresAt`. */
  | 'DONE'
  /** Its time is over, and its file is gone. */
  | 'EXPIRED'
  /** It could not be written; `errorCode` tells why. */
  | 'FAILED'
  /** It waits for its turn. */
  | 'QUEUED'
  /** It is being written. */
  | 'RUNNING';

/** Which hold is captured, and how much of it. */
export type CapturePointsInput = {
  /** The hold. */
  holdId: string;
  /** Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer. */
  idempotencyKey: string;
  /** How many of its points, at least 1; all, if not given. The rest is given back. */
  points?: number | null | undefined;
};

/** An event as CloudEvents 1.0 has it, but for extension attributes: leave those out. `source` and `id` together are its identity. */
export type CloudEventInput = {
  /** What is to be known of it; which fields, depends on the type. */
  data: unknown;
  /** application/json, if given. */
  datacontenttype?: string | null | undefined;
  /** As CloudEvents allows it; not used. */
  dataschema?: string | null | undefined;
  /** Unique within its source: 1 to 200 characters. */
  id: string;
  /** Where it comes from: 1 to 200 characters. */
  source: string;
  /** 1.0, if given. */
  specversion?: string | null | undefined;
  /** As CloudEvents allows it; not used. */
  subject?: string | null | undefined;
  /** When it happened: from 1995, and at most 5 minutes ahead of now. */
  time: string;
  /** What happened, such as order.placed. */
  type: string;
};

/** Why a grade changed. */
export type GradeCause =
  /** A condition such as a sanction began or ended. */
  | 'CONDITION'
  /** Facts came in. */
  | 'FACTS'
  /** Other rules came into force. */
  | 'POLICY'
  /** What had been voided counts again. */
  | 'RESTORE'
  /** Time passed. */
  | 'TIME'
  /** Reviews were held back while they are looked at, or let go again. */
  | 'VERDICT'
  /** Reviews stopped counting, because they should never have counted. */
  | 'VOID';

/** How far a subject can be trusted, from AAA down to D. The cuts, and what each band asks for, are in its policy. */
export type GradeLevel =
  /** Good. */
  | 'A'
  /** Very good. */
  | 'AA'
  /** The best: proven by very many over a long time. */
  | 'AAA'
  /** Weaker than a newcomer. */
  | 'B'
  /** About as a newcomer. */
  | 'BB'
  /** Better than a newcomer. */
  | 'BBB'
  /** Weak. */
  | 'C'
  /** Deals go wrong often. */
  | 'D'
  /** Too little is known. */
  | 'NOT_RATED';

/** What becomes of a batch in which an event is rejected. */
export type IngestErrorPolicy =
  /** Nothing of it is taken in. */
  | 'REJECT_EVERYTHING'
  /** All the others are taken in. */
  | 'REJECT_FAILED';

/** A batch of events. */
export type IngestEventsInput = {
  /** 1 to 1,000 events, in any order. */
  events: Array<CloudEventInput>;
  /** What becomes of the batch when an event of it is rejected. */
  onError?: IngestErrorPolicy | null | undefined;
};

/** Points to be held, whose and what for. */
export type RedeemPointsInput = {
  /** In which currency their value is told, ISO 4217: EUR; that of the rules, if not given. */
  currency?: string | null | undefined;
  /** The merchant or the buyer whose points they are. */
  holderId: string;
  /** Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer. */
  idempotencyKey: string;
  /** How many: at least 1, at most what is available, and what the rules allow at once. */
  points: number;
  /** What they are held for: 1 to 200 characters. The holder reads it. */
  purpose: string;
  /** The caller's own name of it: 1 to 200 characters. */
  reference: string;
};

/** What was spent and is given back, and why. */
export type RefundPointsInput = {
  /** The hold that was captured. */
  holdId: string;
  /** Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer. */
  idempotencyKey: string;
  /** Why, in words for the holder: 1 to 2,000 characters. */
  reason: string;
};

/** Which hold is released. */
export type ReleasePointsInput = {
  /** The hold. */
  holdId: string;
  /** Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer. */
  idempotencyKey: string;
};

/** Whether a review counts. */
export type ReviewStatus =
  /** It counts towards rating and grade. */
  | 'COUNTED'
  /** It is in doubt, or came in a burst, and counts for nothing until it is released. Seen by its author, its merchant and the house. */
  | 'HELD'
  /** No order of ours stands behind it: it is shown and counts for nothing. */
  | 'UNVERIFIED'
  /** It counts for nothing. It was found to be no honest review, and stays readable with the cause; or its author took it back: then `retractedAt` says when. */
  | 'VOIDED';

/** Which grades are exported. */
export type StartBulkExportInput = {
  /** What had happened by then; now, if not given. Not before 1995. */
  asOf?: string | null | undefined;
  /** Any text of 1 to 255 characters, a new one for each new call; a repeat gets the first answer. */
  idempotencyKey: string;
  /** Only these levels; all, if not given. */
  levels?: Array<GradeLevel> | null | undefined;
  /** By which policy, as in `Subject.grade`; `default`, if not given. */
  policy?: string | null | undefined;
  /** Of which subjects. */
  subjectKind: SubjectKind;
};

/** Whoever or whatever is graded. */
export type SubjectKind =
  /** A person who buys and reviews. */
  | 'BUYER'
  /** Who delivers parcels. */
  | 'CARRIER'
  /** A shop of the marketplace. */
  | 'MERCHANT'
  /** What a merchant offers. */
  | 'PRODUCT'
  /** Who supplies merchants. */
  | 'SUPPLIER';

/** How much is known of the order behind a review, each level more than the one before. */
export type Verification =
  /** The order was delivered. */
  | 'DELIVERED'
  /** The order was kept until its return window was over. */
  | 'KEPT'
  /** No order is known. */
  | 'NONE'
  /** Its author ordered from this merchant. */
  | 'ORDER_MATCHED'
  /** The order was paid. */
  | 'PAID';

export type IngestEventsMutationVariables = Exact<{
  input: IngestEventsInput;
}>;

export type IngestEventsMutation = {
  ingestEvents: {
    accepted: number;
    duplicates: number;
    rejected: Array<{ index: number; id: string; code: string; message: string }>;
    userErrors: Array<{ code: string; message: string; field: Array<string> | null }>;
  };
};

export type HasPrivilegeQueryVariables = Exact<{
  subjectId: string;
  key: string;
}>;

export type HasPrivilegeQuery = {
  hasPrivilege: { granted: boolean; privilege: { key: string; since: string | null } | null };
};

export type RedeemPointsMutationVariables = Exact<{
  input: RedeemPointsInput;
}>;

export type RedeemPointsMutation = {
  redeemPoints: {
    holdId: string | null;
    value: { amount: number; currency: string } | null;
    userErrors: Array<{ code: string; message: string; field: Array<string> | null }>;
  };
};

export type CapturePointsMutationVariables = Exact<{
  input: CapturePointsInput;
}>;

export type CapturePointsMutation = {
  capturePoints: {
    hold: { id: string } | null;
    userErrors: Array<{ code: string; message: string; field: Array<string> | null }>;
  };
};

export type ReleasePointsMutationVariables = Exact<{
  input: ReleasePointsInput;
}>;

export type ReleasePointsMutation = {
  releasePoints: {
    hold: { id: string } | null;
    userErrors: Array<{ code: string; message: string; field: Array<string> | null }>;
  };
};

export type RefundPointsMutationVariables = Exact<{
  input: RefundPointsInput;
}>;

export type RefundPointsMutation = {
  refundPoints: {
    hold: { id: string } | null;
    userErrors: Array<{ code: string; message: string; field: Array<string> | null }>;
  };
};

export type BuyerStandingQueryVariables = Exact<{
  externalId: string;
}>;

export type BuyerStandingQuery = {
  buyer: {
    id: string;
    grade: { level: GradeLevel; score: number | null };
    points: { available: number; balance: number } | null;
  } | null;
};

export type RateLimitQueryVariables = Exact<{ [key: string]: never }>;

export type RateLimitQuery = { rateLimit: { limit: number; remaining: number; restoreRate: number; cost: number } };

export type GradesQueryVariables = Exact<{
  externalIds: Array<string> | string;
  subjectKind: SubjectKind;
}>;

export type GradesQuery = {
  grades: Array<{
    level: GradeLevel;
    score: number | null;
    asOf: string;
    interval: { low: number; high: number } | null;
    policy: { key: string; version: number };
  } | null>;
};

export type MerchantCredentialQueryVariables = Exact<{
  externalId: string;
}>;

export type MerchantCredentialQuery = {
  merchant: { gradeCredential: { id: string; jwt: string; validFrom: string; validUntil: string } } | null;
};

export type GradeChangesQueryVariables = Exact<{
  after?: string | null | undefined;
  first?: number | null | undefined;
}>;

export type GradeChangesQuery = {
  gradeChanges: {
    edges: Array<{
      cursor: string;
      node: {
        subjectKind: SubjectKind;
        cause: GradeCause;
        at: string;
        subject:
          | { id: string; externalId: string }
          | { id: string; externalId: string }
          | { id: string; externalId: string }
          | null;
        before: { level: GradeLevel; score: number | null };
        after: { level: GradeLevel; score: number | null };
        policy: { key: string; version: number };
      };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type StartBulkExportMutationVariables = Exact<{
  input: StartBulkExportInput;
}>;

export type StartBulkExportMutation = {
  startBulkExport: {
    export: { id: string } | null;
    userErrors: Array<{ code: string; message: string; field: Array<string> | null }>;
  };
};

export type BulkExportStateQueryVariables = Exact<{
  id: string;
}>;

export type BulkExportStateQuery = {
  bulkExport: {
    status: BulkExportStatus;
    progress: number;
    written: number;
    bytes: number;
    errorCode: string | null;
    changesCursor: string;
    link: { url: string; endsAt: string } | null;
  } | null;
};

export type MerchantCardQueryVariables = Exact<{
  externalId: string;
}>;

export type MerchantCardQuery = {
  merchant: {
    id: string;
    externalId: string;
    name: string | null;
    registeredAt: string | null;
    grade: { level: GradeLevel; score: number | null; interval: { low: number; high: number } | null };
    rating: { average: number | null; count: number };
  } | null;
};

export type MerchantCardsQueryVariables = Exact<{
  externalIds: Array<string> | string;
}>;

export type MerchantCardsQuery = {
  merchants: Array<{
    id: string;
    externalId: string;
    name: string | null;
    registeredAt: string | null;
    grade: { level: GradeLevel; score: number | null; interval: { low: number; high: number } | null };
    rating: { average: number | null; count: number };
  } | null>;
};

export type MerchantCardPartsFragment = {
  id: string;
  externalId: string;
  name: string | null;
  registeredAt: string | null;
  grade: { level: GradeLevel; score: number | null; interval: { low: number; high: number } | null };
  rating: { average: number | null; count: number };
};

export type ProductCardQueryVariables = Exact<{
  externalId: string;
}>;

export type ProductCardQuery = {
  product: {
    id: string;
    externalId: string;
    name: string | null;
    rating: { average: number | null; count: number; distribution: Array<number>; jsonLd: unknown };
  } | null;
};

export type ProductReviewsQueryVariables = Exact<{
  externalId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type ProductReviewsQuery = {
  product: {
    reviews: {
      nodes: Array<{
        id: string;
        stars: number;
        text: string | null;
        occurredAt: string;
        status: ReviewStatus;
        verification: Verification;
      }>;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  } | null;
};

export type MerchantReviewsQueryVariables = Exact<{
  externalId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type MerchantReviewsQuery = {
  merchant: {
    reviews: {
      nodes: Array<{
        id: string;
        stars: number;
        text: string | null;
        occurredAt: string;
        status: ReviewStatus;
        verification: Verification;
      }>;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  } | null;
};

export type ReviewPartsFragment = {
  id: string;
  stars: number;
  text: string | null;
  occurredAt: string;
  status: ReviewStatus;
  verification: Verification;
};

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const MerchantCardPartsFragmentDoc = new TypedDocumentString(
  `
    fragment MerchantCardParts on Merchant {
  id
  externalId
  name
  registeredAt
  grade {
    level
    score
    interval {
      low
      high
    }
  }
  rating {
    average
    count
  }
}
    `,
  { fragmentName: 'MerchantCardParts' },
) as unknown as TypedDocumentString<MerchantCardPartsFragment, unknown>;
export const ReviewPartsFragmentDoc = new TypedDocumentString(
  `
    fragment ReviewParts on Review {
  id
  stars
  text
  occurredAt
  status
  verification
}
    `,
  { fragmentName: 'ReviewParts' },
) as unknown as TypedDocumentString<ReviewPartsFragment, unknown>;
export const IngestEventsDocument = new TypedDocumentString(`
    mutation IngestEvents($input: IngestEventsInput!) {
  ingestEvents(input: $input) {
    accepted
    duplicates
    rejected {
      index
      id
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<IngestEventsMutation, IngestEventsMutationVariables>;
export const HasPrivilegeDocument = new TypedDocumentString(`
    query HasPrivilege($subjectId: ID!, $key: String!) {
  hasPrivilege(subjectId: $subjectId, key: $key) {
    granted
    privilege {
      key
      since
    }
  }
}
    `) as unknown as TypedDocumentString<HasPrivilegeQuery, HasPrivilegeQueryVariables>;
export const RedeemPointsDocument = new TypedDocumentString(`
    mutation RedeemPoints($input: RedeemPointsInput!) {
  redeemPoints(input: $input) {
    holdId
    value {
      amount
      currency
    }
    userErrors {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<RedeemPointsMutation, RedeemPointsMutationVariables>;
export const CapturePointsDocument = new TypedDocumentString(`
    mutation CapturePoints($input: CapturePointsInput!) {
  capturePoints(input: $input) {
    hold {
      id
    }
    userErrors {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CapturePointsMutation, CapturePointsMutationVariables>;
export const ReleasePointsDocument = new TypedDocumentString(`
    mutation ReleasePoints($input: ReleasePointsInput!) {
  releasePoints(input: $input) {
    hold {
      id
    }
    userErrors {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<ReleasePointsMutation, ReleasePointsMutationVariables>;
export const RefundPointsDocument = new TypedDocumentString(`
    mutation RefundPoints($input: RefundPointsInput!) {
  refundPoints(input: $input) {
    hold {
      id
    }
    userErrors {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<RefundPointsMutation, RefundPointsMutationVariables>;
export const BuyerStandingDocument = new TypedDocumentString(`
    query BuyerStanding($externalId: String!) {
  buyer(externalId: $externalId) {
    id
    grade {
      level
      score
    }
    points {
      available
      balance
    }
  }
}
    `) as unknown as TypedDocumentString<BuyerStandingQuery, BuyerStandingQueryVariables>;
export const RateLimitDocument = new TypedDocumentString(`
    query RateLimit {
  rateLimit {
    limit
    remaining
    restoreRate
    cost
  }
}
    `) as unknown as TypedDocumentString<RateLimitQuery, RateLimitQueryVariables>;
export const GradesDocument = new TypedDocumentString(`
    query Grades($externalIds: [String!]!, $subjectKind: SubjectKind!) {
  grades(externalIds: $externalIds, subjectKind: $subjectKind) {
    level
    score
    asOf
    interval {
      low
      high
    }
    policy {
      key
      version
    }
  }
}
    `) as unknown as TypedDocumentString<GradesQuery, GradesQueryVariables>;
export const MerchantCredentialDocument = new TypedDocumentString(`
    query MerchantCredential($externalId: String!) {
  merchant(externalId: $externalId) {
    gradeCredential {
      id
      jwt
      validFrom
      validUntil
    }
  }
}
    `) as unknown as TypedDocumentString<MerchantCredentialQuery, MerchantCredentialQueryVariables>;
export const GradeChangesDocument = new TypedDocumentString(`
    query GradeChanges($after: String, $first: Int) {
  gradeChanges(after: $after, first: $first) {
    edges {
      cursor
      node {
        subjectKind
        subject {
          id
          externalId
        }
        before {
          level
          score
        }
        after {
          level
          score
        }
        cause
        at
        policy {
          key
          version
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<GradeChangesQuery, GradeChangesQueryVariables>;
export const StartBulkExportDocument = new TypedDocumentString(`
    mutation StartBulkExport($input: StartBulkExportInput!) {
  startBulkExport(input: $input) {
    export {
      id
    }
    userErrors {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<StartBulkExportMutation, StartBulkExportMutationVariables>;
export const BulkExportStateDocument = new TypedDocumentString(`
    query BulkExportState($id: ID!) {
  bulkExport(id: $id) {
    status
    progress
    written
    bytes
    errorCode
    changesCursor
    link {
      url
      endsAt
    }
  }
}
    `) as unknown as TypedDocumentString<BulkExportStateQuery, BulkExportStateQueryVariables>;
export const MerchantCardDocument = new TypedDocumentString(`
    query MerchantCard($externalId: String!) {
  merchant(externalId: $externalId) {
    ...MerchantCardParts
  }
}
    fragment MerchantCardParts on Merchant {
  id
  externalId
  name
  registeredAt
  grade {
    level
    score
    interval {
      low
      high
    }
  }
  rating {
    average
    count
  }
}`) as unknown as TypedDocumentString<MerchantCardQuery, MerchantCardQueryVariables>;
export const MerchantCardsDocument = new TypedDocumentString(`
    query MerchantCards($externalIds: [String!]!) {
  merchants(externalIds: $externalIds) {
    ...MerchantCardParts
  }
}
    fragment MerchantCardParts on Merchant {
  id
  externalId
  name
  registeredAt
  grade {
    level
    score
    interval {
      low
      high
    }
  }
  rating {
    average
    count
  }
}`) as unknown as TypedDocumentString<MerchantCardsQuery, MerchantCardsQueryVariables>;
export const ProductCardDocument = new TypedDocumentString(`
    query ProductCard($externalId: String!) {
  product(externalId: $externalId) {
    id
    externalId
    name
    rating {
      average
      count
      distribution
      jsonLd
    }
  }
}
    `) as unknown as TypedDocumentString<ProductCardQuery, ProductCardQueryVariables>;
export const ProductReviewsDocument = new TypedDocumentString(`
    query ProductReviews($externalId: String!, $first: Int, $after: String) {
  product(externalId: $externalId) {
    reviews(first: $first, after: $after) {
      nodes {
        ...ReviewParts
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment ReviewParts on Review {
  id
  stars
  text
  occurredAt
  status
  verification
}`) as unknown as TypedDocumentString<ProductReviewsQuery, ProductReviewsQueryVariables>;
export const MerchantReviewsDocument = new TypedDocumentString(`
    query MerchantReviews($externalId: String!, $first: Int, $after: String) {
  merchant(externalId: $externalId) {
    reviews(first: $first, after: $after) {
      nodes {
        ...ReviewParts
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment ReviewParts on Review {
  id
  stars
  text
  occurredAt
  status
  verification
}`) as unknown as TypedDocumentString<MerchantReviewsQuery, MerchantReviewsQueryVariables>;
