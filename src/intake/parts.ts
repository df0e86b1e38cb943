import type { Envelope } from './event.ts';

/** Envelopes, part by part. They can be gone through again. */
export type Parts = (AsyncIterable<readonly Envelope[]> | Iterable<readonly Envelope[]>) & {
  /** The same parts, in as many pieces as there must be transactions by the way that takes everything in; unless given, they are one. */
  readonly units?: readonly Parts[];
};
