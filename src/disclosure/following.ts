import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { FollowedChange } from './followed-change.ts';

/** Whom somebody follows: these subjects, or all of these kinds. */
export type Followed =
  | { readonly subjectIds: readonly string[]; readonly kinds: null }
  | { readonly subjectIds: null; readonly kinds: readonly SubjectKind[] };

/** So many changes may wait for one reader: whoever is further behind is sent away. */
export const MOST_WAITING = 500;

/** The changes that one reader has still to take, in their order. */
export class Following implements AsyncIterableIterator<FollowedChange, undefined> {
  readonly followed: Followed;
  /** Set by whoever sends them on: the last one is on its way, and nothing of ours holds it up. */
  isSending = false;
  /** Called when the reader is too slow: whoever waits for it to read cannot tell it so. */
  onTooSlow: (why: Refusal) => void = () => {};
  readonly #onEnd: ((following: Following) => void)[];
  #waiting: FollowedChange[] = [];
  #reader: PromiseWithResolvers<IteratorResult<FollowedChange, undefined>> | null = null;
  #end: { readonly why: Error | null } | null = null;

  constructor(followed: Followed, onEnd: (following: Following) => void) {
    this.followed = followed;
    this.#onEnd = [onEnd];
  }

  /** Calls when it has ended, at once if it has. */
  onEnd(ended: () => void): void {
    if (this.#end) ended();
    else this.#onEnd.push(ended);
  }

  get backlog(): number {
    return this.#waiting.length;
  }

  push(change: FollowedChange): void {
    if (this.#end) return;
    if (this.#reader) {
      this.#reader.resolve({ done: false, value: change });
      this.#reader = null;
      return;
    }
    this.#waiting.push(change);
    if (this.#waiting.length <= MOST_WAITING) return;
    const why = tooSlow();
    this.end(why);
    this.onTooSlow(why);
  }

  /** What waits is forgotten: after this not one change more is given. `why`: null, because the reader wants no more. */
  end(why: Error | null): void {
    if (this.#end) return;
    this.#end = { why };
    this.#waiting = [];
    for (const ended of this.#onEnd) ended(this);
    if (!this.#reader) return;
    if (why) this.#reader.reject(why);
    else this.#reader.resolve(DONE);
    this.#reader = null;
  }

  async next(): Promise<IteratorResult<FollowedChange, undefined>> {
    if (this.#end) {
      if (this.#end.why) throw this.#end.why;
      return DONE;
    }
    const value = this.#waiting.shift();
    if (value) return { done: false, value };
    this.#reader ??= Promise.withResolvers();
    return this.#reader.promise;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const DONE = { done: true, value: undefined } as const;

const tooSlow = () =>
  new Refusal(
    'UNAVAILABLE',
    'TOO_SLOW',
    `More than ${MOST_WAITING} changes waited to be read. Follow anew; gradeChanges has what was missed.`,
  );
