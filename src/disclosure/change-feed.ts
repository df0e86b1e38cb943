import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { underNoDeadline } from '../db/deadline.ts';
import { listen } from '../db/listening.ts';
import { reader } from '../db/tx.ts';
import * as queries from './changes.queries.ts';
import { tellChanges } from './changes.ts';
import { FollowedChange } from './followed-change.ts';
import { Following, type Followed } from './following.ts';

/** However it may be that nobody told us: so often we look all the same. */
const LOOK_MS = 1_000;
const CHANGES_AT_ONCE = 100;
const PACE_MS = 2;

/**
 * Hands each change to those in this process who follow its subject. The truth is the log of changes: each process reads on from the place
 * that it has reached, so that whatever else fails, nothing is left out. It is told by NOTIFY that there is more, on one connection for
 * all, and looks once a second besides. While nobody follows, nothing of it runs.
 */
export class ChangeFeed {
  /** Hears of what went wrong, and is tried again. */
  onTrouble: (error: unknown) => void = () => {};
  readonly #pool: Pool;
  readonly #bySubject = new Map<string, Set<Following>>();
  readonly #byKind = new Map<string, Set<Following>>();
  readonly #all = new Set<Following>();
  #coming = 0; // those who are about to follow
  #place: number | null = null; // the last change that was handed on
  #running: { stop(): Promise<void> } | null = null;
  #stopped: Promise<void> = Promise.resolve();
  #look: Promise<void> | null = null;
  #nextLook: Promise<void> | null = null;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  get followers(): number {
    return this.#all.size;
  }

  /** All that is committed from now on, and perhaps what was committed a moment ago. */
  async follow(followed: Followed): Promise<Following> {
    this.#coming++;
    try {
      this.#running ??= this.#run();
      await this.look();
      const following = new Following(followed, (ended) => this.#leave(ended));
      this.#all.add(following);
      for (const place of this.#placesOf(following)) place.add(following);
      return following;
    } finally {
      this.#coming--;
      this.#restIfIdle();
    }
  }

  /** Resolves when all has been handed on that was committed when it was called. */
  look(): Promise<void> {
    if (!this.#look) {
      this.#look = underNoDeadline(() => this.#lookOnce()).finally(() => (this.#look = null));
      return this.#look;
    }
    // The one at work may have read before that. Whoever waits for the next one shares it.
    this.#nextLook ??= this.#look
      .catch(() => {}) // its own callers hear of it
      .then(() => {
        this.#nextLook = null;
        return this.look();
      });
    return this.#nextLook;
  }

  /** Resolves when nothing of it runs any more, after the last one who followed has gone. */
  async rest(): Promise<void> {
    await this.#stopped;
  }

  #run(): { stop(): Promise<void> } {
    const lookQuietly = (): void => void this.look().catch((error: unknown) => this.onTrouble(error));
    const listening = underNoDeadline(() =>
      listen(this.#pool, {
        channel: queries.CHANNEL,
        lock: queries.FOLLOWERS_LOCK,
        onNews: lookQuietly,
        onTrouble: (error) => this.onTrouble(error),
      }),
    );
    const timer = setInterval(lookQuietly, LOOK_MS).unref();
    return {
      stop: async () => {
        clearInterval(timer);
        await listening.stop();
        await this.#look?.catch(() => {});
      },
    };
  }

  #leave(following: Following): void {
    this.#all.delete(following);
    for (const place of this.#placesOf(following)) place.delete(following);
    for (const id of following.followed.subjectIds ?? [])
      if (this.#bySubject.get(id)?.size === 0) this.#bySubject.delete(id);
    this.#restIfIdle();
  }

  #restIfIdle(): void {
    if (this.#all.size + this.#coming > 0 || !this.#running) return;
    const running = this.#running;
    this.#running = null;
    this.#place = null; // who comes next follows from then on
    const before = this.#stopped;
    this.#stopped = (async () => {
      await Promise.all([before, running.stop()]);
    })();
  }

  #placesOf({ followed: { subjectIds, kinds } }: Following): Set<Following>[] {
    const [map, keys] = subjectIds ? ([this.#bySubject, subjectIds] as const) : ([this.#byKind, kinds] as const);
    return keys.map((key) => {
      let place = map.get(key);
      if (!place) map.set(key, (place = new Set()));
      return place;
    });
  }

  async #lookOnce(): Promise<void> {
    await tellChanges(this.#pool, 1); // if that was not all, it was notified of, and we look again
    const sql = reader(this.#pool);
    this.#place ??= (await queries.headOf(sql)).last;
    for (let isMore = true; isMore && this.#running;) {
      const rows = await queries.changesAfter(sql, this.#place, CHANGES_AT_ONCE);
      for (const row of rows) this.#handOn(row);
      isMore = rows.length === CHANGES_AT_ONCE;
      if (isMore) await this.#worked();
    }
  }

  #handOn(row: queries.ChangeRow): void {
    if (this.#place === null) return; // the last one has gone meanwhile
    this.#place = row.place;
    const change = new FollowedChange(row);
    for (const following of this.#byKind.get(row.subjectKind) ?? []) following.push(change);
    for (const following of this.#bySubject.get(row.subjectId) ?? []) following.push(change);
  }

  /** When there is much, it is read no faster than we can work it off. Those who are slow to take it are not waited for. */
  async #worked(): Promise<void> {
    while ([...this.#all].some(({ backlog, isSending }) => backlog > CHANGES_AT_ONCE && !isSending))
      await pause(PACE_MS);
  }
}

const feeds = new WeakMap<Pool, ChangeFeed>();

/** The one of this process. */
export function feedOf(pool: Pool): ChangeFeed {
  let feed = feeds.get(pool);
  if (!feed) feeds.set(pool, (feed = new ChangeFeed(pool)));
  return feed;
}
